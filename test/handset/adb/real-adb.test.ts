import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../harness/gather/devices/server.ts';
import { serveAdb } from '../../../harness/handset/adb/server.ts';
import type { DoorState } from '../../../harness/handset/adb/connection.ts';
import { run, spawnChild } from '../../../harness/lib/children.ts';
import type { Finished } from '../../../harness/lib/children.ts';
import { aPhone } from '../a-phone.ts';
import type { PretendPhone } from '../a-phone.ts';

/** The real adb program with a server of its own, whose key and log are in a folder of its own. */
interface Adb extends AsyncDisposable {
  readonly folder: string;
  (...args: readonly string[]): Promise<Finished>;
  within(timeoutMs: number, ...args: readonly string[]): Promise<Finished>;
}

async function anAdb(): Promise<Adb> {
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-adb-'));
  const port = String(await freePort(0, 'port-taken'));
  const env = { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder };
  const server = await spawnChild('adb', ['-P', port, 'nodaemon', 'server'], { env });
  server.stdout.resume();
  // It says where it logs or nothing at all; that it answers is what shows that it is up.
  server.stderr.resume();
  const within = (timeoutMs: number, ...args: readonly string[]): Promise<Finished> =>
    run('adb', ['-P', port, ...args], { env, timeoutMs });
  const ask = (...args: readonly string[]): Promise<Finished> => within(20_000, ...args);
  await answering(Number(port));
  return Object.assign(ask, {
    folder,
    within,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  });
}

function portOf(address: AddressInfo | string | null): number {
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const socket = connect(port, '127.0.0.1');
    const up = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('the adb server did not come up');
}

async function attached(
  adb: Adb,
  phone: PretendPhone,
  state: DoorState = 'open',
): Promise<{ port: AsyncDisposable; serial: string; said: string }> {
  const port = await serveAdb(phone, { reverse: phone.reverse, state });
  const serial = `127.0.0.1:${port.port}`;
  const said = (await adb('connect', serial)).stdout.toString();
  return { port, serial, said };
}

describe('the real adb program', function () {
  this.timeout(60_000);

  it('drives the handset: shell and exit codes, files both ways, reverse, logcat', async () => {
    await using adb = await anAdb();
    const phone = aPhone();
    const { port, serial, said } = await attached(adb, phone);
    await using _port = port;
    assert.equal(said, `connected to ${serial}\n`);
    const on = (...args: readonly string[]): Promise<Finished> => adb('-s', serial, ...args);

    assert.match(
      String((await adb('devices', '-l')).stdout),
      /device product:one_name model:Model_One device:one/,
    );

    const shell = await on('shell', 'echo out; echo err 1>&2; exit 7');
    assert.deepEqual([shell.code, String(shell.stdout), shell.stderr], [7, 'out\n', 'err\n']);
    assert.equal((await on('shell', 'nosuch')).code, 127);

    const bytes = createHash('shake256', { outputLength: 8 * 2 ** 20 }).digest();
    await writeFile(join(adb.folder, 'sent'), bytes);
    assert.equal((await on('push', join(adb.folder, 'sent'), '/data/local/tmp/big')).code, 0);
    const sum = createHash('sha256').update(bytes).digest('hex');
    assert.equal(
      String((await on('shell', 'sha256sum /data/local/tmp/big')).stdout),
      `${sum}  /data/local/tmp/big\n`,
    );
    assert.equal((await on('pull', '/data/local/tmp/big', join(adb.folder, 'back'))).code, 0);
    assert.ok(bytes.equals(await readFile(join(adb.folder, 'back'))));
    assert.match(
      String((await on('ls', '/data/local/tmp')).stdout),
      /^000081a4 00800000 \w+ big$/m,
    );

    const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    assert.equal((await on('reverse', 'tcp:8080', `tcp:${portOf(echo.address())}`)).code, 0);
    const stream = await phone.reverse.connect(8080);
    stream.write('there and back');
    const heard: readonly unknown[] = await once(stream, 'data');
    assert.equal(String(heard[0]), 'there and back');
    stream.destroy();
    echo.close();

    phone.log.write('Test', 'a line');
    assert.match(
      String((await on('logcat', '-d')).stdout),
      /^--------- beginning of main\n.* I Test    : a line\n$/,
    );
    assert.deepEqual(
      phone.trace.unknown().map(({ what }) => what),
      ['nosuch'],
    );
  });

  it('is told when the transport drops, and finds the handset again without its reverse rules', async () => {
    await using adb = await anAdb();
    const phone = aPhone();
    await using port = await serveAdb(phone, { reverse: phone.reverse });
    const serial = `127.0.0.1:${port.port}`;
    await adb('connect', serial);
    await adb('-s', serial, 'reverse', 'tcp:8080', 'tcp:1');
    phone.faults.begin({ fault: 'drop' });
    await adb('-s', serial, 'wait-for-disconnect');
    await adb('connect', serial);
    await adb('-s', serial, 'wait-for-device');
    assert.equal(String((await adb('-s', serial, 'reverse', '--list')).stdout).trim(), '');
    await assert.rejects(phone.reverse.connect(8080), /no reverse rule/);
  });

  it('calls a handset that is unplugged offline though it knocks on, and finds it by itself when that is over', async () => {
    await using adb = await anAdb();
    const phone = aPhone();
    await using port = await serveAdb(phone, { reverse: phone.reverse });
    const serial = `127.0.0.1:${port.port}`;
    await adb('connect', serial);
    phone.faults.begin({ fault: 'offline' });
    await adb('-s', serial, 'wait-for-disconnect');
    // Nobody else gets the port meanwhile.
    const other = createServer();
    other.listen(port.port, '127.0.0.1');
    const refused: readonly unknown[] = await once(other, 'error');
    assert.match(String(refused[0]), /EADDRINUSE/);
    assert.match((await adb('-s', serial, 'shell', 'id')).stderr, /device offline/);
    phone.faults.mend('offline');
    await adb('-s', serial, 'wait-for-device');
    assert.equal((await adb('-s', serial, 'shell', 'id')).code, 0);
  });

  it('calls a handset that nobody unlocks unauthorised', async () => {
    await using adb = await anAdb();
    const { port, serial, said } = await attached(adb, aPhone(), 'unauthorized');
    await using _port = port;
    assert.match(said, /failed to authenticate/);
    assert.match((await adb('-s', serial, 'shell', 'id')).stderr, /device unauthorized/);
  });

  it('does not call a mute handset connected', async () => {
    await using adb = await anAdb();
    const port = await serveAdb(aPhone(), { reverse: aPhone().reverse, state: 'mute' });
    await using _port = port;
    const { stdout, stderr } = await adb.within(1500, 'connect', `127.0.0.1:${port.port}`);
    assert.doesNotMatch(String(stdout) + stderr, /^connected/);
  });
});
