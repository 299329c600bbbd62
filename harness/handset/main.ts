import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { run } from '../lib/children.ts';
import { systemClock } from '../lib/clock.ts';
import { Fault, messageOf } from '../lib/fault.ts';
import { seeded } from '../lib/seed.ts';
import { serveAdb } from './adb/server.ts';
import type { AdbPort } from './adb/server.ts';
import { lineLog, readText } from './disk.ts';
import { assemble } from './phone/assemble.ts';
import { loadRom } from './roms/load.ts';

/*
 * node harness/handset/main.ts --rom NAME|PATH --root PEM [--port 0] [--timelapse N] [--seed S] [--trace FILE]
 *                              [--state open|unauthorized|mute]
 * One reference handset. Prints one line of JSON when it is ready, takes faults as lines of JSON on stdin
 * ({"do":"drop"}, {"do":"close","forMs":3000}), ends on SIGTERM.
 */
const argumentsSchema = z.strictObject({
  rom: z.string(),
  root: z.string(),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  timelapse: z.coerce.number().positive().default(1),
  seed: z.string().optional(),
  trace: z.string().optional(),
  state: z.enum(['open', 'unauthorized', 'mute']).default('open'),
});

const commandSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('drop') }),
  z.strictObject({ do: z.literal('close'), forMs: z.number().min(0) }),
]);

try {
  await handset();
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  process.stderr.write(`${error.message} ${error.advice}\n`);
  process.exitCode = 1;
}

async function handset(): Promise<void> {
  const { rom: profile, root, seed, trace, timelapse, port, state } = readArguments();
  // A terminal's Ctrl-C reaches us too when a run started us; the run still needs us then, and ends us itself.
  const signals = process.stdin.isTTY ? ['SIGTERM', 'SIGINT'] : ['SIGTERM'];
  const ended = Promise.race(signals.map((signal) => once(process, signal)));
  if (!process.stdin.isTTY) process.on('SIGINT', () => undefined);

  const rom = await loadRom(profile);
  await using assembled = await assemble({
    rom,
    clock: systemClock(timelapse),
    chance: seeded('handset', rom.name, seed ?? ''),
    authorities: new Map([[await storeName(root), await readText(root)]]),
    ...(trace !== undefined && { write: lineLog(trace) }),
  });
  await using adb = await serveAdb(assembled.phone, { port, state, reverse: assembled.reverse });
  const ready = { ready: true, serial: `127.0.0.1:${adb.port}`, port: adb.port };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  createInterface(process.stdin).on('line', (line) => obey(line, adb));
  await ended;
  process.stdin.destroy();
}

function readArguments(): z.output<typeof argumentsSchema> {
  const names = Object.keys(argumentsSchema.shape);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    return argumentsSchema.parse(parseArgs({ options }).values);
  } catch (cause) {
    const message = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new Fault('bad-arguments', message, `Known: --${names.join(', --')}.`, { cause });
  }
}

/** The file name under which Android up to 13 looks a certificate up. */
async function storeName(root: string): Promise<string> {
  const { code, stdout, stderr } = await run('openssl', [
    ...['x509', '-subject_hash_old', '-noout', '-in', root],
  ]);
  if (code === 0) return `${stdout.toString().trim()}.0`;
  throw new Fault(
    'bad-root',
    `${root} is no certificate: ${stderr.trim()}`,
    'Start the world first.',
  );
}

/** A line that is no command is told on stderr and changes nothing. */
function obey(line: string, adb: AdbPort): void {
  const command = commandIn(line);
  if (!command)
    process.stderr.write('Not a command: use {"do":"drop"} or {"do":"close","forMs":N}\n');
  else if (command.do === 'drop') adb.drop();
  else {
    adb.close(command.forMs).catch((error: unknown) => {
      process.stderr.write(`The adb port stays closed: ${messageOf(error)}\n`);
    });
  }
}

function commandIn(line: string): z.output<typeof commandSchema> | undefined {
  try {
    return commandSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
