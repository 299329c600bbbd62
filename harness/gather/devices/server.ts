import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { run, spawnChild } from '../../lib/children.ts';
import type { Child } from '../../lib/children.ts';
import type { Clock } from '../../lib/clock.ts';
import { makeFolder } from '../../record/disk.ts';
import { openAdb } from './adb.ts';
import { benchFault } from './faults.ts';

/** An adb server of our own: its phones, its key and its end are no one else's. */
export interface AdbServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** As `adb version` says, e.g. 29.0.6-debian. */
  readonly version: string;
  /** Settles when it has ended, whoever ended it. */
  readonly ended: Promise<unknown>;
}

const HOST = '127.0.0.1';
const OLDEST = 29;
const PATIENCE_MS = 15_000;

/**
 * Starts `adb nodaemon server` under us, so that no crash leaves a server behind. `home` keeps its key apart from
 * the user's. Port 0 takes a free one. Faults: adb-missing, adb-too-old, port-taken.
 */
export async function startAdbServer({
  home,
  port = 0,
  clock,
}: {
  home: string;
  port?: number;
  clock: Clock;
}): Promise<AdbServer> {
  const version = await adbVersion();
  await makeFolder(home);
  const free = await freePort(port, 'port-taken');
  const child = await spawnChild('adb', ['-P', String(free), 'nodaemon', 'server'], {
    // Emulators that somebody else runs on this machine are none of ours.
    env: { ...process.env, HOME: home, ADB_LOCAL_TRANSPORT_MAX_PORT: '5553', ADB_MDNS: '0' },
  });
  const said = tail(child);
  try {
    await answering(child, free, clock, said);
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
  return {
    host: HOST,
    port: free,
    version,
    ended: child.ended,
    [Symbol.asyncDispose]: async () => {
      await child[Symbol.asyncDispose]();
      // Any adb program that found our server gone has started one in its place, as a daemon.
      if (await listening(free)) await openAdb({ host: HOST, port: free }).kill();
    },
  };
}

/**
 * The asked-for port, or a free one for 0: of those that Linux gives to no connection by itself (its
 * ip_local_port_range begins at 32768), which could be taken again before a server listens there.
 * Fault with `taken` when something listens there already.
 */
export async function freePort(
  port: number,
  taken: 'port-taken' | 'appium-port-taken',
): Promise<number> {
  for (let tries = 1; ; tries++) {
    const wanted = port === 0 ? nextPort() : port;
    try {
      await probe(wanted);
      return wanted;
    } catch (error) {
      if (port === 0 && tries < TRIES) continue;
      throw benchFault(taken, `port ${wanted} on ${HOST} is taken`, error);
    }
  }
}

const TRIES = 100;
const PORTS = { from: 20_000, below: 32_768 } as const;
/** Where this process begins; each time the one after it, so that two that ask at once never get the same. */
let last = randomInt(PORTS.from, PORTS.below);

function nextPort(): number {
  last = last + 1 < PORTS.below ? last + 1 : PORTS.from;
  return last;
}

async function probe(port: number): Promise<void> {
  const server = createServer();
  server.listen(port, HOST);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

/** The last words of a child, for the message when it does not come up. Also keeps its pipes from filling. */
export function tail(child: Child): () => string {
  let last = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      last = (last + chunk).slice(-2000);
    });
  }
  return () => last.trim();
}

async function adbVersion(): Promise<string> {
  const { code, stdout, stderr } = await run('adb', ['version']);
  const version = /^Version (\S+)/m.exec(stdout.toString('utf8'))?.[1];
  if (code !== 0 || version === undefined) {
    throw benchFault('adb-missing', `adb cannot be started: ${stderr.trim().slice(0, 200)}`);
  }
  if (Number.parseInt(version, 10) >= OLDEST) return version;
  throw benchFault('adb-too-old', `adb is ${version}; ${OLDEST} or newer is needed`);
}

async function answering(
  child: Child,
  port: number,
  clock: Clock,
  said: () => string,
): Promise<void> {
  const end = child.ended.then((code) => ({ code }));
  const until = clock.now() + PATIENCE_MS;
  for (;;) {
    if (await listening(port)) {
      await openAdb({ host: HOST, port }).version();
      return;
    }
    const over = await Promise.race([end, clock.wait(50 / clock.scaled(1))]);
    if (over) throw benchFault('adb-gone', `adb ended with ${String(over.code)}: ${said()}`);
    if (clock.now() > until) throw benchFault('adb-gone', `adb does not answer: ${said()}`);
  }
}

async function listening(port: number): Promise<boolean> {
  const socket = connect(port, HOST);
  return await once(socket, 'connect')
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy());
}
