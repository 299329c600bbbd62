import { join } from 'node:path';
import type { Appium } from '../../gather/browsers/appium.ts';
import { startAppium } from '../../gather/browsers/appium.ts';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import type { DeviceLink, World } from '../../gather/devices/phone.ts';
import { startAdbServer } from '../../gather/devices/server.ts';
import { run } from '../../lib/children.ts';
import { systemClock } from '../../lib/clock.ts';
import { makeFolder } from '../../record/disk.ts';
import type { AtBench } from './at-bench.ts';
import { androidAt } from './at-bench.ts';
import { startHandset, startWorld } from './programs.ts';

/** Everything that runs beside the experiment for as long as it lasts. */
export interface Lab extends AsyncDisposable {
  readonly devices: ReadonlyMap<string, AtBench>;
  readonly tools: Readonly<Record<string, string>>;
}

/**
 * Starts what the named devices need: Appium for all; for reference handsets an adb server of our own, their world
 * and the handsets themselves. Phones are reached through the adb server that their entry names. All of it ends
 * with the lab, and dies with us should we be killed.
 */
export async function openLab(
  entries: ReadonlyMap<string, BenchEntry>,
  { root, workDir, seed }: { root: string; workDir: string; seed: string },
): Promise<Lab> {
  await using held = new AsyncDisposableStack();
  const clock = systemClock();
  await makeFolder(workDir);
  const appium = held.use(await startAppium({ root, workDir, clock }));
  const handsets = [...entries].filter(([, entry]) => entry.handset !== undefined);
  const tools: Record<string, string> = { node: process.version, appium: appium.version };
  const devices = new Map<string, AtBench>();

  if (handsets.length > 0) {
    const adb = held.use(await startAdbServer({ home: join(workDir, 'adb'), clock }));
    tools['adb'] = adb.version;
    await makeFolder(join(workDir, 'world'));
    const { ready: world } = held.use(await startWorld(root, join(workDir, 'world')));
    await Promise.all(
      handsets.map(async ([name, entry]) => {
        const timelapse = entry.timelapse ?? 1;
        const given = { rom: entry.handset ?? '', worldRoot: world.root, timelapse, seed };
        const { ready } = held.use(
          await startHandset(root, { ...given, trace: join(workDir, `${name}.trace.jsonl`) }),
        );
        const link = linkTo(name, ready.serial, adb, appium, world);
        devices.set(name, androidAt(entry, link, systemClock(timelapse)));
      }),
    );
  }
  for (const [name, entry] of entries) {
    if (entry.serial === undefined) continue;
    const adb = { host: entry.adb?.host ?? '127.0.0.1', port: entry.adb?.port ?? 5037 };
    // The bench's own adb server, which stays: started where it is not running, as any adb command would.
    if (adb.host === '127.0.0.1') await run('adb', ['-P', String(adb.port), 'start-server']);
    devices.set(name, androidAt(entry, linkTo(name, entry.serial, adb, appium, null), clock));
  }
  const all = held.move();
  return { devices, tools, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function linkTo(
  name: string,
  serial: string,
  adb: { readonly host: string; readonly port: number },
  appium: Appium,
  world: World | null,
): DeviceLink {
  return {
    name,
    serial,
    adb: { host: adb.host, port: adb.port },
    webdriver: { hostname: appium.hostname, port: appium.port },
    reference: world !== null,
    world,
  };
}
