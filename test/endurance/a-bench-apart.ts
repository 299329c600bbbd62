import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { AdbDevice } from '../../harness/gather/devices/adb.ts';
import { openAdb } from '../../harness/gather/devices/adb.ts';
import { attach } from '../../harness/gather/devices/way/attach.ts';
import { startAdbServer } from '../../harness/gather/devices/server.ts';
import { makeRoot } from '../../harness/handset/world/root.ts';
import type { Child } from '../../harness/lib/children.ts';
import { spawnChild } from '../../harness/lib/children.ts';
import { systemClock } from '../../harness/lib/clock.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Every process that a command of this bench starts, and that those start, carries it. */
const MARK = 'LEAKLAB_TEST_BENCH';

/** A reference handset that no run starts or ends: what is changed on it stays changed, as on a phone. */
export interface PhoneApart {
  readonly serial: string;
  readonly device: AdbDevice;
  /** A fault, as the handset's program takes it on stdin. */
  suffers(fault: object): void;
}

/** One command that runs in the bench's folder. */
export interface Command {
  readonly child: Child;
  /** All that it has printed so far. */
  output(): string;
  /** It has ended. */
  over(): boolean;
  /** Resolves with the match once the output has it, with null when the command ends first. */
  says(pattern: RegExp): Promise<RegExpExecArray | null>;
}

export interface BenchApart extends AsyncDisposable {
  readonly home: string;
  readonly adbPort: number;
  readonly phones: ReadonlyMap<string, PhoneApart>;
  start(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Command>;
  /** Pids, with their command lines, of whatever commands of this bench have started and is still there. */
  processes(): Promise<ReadonlyMap<number, string>>;
}

/**
 * A folder with a devices.json of its own, an adb server and handsets that outlive every run. `apart` names ROM
 * profiles of such handsets, `own` those of handsets that a run starts for itself.
 */
export async function aBenchApart({
  apart = {},
  own = {},
  timelapse = 30,
}: {
  apart?: Readonly<Record<string, Rom>>;
  own?: Readonly<Record<string, Rom>>;
  timelapse?: number;
}): Promise<BenchApart> {
  await using held = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'leaklab-apart-'));
  held.defer(() => rm(home, { recursive: true, force: true }));
  const clock = systemClock();
  const adb = held.use(await startAdbServer({ home: join(home, 'adb'), clock }));
  const root = join(home, 'root.pem');
  await writeFile(root, (await makeRoot(clock.now())).cert);

  const phones = new Map<string, PhoneApart>();
  for (const [name, rom] of Object.entries(apart)) {
    const child = held.use(
      await spawnChild(process.execPath, [
        ...[join(ROOT, 'harness/handset/main.ts'), '--rom', rom, '--root', root],
        ...['--timelapse', String(timelapse), '--seed', name],
      ]),
    );
    const serial = await serialFrom(child);
    const device = await attach(openAdb(adb), serial, clock);
    const suffers = (fault: object): void => {
      child.stdin.write(`${JSON.stringify(fault)}\n`);
    };
    phones.set(name, { serial, device, suffers });
  }
  const entries = [
    ...[...phones].map(([name, { serial }]) => {
      const entry = { ...anEntry(apart[name]), handset: serial, adb: { port: adb.port } };
      return [name, { ...entry, timelapse }] as const;
    }),
    ...Object.entries(own).map(
      ([name, rom]) => [name, { ...anEntry(rom), handset: rom, timelapse }] as const,
    ),
  ];
  await writeFile(join(home, 'devices.json'), JSON.stringify(Object.fromEntries(entries)));

  const all = held.move();
  return {
    home,
    adbPort: adb.port,
    phones,
    start: (args, env) => start(home, args, env),
    processes: () => marked(home, adb.port),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

type Rom = 'lineage-17' | 'miui-11-mint-3.4.3';

function anEntry(rom: Rom = 'lineage-17') {
  const lineage = rom === 'lineage-17';
  return {
    model: 'Redmi Note 8',
    rom: lineage
      ? { family: 'LineageOS', region: 'global', build: '17.1-20200711-UNOFFICIAL-ginkgo' }
      : { family: 'MIUI', region: 'global', build: 'V11.0.6.0.PCOMIXM' },
    browsers: lineage ? { jelly: '1.0' } : { mint: '3.4.3' },
    listen: 'usb',
    reach: 'content',
    egress: 'world',
  };
}

async function serialFrom(child: Child): Promise<string> {
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdout.resume();
    return z.object({ serial: z.string() }).parse(JSON.parse(line)).serial;
  }
  throw new Error('the handset ended at once');
}

async function start(
  home: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Command> {
  const { NO_COLOR: _, npm_command: __, ...around } = process.env;
  const child = await spawnChild(process.execPath, [join(ROOT, 'harness/cli/main.ts'), ...args], {
    cwd: home,
    env: { ...around, ...env, [MARK]: home },
    graceMs: 30_000,
  });
  let text = '';
  const more = new EventTarget();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      more.dispatchEvent(new Event('said'));
    });
  }
  const says = async (pattern: RegExp): Promise<RegExpExecArray | null> => {
    const { promise, resolve } = Promise.withResolvers<RegExpExecArray | null>();
    const look = (): void => {
      const found = pattern.exec(text);
      if (found) resolve(found);
    };
    more.addEventListener('said', look);
    look();
    void child.ended.then(() => {
      resolve(null);
    });
    return await promise.finally(() => {
      more.removeEventListener('said', look);
    });
  };
  let over = false;
  void child.ended.then(() => {
    over = true;
  });
  return { child, output: () => text, over: () => over, says };
}

/** An adb server of the bench that a command has started again is the bench's, and stays. */
async function marked(home: string, adbPort: number): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const of = async (file: string): Promise<string> =>
      await readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
    if (!(await of('environ')).split('\0').includes(`${MARK}=${home}`)) continue;
    const line = (await of('cmdline')).replaceAll('\0', ' ').trim();
    const benchAdb = line.startsWith('adb -L') && line.includes(`:${adbPort} fork-server`);
    if (line !== '' && !benchAdb) found.set(pid, line);
  }
  return found;
}
