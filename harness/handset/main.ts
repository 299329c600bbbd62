import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { run } from '../lib/children.ts';
import { systemClock } from '../lib/clock.ts';
import { Fault, messageOf } from '../lib/fault.ts';
import { seeded } from '../lib/seed.ts';
import { serveAdb } from './adb/server.ts';
import { lineLog, readText, removeSocket } from './disk.ts';
import { assemble } from './phone/assemble.ts';
import { obey } from './phone/faults/command.ts';
import type { Phone } from './phone/phone.ts';
import { loadRom } from './roms/load.ts';

/*
 * node harness/handset/main.ts --rom NAME|PATH --root PEM [--port 0] [--timelapse N] [--seed S] [--trace FILE]
 *                              [--past PORT|air] [--state open|unauthorized|authorizing|mute] [--control SOCKET]
 * One reference handset. Prints one line of JSON when it is ready, takes commands as lines of JSON on stdin and on the
 * control socket (phone/faults/command.ts), ends on SIGTERM.
 */
const argumentsSchema = z.strictObject({
  rom: z.string(),
  root: z.string(),
  port: z.coerce.number().int().min(0).max(65_535).default(0),
  timelapse: z.coerce.number().positive().default(1),
  seed: z.string().optional(),
  trace: z.string().optional(),
  past: z.union([z.literal('air'), z.coerce.number().int().min(1).max(65_535)]).optional(),
  state: z.enum(['open', 'unauthorized', 'authorizing', 'mute']).default('open'),
  control: z.string().optional(),
});

try {
  await handset();
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  process.stderr.write(`${error.message} ${error.advice}\n`);
  process.exitCode = 1;
}

async function handset(): Promise<void> {
  const {
    rom: profile,
    root,
    past,
    seed,
    trace,
    timelapse,
    port,
    state,
    control,
  } = readArguments();
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
    past,
    ...(trace !== undefined && { write: lineLog(trace) }),
  });
  await using adb = await serveAdb(assembled.phone, { port, state, reverse: assembled.reverse });
  await using _control =
    control === undefined ? undefined : await openControl(control, assembled.phone);
  const ready = { ready: true, serial: `127.0.0.1:${adb.port}`, port: adb.port };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  // Whoever waits for the line above has it; what starting left behind is a sixth of what an idle handset would hold.
  setImmediate(() => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }));
  listen(process.stdin, assembled.phone, (said) => process.stderr.write(`${said}\n`));
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

/** Each line of a stream is a command; what is wrong with one is told to whoever sent it, and changes nothing. */
function listen(input: Readable, phone: Phone, answer: (said: string) => void): void {
  createInterface({ input, terminal: false }).on('line', (line) => {
    answer(obey(line, phone).said);
  });
}

/** A socket that only its owner may open; one that a killed handset left behind gives way. */
async function openControl(path: string, phone: Phone): Promise<AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    listen(socket, phone, (said) => socket.write(`${said}\n`));
  });
  removeSocket(path);
  const before = process.umask(0o177);
  server.listen(path);
  await once(server, 'listening');
  process.umask(before);
  return {
    [Symbol.asyncDispose]: async () => {
      server.close();
      await Promise.resolve();
    },
  };
}
