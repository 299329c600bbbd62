import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { spawnChild } from '../../lib/children.ts';
import type { Child } from '../../lib/children.ts';
import type { Clock } from '../../lib/clock.ts';
import { makeFolder } from '../../record/disk.ts';
import { benchFault } from '../devices/faults.ts';
import { freePort, tail } from '../devices/server.ts';
import { androidHomeIn } from './sdk.ts';

/** A running Appium server: the way to every phone's automation. */
export interface Appium extends AsyncDisposable {
  readonly hostname: string;
  readonly port: number;
  readonly version: string;
  /** Where it writes what it does. */
  readonly log: string;
  /** Settles when it has ended, whoever ended it. */
  readonly ended: Promise<unknown>;
}

const HOST = '127.0.0.1';
const PATIENCE_MS = 60_000;
/** MB of its heap: it lives on 70 with four phones, and takes gigabytes before it collects where it may. */
const HEAP = '--max-old-space-size=512';

/**
 * Starts Appium under us, listening on loopback only. `root` is the project's folder, where its driver is installed;
 * the log goes to `workDir`. Port 0 takes a free one. Faults: android-home-missing, appium-port-taken, appium-gone.
 */
export async function startAppium({
  root,
  workDir,
  port = 0,
  clock,
}: {
  root: string;
  workDir: string;
  port?: number;
  clock: Clock;
}): Promise<Appium> {
  const androidHome = await androidHomeIn(join(workDir, 'android'));
  const free = await freePort(port, 'appium-port-taken');
  await makeFolder(workDir);
  const log = join(workDir, 'appium.log');
  const child = await spawnChild(
    process.execPath,
    [
      HEAP,
      fileURLToPath(import.meta.resolve('appium')).replace(/build\/lib\/main\.js$/, 'index.js'),
      'server',
      ...['--address', HOST, '--port', String(free)],
      ...['--log', log, '--log-level', 'error:info', '--log-no-colors', '--log-timestamp'],
    ],
    { env: { ...process.env, ANDROID_HOME: androidHome, APPIUM_HOME: root }, cwd: root },
  );
  try {
    const version = await answering(child, free, { clock, log });
    return {
      hostname: HOST,
      port: free,
      version,
      log,
      ended: child.ended,
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

const statusSchema = z.object({ value: z.object({ build: z.object({ version: z.string() }) }) });

/** Its version, once it answers. */
async function answering(
  child: Child,
  port: number,
  { clock, log }: { clock: Clock; log: string },
): Promise<string> {
  const said = tail(child);
  const end = child.ended.then((code) => ({ code }));
  const until = clock.now() + PATIENCE_MS;
  for (;;) {
    const answer: unknown = await fetch(`http://${HOST}:${port}/status`, {
      signal: AbortSignal.timeout(5000),
    }).then(
      (response) => response.json(),
      () => null,
    );
    const status = statusSchema.safeParse(answer);
    if (status.success) return status.data.value.build.version;
    const over = await Promise.race([end, clock.wait(100 / clock.scaled(1))]);
    if (over?.code !== undefined && said().includes('EADDRINUSE')) {
      throw benchFault(
        'appium-port-taken',
        `port ${port} on ${HOST} was taken before Appium had it`,
      );
    }
    if (over)
      throw benchFault(
        'appium-gone',
        `Appium ended with ${String(over.code)}, log ${log}: ${said()}`,
      );
    if (clock.now() > until) throw benchFault('appium-gone', `Appium does not answer, log ${log}`);
  }
}
