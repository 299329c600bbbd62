import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Resolver } from 'node:dns/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import {
  destinationIn,
  destinationOf,
  openDestinations,
} from '../../../harness/gather/gateway/destination.ts';
import { openGateway } from '../../../harness/gather/gateway/gateway.ts';
import type { Ground } from '../../../harness/gather/gateway/ground.ts';
import { openGround } from '../../../harness/gather/gateway/ground.ts';
import type { NameAsked } from '../../../harness/gather/gateway/names.ts';
import { madeUp, openNames } from '../../../harness/gather/gateway/names.ts';
import { openRecorder } from '../../../harness/gather/gateway/recorder.ts';
import type { Flow } from '../../../harness/gather/tap/packets/flows.ts';
import { flowTable } from '../../../harness/gather/tap/packets/flows.ts';
import { streamSide } from '../../../harness/gather/tap/packets/stream.ts';
import { packetReader } from '../../../harness/gather/tap/packets/reader.ts';
import type { CaptureSink } from '../../../harness/gather/tap/tap.ts';
import { run } from '../../../harness/lib/children.ts';
import { systemClock } from '../../../harness/lib/clock.ts';

describe('a gateway of our own', () => {
  const root = userInfo().uid === 0;

  it('a device finds us behind every name and address, and we know which it meant', async function () {
    if (!root) this.skip();
    await using ground = await openGround();
    const asked: NameAsked[] = [];
    await using names = await openNames(ground.address, {
      resolve: madeUp(),
      tell: (one) => {
        asked.push(one);
      },
      now: () => 1,
    });
    const met: unknown[] = [];
    await using tap = await aListener(ground.address, async (port, address) => {
      const to = await destinationOf(address, port);
      met.push([to && names.nameOf(to.address), to?.address, to?.port]);
    });
    await ground.lead({ tap: tap.port, names: names.port });
    await inside(ground, `cat </dev/tcp/canary.example/4444`);
    await inside(ground, `exec 3<>/dev/tcp/203.0.113.5/8883; cat <&3`);
    assert.deepEqual(met, [
      [asked[0]?.name, '198.19.0.1', 4444],
      [null, '203.0.113.5', 8883],
    ]);
    assert.equal(asked[0]?.name, 'canary.example');
    assert.ok(asked[0].question.includes('canary'));
  });

  it('a device that uses one port towards two places is understood at both', async function () {
    if (!root) this.skip();
    await using ground = await openGround();
    const met: unknown[] = [];
    await using tap = await aListener(ground.address, async (port, address) => {
      met.push(await destinationOf(address, port));
    });
    await ground.lead({ tap: tap.port, names: 9 });
    const twice = `const { connect } = require("net");
      for (const host of ["203.0.113.5", "203.0.113.6"]) {
        connect({ host, port: 443, localPort: 40001 }).resume();
      }`;
    const [command, ...args] = ground.inside([process.execPath, '-e', twice]);
    const { stderr } = await run(command, args);
    assert.equal(stderr, '');
    assert.deepEqual(
      new Set(met),
      new Set([
        { address: '203.0.113.5', port: 443, from: 40001 },
        { address: '203.0.113.6', port: 443, from: 40001 },
      ]),
    );
  });

  it('closed in the middle of a trial it leaves no program behind', async function () {
    if (!root) this.skip();
    const before = await children();
    {
      await using ground = await openGround();
      await using gateway = await openGateway(ground, { resolve: madeUp(), clock: systemClock() });
      const sink: CaptureSink = {
        exchange: () => Promise.resolve(),
        spool: () => assert.fail('nothing is spooled'),
        packets: () => Promise.resolve(),
      };
      await gateway.packets(sink, () => 'x1');
      assert.ok((await children()).length > before.length);
    }
    assert.deepEqual(await children(), before);
  });

  it('nothing else on this machine can be reached, over either cable', async function () {
    if (!root) this.skip();
    await using ground = await openGround();
    await using tap = await aListener(ground.address, () => Promise.resolve());
    await using other = await aListener('0.0.0.0', () => Promise.resolve());
    await ground.lead({ tap: tap.port, names: 9 });
    for (const address of [ground.address, ground.bench.address]) {
      const { stdout } = await inside(
        ground,
        `timeout 2 bash -c 'cat </dev/tcp/${address}/${String(other.port)}' && echo reached`,
      );
      // Over the recorded cable every port is the tap's; over the other one there is none.
      const expected = address === ground.address ? 'tap\nreached\n' : '';
      assert.equal(stdout.toString(), expected);
    }
    const { stdout } = await inside(ground, 'ip route get 192.0.2.1; ip -6 route');
    assert.match(stdout.toString(), new RegExp(`via ${ground.address}`));
  });

  it('every packet of a trial is in its record, and none of the trial before', async function () {
    if (!root) this.skip();
    await using ground = await openGround();
    await using tap = await aListener(ground.address, () => Promise.resolve());
    await ground.lead({ tap: tap.port, names: 9 });
    await using recorder = await openRecorder({ ...ground, clock: systemClock() });
    const files = [Buffer.alloc(0), Buffer.alloc(0)];
    const counted = [];
    for (const [at, port] of [1111, 2222].entries()) {
      const record = await recorder.record(async (bytes) => {
        files[at] = Buffer.concat([files[at] ?? Buffer.alloc(0), bytes]);
        await Promise.resolve();
      });
      await inside(ground, `cat </dev/tcp/203.0.113.5/${String(port)}`);
      await inside(ground, `echo -n quic > /dev/udp/203.0.113.5/443`);
      const read = await record.end();
      const flows = record.table.flows.map(({ server, up }) => [server.port, up.bytes]);
      counted.push({ state: read.state, flows });
      // What is on the disk is what was counted.
      const table = flowTable();
      const reader = packetReader((packet) => {
        table.add(packet);
      });
      reader.push(files[at] ?? Buffer.alloc(0));
      assert.deepEqual({ ...reader.end(), shortened: 0 }, read);
      assert.deepEqual(
        table.flows.map(({ server, up }) => [server.port, up.bytes]),
        flows,
      );
    }
    assert.deepEqual(counted, [
      {
        state: 'whole',
        flows: [
          [1111, 0],
          [443, 4],
        ],
      },
      {
        state: 'whole',
        flows: [
          [2222, 0],
          [443, 4],
        ],
      },
    ]);
  });

  it('a ground whose owner is gone is taken down when the next one is set up', async function () {
    if (!root) this.skip();
    const child = await run('sh', ['-c', 'echo $$']);
    const pid = Number(child.stdout.toString());
    const orphan = await openGround({ pid, started: '1' });
    await using ground = await openGround();
    const { stdout } = await run('ip', ['netns', 'list']);
    assert.ok(
      !stdout.toString().split(/\s/).includes(orphan.namespace) ||
        orphan.namespace === ground.namespace,
    );
    const { stdout: links } = await run('ip', ['-o', 'link', 'show', 'type', 'veth']);
    assert.ok(!links.toString().includes(`alias leaklab ${String(pid)} 1`));
  });

  it('says backwards whose an address is that it gave, and of no other', async () => {
    const asked: NameAsked[] = [];
    await using names = await openNames('127.0.0.1', {
      resolve: madeUp(),
      tell: (one) => {
        asked.push(one);
      },
      now: () => 1,
    });
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${String(names.port)}`]);
    const [address = ''] = await resolver.resolve4('canary.example');
    assert.deepEqual(await resolver.reverse(address), ['canary.example']);
    await assert.rejects(resolver.reverse('198.19.255.254'), { code: 'ENOTFOUND' });
    assert.equal(asked[1]?.name, `${address.split('.').reverse().join('.')}.in-addr.arpa`);
  });

  it('believes the packet that began a connection where it is the only one from there, and is asked of the kernel else', async () => {
    const device = '10.213.0.2';
    const flow = (port: number, server: string): Flow => ({
      protocol: 'tcp',
      client: { address: device, port },
      server: { address: server, port: 443 },
      ...{ firstAt: 900, lastAt: 900, bytesUp: 60, bytesDown: 0, packets: 1, begun: true },
      ...{ established: false, reset: false, ended: false, up: streamSide(), down: streamSide() },
    });
    const late: Flow[] = [];
    const from = new Map([
      [1, [flow(1, '203.0.113.5')]],
      [2, [flow(2, '203.0.113.5'), flow(2, '203.0.113.6')]],
      [3, [{ ...flow(3, '203.0.113.5'), firstAt: -60_000 }]],
      [4, late],
    ]);
    const seen = {
      begunFrom: (port: number) => from.get(port) ?? [],
      more: () => Promise.resolve(late.length === 0 && late.push(flow(4, '203.0.113.7')) > 0),
    };
    const destination = openDestinations(device, seen, () => 1000);
    const told = { address: '203.0.113.5', port: 443, from: 1 };
    assert.deepEqual(await destination(1), told);
    // The kernel knows of no such device.
    assert.equal(await destination(1), null);
    assert.equal(await destination(2), null);
    assert.deepEqual(await destination(4), { ...told, address: '203.0.113.7', from: 4 });
    assert.equal(await destination(3), null);
  });

  it('reads the kernel’s list as it is written', () => {
    const list =
      'ipv4     2 tcp      6 431999 ESTABLISHED src=10.213.0.2 dst=203.0.113.5 sport=45948 dport=4444 src=10.213.0.1 dst=10.213.0.2 sport=19999 dport=45948 [ASSURED] mark=0 zone=0 use=2\n' +
      'ipv4     2 udp      17 20 src=10.213.0.2 dst=198.51.100.1 sport=45949 dport=53 src=1.1.1.1 dst=10.213.0.2 sport=53 dport=45949 mark=0 zone=0 use=2\n';
    const to = { address: '203.0.113.5', port: 4444, from: 45948 };
    assert.deepEqual(destinationIn(list, '10.213.0.2', 45948), to);
    // One port of the device towards two places: the kernel shows us the second as another.
    const twice = list.replaceAll('dport=45948', 'dport=50001');
    assert.deepEqual(destinationIn(twice, '10.213.0.2', 50001), to);
    assert.equal(destinationIn(twice, '10.213.0.2', 45948), null);
    assert.equal(destinationIn(list, '10.213.0.2', 45949), null);
    assert.equal(destinationIn(list, '10.213.0.1', 19999), null);
  });
});

async function aListener(
  address: string,
  met: (port: number, from: string) => Promise<void>,
): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    void met(socket.remotePort ?? 0, socket.remoteAddress ?? '').then(() => socket.end('tap\n'));
  });
  server.listen(0, address);
  await once(server, 'listening');
  const at = server.address();
  assert.ok(at !== null && typeof at === 'object');
  return {
    port: at.port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

function inside(ground: Ground, script: string): ReturnType<typeof run> {
  const [command, ...args] = ground.inside(['bash', '-c', script]);
  return run(command, args);
}

/** Programs that this one has started, and what they started. */
async function children(): Promise<string[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,comm=']);
  const rows = stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const below = new Set([String(process.pid)]);
  const told: string[] = [];
  for (const [pid = '', parent = '', name = ''] of rows) {
    if (!below.has(parent) || name === 'ps') continue;
    below.add(pid);
    told.push(`${pid} ${name}`);
  }
  return told;
}
