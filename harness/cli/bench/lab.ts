import { join } from 'node:path';
import type { Appium } from '../../gather/browsers/appium.ts';
import { startAppium } from '../../gather/browsers/appium.ts';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import { serialOf } from '../../gather/devices/bench.ts';
import { openAir } from '../../gather/gateway/air.ts';
import type { Ground } from '../../gather/gateway/ground.ts';
import { openGround } from '../../gather/gateway/ground.ts';
import type { DeviceLink, World } from '../../gather/devices/phone.ts';
import type { AdbServer } from '../../gather/devices/server.ts';
import { startAdbServer } from '../../gather/devices/server.ts';
import { goesPast } from '../../handset/collectors/past.ts';
import { run } from '../../lib/children.ts';
import { systemClock } from '../../lib/clock.ts';
import { Fault } from '../../lib/fault.ts';
import { keep } from '../../lib/keep.ts';
import { makeFolder } from '../../record/disk.ts';
import type { AtBench } from './at-bench.ts';
import { androidAt, desktopAt } from './at-bench.ts';
import type { WorldReady } from './programs.ts';
import { romNamed } from './profiles.ts';
import { startHandset, startWorld } from './programs.ts';

/** Everything that runs beside the experiment for as long as it lasts. */
export interface Lab extends AsyncDisposable {
  readonly devices: ReadonlyMap<string, AtBench>;
  readonly tools: Readonly<Record<string, string>>;
  /** Aborts, with the Fault as its reason, when something ended that no trial can do without. */
  readonly signal: AbortSignal;
}

/**
 * Starts what the named devices need: Appium for phones and handsets; for reference handsets and desktop browsers their
 * world; for handsets an adb server of our own and the handsets themselves. A phone, and a handset that runs already, is
 * reached through the adb server of its entry. All that is started ends with the lab, and dies with us should we be killed; Appium and the adb server, should they
 * end before, are started again when the next trial wants them.
 */
export async function openLab(
  entries: ReadonlyMap<string, BenchEntry>,
  { root, workDir, seed }: { root: string; workDir: string; seed: string },
): Promise<Lab> {
  await using held = new AsyncDisposableStack();
  const clock = systemClock();
  const broken = new AbortController();
  await makeFolder(workDir);
  const devices = new Map<string, AtBench>();
  const tools: Record<string, string> = { node: process.version };
  const handsets = [...entries].filter(([, entry]) => entry.handset !== undefined);
  const desktops = [...entries].filter(([, entry]) => entry.desktop !== undefined);
  const groundOf = async ({ listen }: BenchEntry): Promise<Ground | null> =>
    listen === 'gateway' ? held.use(await openGround()) : null;
  let world: WorldReady | null = null;
  if (handsets.length + desktops.length > 0) {
    await makeFolder(join(workDir, 'world'));
    const sites = [...entries.values()].flatMap(({ beacon }) => (beacon ? [beacon.host] : []));
    const started = held.use(await startWorld(root, join(workDir, 'world'), sites));
    world = started.ready;
    void started.ended.then((code) => {
      broken.abort(worldEnded(code));
    });
    for (const [name, entry] of desktops) {
      devices.set(name, desktopAt(entry, world, { clock, ground: await groundOf(entry) }));
    }
  }
  const done = (): Lab => {
    const all = held.move();
    return {
      devices,
      tools,
      signal: broken.signal,
      [Symbol.asyncDispose]: () => all.disposeAsync(),
    };
  };
  if (desktops.length === entries.size) return done();

  const appium = held.use(
    await keep<Appium>((before) => startAppium({ root, workDir, clock, port: before?.port ?? 0 })),
  );
  const { hostname, port, version: appiumVersion } = appium.program;
  tools['appium'] = appiumVersion;
  const linkTo = (
    name: string,
    serial: string,
    adb: AdbAt,
    world: World | null,
    air = false,
  ): DeviceLink => ({
    name,
    serial,
    adb: { host: adb.host, port: adb.port },
    webdriver: { hostname, port },
    reference: world !== null,
    air,
    world,
    upkeep: async () => {
      await Promise.all([adb.wanted(), appium.wanted()]);
    },
  });
  const own = handsets.filter(([, entry]) => serialOf(entry) === null);
  if (own.length > 0 && world) {
    const home = join(workDir, 'adb');
    const server = held.use(
      await keep<AdbServer>((before) => startAdbServer({ home, clock, port: before?.port ?? 0 })),
    );
    const { host, port: at, version } = server.program;
    const adb = { host, port: at, wanted: () => server.wanted() };
    tools['adb'] = version;
    const { root: worldRoot, past } = world;
    await Promise.all(
      own.map(async ([name, entry]) => {
        const timelapse = entry.timelapse ?? 1;
        const ground = await groundOf(entry);
        const given = { rom: entry.handset ?? '', worldRoot, past, ground, timelapse, seed };
        const { ready } = held.use(
          await startHandset(root, {
            ...given,
            trace: join(workDir, `${name}.trace.jsonl`),
            control: join(workDir, `${name}.sock`),
          }),
        );
        const serial = ground
          ? ready.serial.replace(/^.*:/, `${ground.bench.device}:`)
          : ready.serial;
        const link = linkTo(name, serial, adb, world, ground !== null);
        const way = { ground, soleWayOut: ground !== null || (await soleWayOut(entry)) };
        devices.set(name, androidAt(entry, link, systemClock(timelapse), way));
      }),
    );
  }
  for (const [name, entry] of entries) {
    const serial = serialOf(entry);
    if (serial === null) continue;
    const adb = benchAdb(entry);
    await adb.wanted();
    const ground = entry.gateway ? held.use(await openAir(entry.gateway)) : null;
    const link = linkTo(
      name,
      serial,
      adb,
      entry.handset === undefined ? null : world,
      ground !== null,
    );
    const entryClock = systemClock(entry.timelapse ?? 1);
    devices.set(
      name,
      androidAt(entry, link, entryClock, { ground, soleWayOut: await soleWayOut(entry) }),
    );
  }
  return done();
}

/**
 * Whether a device's only way out is the tap: a reference handset's, unless its profile has something on it that goes
 * past the proxy. A phone may have other ways, always; and so may a handset that runs already, whose profile nobody here
 * knows.
 */
async function soleWayOut(entry: BenchEntry): Promise<boolean> {
  const { handset } = entry;
  if (handset === undefined || serialOf(entry) !== null) return false;
  return !goesPast(await romNamed(handset));
}

/** The adb server that a phone hangs on: the bench's own, which stays. Started where it is not running, as any adb would. */
export function benchAdb({ adb }: BenchEntry): AdbAt {
  const { host, port } = { host: HERE, port: 5037, ...adb };
  const wanted = async (): Promise<void> => {
    if (host === HERE) await run('adb', ['-P', String(port), 'start-server']);
  };
  return { host, port, wanted };
}

/** An adb server, and what makes sure that it runs. */
interface AdbAt {
  readonly host: string;
  readonly port: number;
  wanted(): Promise<void>;
}

const HERE = '127.0.0.1';

function worldEnded(code: number | null): Fault {
  const how = code === null ? 'by a signal' : `with ${code}`;
  return new Fault(
    'world-ended',
    `the servers that stand for the internet around the devices ended ${how}`,
    'Go on with --resume: every finished trial is kept. If it happens twice, look at the free memory of this machine.',
  );
}
