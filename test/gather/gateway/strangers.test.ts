import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { spawnChild, run } from '../../../harness/lib/children.ts';
import { openGround } from '../../../harness/gather/gateway/ground.ts';
import type { Lab } from '../tap/lab.ts';
import { aSink, openLab } from '../tap/lab.ts';
import { listening } from './listening.ts';

const HERE = join(import.meta.dirname, '../../../harness');

describe('a gateway among strangers', function () {
  this.timeout(60_000);
  const root = userInfo().uid === 0;
  let lab: Lab;

  before(async () => {
    lab = await openLab();
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  it('serves its device alone, and turns away this machine and the devices of others', async function () {
    if (!root) this.skip();
    await using heard = await listening(lab);
    await using other = await openGround();
    const capture = await heard.tap.capture(aSink().sink);
    const socket = connect(heard.tap.port, heard.ground.address);
    socket.on('error', () => undefined);
    socket.write('GET http://x.leaklab.test/ HTTP/1.1\r\nHost: x.leaklab.test\r\n\r\n');
    let got = 0;
    socket.on('data', (bytes: Buffer) => (got += bytes.length));
    await new Promise((resolve) => socket.once('close', resolve));
    const place = `${heard.ground.address}/${String(heard.tap.port)}`;
    const [command, ...args] = other.inside([
      'bash',
      '-c',
      `timeout 3 bash -c 'exec 3<>/dev/tcp/${place}; echo >&3; cat <&3' && echo reached`,
    ]);
    const { stdout } = await run(command, args);
    const own = await heard.curl('-w', '%{http_code}', 'https://visited.leaklab.test/page');
    const { connections } = await capture.finish();
    assert.deepEqual(
      [got, stdout.toString(), own.stdout.toString(), connections],
      [0, '', '200', 1],
    );
  });

  it('listens on loopback and on the address of its cable, and nowhere else', async function () {
    if (!root) this.skip();
    const before = new Set(await ownSockets());
    await using heard = await listening(lab);
    const opened = (await ownSockets()).filter((one) => !before.has(one));
    const addresses = new Set(opened.map((one) => one.replace(/:\d+$/, '')));
    assert.deepEqual(addresses, new Set(['127.0.0.1', heard.ground.address]));
    assert.ok(opened.includes(`${heard.ground.address}:${String(heard.tap.port)}`));
  });

  it('whose run is killed with -9 leaves no recorder, and the next one finds no network, filter or cable of it', async function () {
    if (!root) this.skip();
    const child = await spawnChild(process.execPath, [
      '--input-type=module-typescript',
      '-e',
      `import { openGround } from '${HERE}/gather/gateway/ground.ts';
      import { openGateway } from '${HERE}/gather/gateway/gateway.ts';
      import { madeUp } from '${HERE}/gather/gateway/names.ts';
      import { systemClock } from '${HERE}/lib/clock.ts';
      import { spawnChild } from '${HERE}/lib/children.ts';
      const ground = await openGround();
      const gateway = await openGateway(ground, { resolve: madeUp(), clock: systemClock() });
      await gateway.lead(9);
      const [command, ...args] = ground.inside(['sleep', '600.5']);
      await spawnChild(command, args);
      console.log(ground.cable);
      setInterval(() => undefined, 1000);`,
    ]);
    const cable = String((await once(child.stdout, 'data')).at(0)).trim();
    const index = cable.replace('llg', '');
    const left = async (): Promise<string[]> => {
      const seen = async (command: string, ...args: string[]): Promise<string> =>
        (await run(command, args)).stdout.toString();
      const owned = (await seen('ip', '-o', 'link', 'show', 'type', 'veth')).includes(
        `alias leaklab ${String(child.pid)} `,
      );
      return [
        ...((await seen('pgrep', '-f', `^tcpdump .*-i ${cable} `)) === '' ? [] : ['recorder']),
        ...((await seen('ip', 'netns', 'pids', `leaklab-${index}`)) === '' ? [] : ['program']),
        ...(owned ? ['cable'] : []),
        ...((await seen('ip', 'netns', 'list')).split(/\s/).includes(`leaklab-${index}`)
          ? ['namespace']
          : []),
        ...((await seen('nft', 'list', 'tables')).split(/\s/).includes(`leaklab_${index}`)
          ? ['filter']
          : []),
      ];
    };
    assert.deepEqual(await left(), ['recorder', 'program', 'cable', 'namespace', 'filter']);
    process.kill(child.pid, 'SIGKILL');
    await child.ended;
    const signal = AbortSignal.timeout(10_000);
    while ((await left()).some((one) => one === 'recorder' || one === 'program')) {
      signal.throwIfAborted();
    }
    assert.deepEqual(await left(), ['cable', 'namespace', 'filter']);
    await using next = await openGround();
    // Its number is free again, and may be the next one's or another run's by now.
    const again = (await left()).filter((one) => one === 'cable' || next.cable !== cable);
    assert.ok(!again.includes('cable'), again.join());
  });

  it('is refused without rights, which are named, and the proxy setting does without them', async function () {
    if (!root) this.skip();
    const script = `import { openGround } from '${HERE}/gather/gateway/ground.ts';
      import { openTap } from '${HERE}/gather/tap/open.ts';
      import { systemClock } from '${HERE}/lib/clock.ts';
      const refusal = await openGround().then(() => null, ({ code, message, advice }) => ({ code, message, advice }));
      const tap = await openTap({ device: 'usb', world: null, clock: systemClock() });
      const { once } = await import('node:events');
      const { connect } = await import('node:net');
      const socket = connect(tap.port, '127.0.0.1');
      socket.write('GET http://visited.leaklab.test/ HTTP/1.1\\r\\nHost: visited.leaklab.test\\r\\n\\r\\n');
      const [answer] = await once(socket, 'data');
      console.log(JSON.stringify({ ...refusal, usb: answer.toString('latin1').slice(0, 12) }));
      process.exit(0);`;
    const nobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--inh-caps=-all'];
    const { stdout, stderr } = await run('setpriv', [
      ...[...nobody, '--', process.execPath, '--input-type=module-typescript', '-e', script],
    ]);
    assert.deepEqual(JSON.parse(stdout.toString() || JSON.stringify(stderr)), {
      code: 'gateway-refused',
      message:
        'the gateway could not be set up: ip said: RTNETLINK answers: Operation not permitted',
      advice:
        'Run as root, or with CAP_NET_ADMIN and CAP_SYS_ADMIN; or write "listen": "usb" in devices.json, or "proxy" for a desktop browser.',
      usb: 'HTTP/1.1 200',
    });
  });
});

/** What this process listens with, in TCP and UDP: `address:port`. */
async function ownSockets(): Promise<string[]> {
  const { stdout } = await run('ss', ['-lntuHp']);
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line.includes(`pid=${String(process.pid)},`))
    .map((line) => line.split(/\s+/)[4] ?? '');
}
