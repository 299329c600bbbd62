import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { openAir } from '../../../harness/gather/gateway/air.ts';
import { openGateway } from '../../../harness/gather/gateway/gateway.ts';
import { madeUp } from '../../../harness/gather/gateway/names.ts';
import { openTap } from '../../../harness/gather/tap/open.ts';
import type { FlowTable } from '../../../harness/gather/tap/packets/flows.ts';
import { flowTable } from '../../../harness/gather/tap/packets/flows.ts';
import { packetReader } from '../../../harness/gather/tap/packets/reader.ts';
import type { Finished } from '../../../harness/lib/children.ts';
import { run } from '../../../harness/lib/children.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import { aSink, openLab } from '../tap/lab.ts';

const [HERE, PHONE, GUEST] = ['10.77.19.1', '10.77.19.10', '10.77.19.11'];

/** An interface of this machine with somebody behind it: a namespace in the place of a phone, and of a guest. */
describe('a phone behind an interface of this machine', function air() {
  this.timeout(40_000);
  const root = userInfo().uid === 0;

  it('is heard like any device behind a gateway: names, TLS, QUIC; and nobody else there is recorded or led on', async function () {
    if (!root) this.skip();
    await using lab = await openLab();
    await using behind = await openBehind();
    const clock = systemClock();
    const pieces: Buffer[] = [];
    const { sink, lines } = aSink();
    await using footing = await openAir({ interface: behind.cable, address: PHONE });
    await using gateway = await openGateway(footing, { resolve: madeUp(), clock });
    await using tap = await openTap({ device: 'phone', world: lab.world, clock, gateway });
    const pem = join(lab.folder, 'tap.pem');
    await writeFile(pem, tap.caPem);
    const capture = await tap.capture({
      ...sink,
      packets: (bytes) => {
        pieces.push(bytes);
        return Promise.resolve();
      },
    });
    const curl = (...args: string[]): Promise<Finished> =>
      behind.run('curl', '-s', '-m', '8', '-o', '/dev/null', ...args);

    const read = await curl('--cacert', pem, 'https://shop.example.org/basket?id=7');
    await curl('http://plain.example.org/there');
    const pins = join(lab.folder, 'root.pem');
    const refused = await curl('--cacert', pins, 'https://pinned.example.org/');
    const passed = await curl('--cacert', pins, 'https://pinned.example.org/');
    await behind.run('bash', '-c', 'echo -n canary >/dev/udp/203.0.113.9/443');
    const shown = await behind.run(
      ...['openssl', 's_client', '-connect', 'shop.example.org:443', '-servername'],
      ...['shop.example.org', '-CAfile', pem, '-verify_return_error', '-brief', '-no_ign_eof'],
    );
    const guest = await curl('--interface', GUEST, '-k', 'https://shop.example.org/guest');
    const books = await capture.finish();

    assert.deepEqual([read.code, refused.code, passed.code], [0, 60, 0]);
    assert.match(shown.stderr, /Verification: OK/);
    assert.notEqual(guest.code, 0);
    assert.deepEqual(
      lines.filter(({ kind }) => kind === 'http').map(({ url }) => url),
      ['https://shop.example.org/basket?id=7', 'http://plain.example.org/there'],
    );
    assert.deepEqual(
      lines.filter(({ kind }) => kind === 'unread').map(({ host, why }) => [host, why]),
      [
        ['pinned.example.org', 'cert-rejected'],
        ['pinned.example.org', 'passthrough'],
        ['203.0.113.9', 'quic'],
      ],
    );
    assert.equal(books.coverage?.holds, true, books.coverage?.why.join());
    if ((await run('sh', ['-c', 'command -v tshark'])).code === 0) {
      const file = join(lab.folder, 'air.pcapng');
      await writeFile(file, Buffer.concat(pieces));
      const hellos = await run('tshark', [
        ...['-r', file, '-Y', 'tls.handshake.type == 1', '-T', 'fields', '-E', 'separator=;'],
        ...['-e', 'tcp.srcport', '-e', 'tls.handshake.extensions_server_name'],
        ...['-e', 'tls.handshake.extensions_alpn_str'],
      ]);
      const told = books.coverage.entries
        .filter(({ sni }) => sni !== null)
        .map(({ client, sni, alpn }) => [client.replace(/^.*:/, ''), sni, alpn.join()].join(';'));
      const seen = hellos.stdout.toString().trim().split('\n');
      assert.deepEqual(told.toSorted(byText), seen.toSorted(byText));
    }
    const clients = new Set(
      tableOf(Buffer.concat(pieces)).flows.map(({ client }) => client.address),
    );
    assert.deepEqual(clients, new Set([PHONE]));
  });

  it('leaves nothing behind, and leads its phone nowhere while no tap is open', async function () {
    if (!root) this.skip();
    await using behind = await openBehind();
    const tables = async (): Promise<string> =>
      (await run('nft', ['list', 'tables'])).stdout.toString();
    {
      await using _ = await openAir({ interface: behind.cable, address: PHONE });
      assert.match(await tables(), /leaklab_air_10_77_19_10/);
      const { code } = await behind.run('bash', '-c', `timeout 2 bash -c '</dev/tcp/${HERE}/22'`);
      assert.equal(code, 124);
    }
    assert.doesNotMatch(await tables(), /leaklab_air_10_77_19_10/);
  });

  it('is refused where there is no such interface, with the page that says how to make one', async function () {
    if (!root) this.skip();
    await assert.rejects(openAir({ interface: 'llnone0', address: PHONE }), {
      code: 'gateway-refused',
      advice: /docs\/access-point\.md/,
    });
  });
});

interface Behind extends AsyncDisposable {
  readonly cable: string;
  run(...words: string[]): Promise<Finished>;
}

async function openBehind(): Promise<Behind> {
  const id = String(process.pid);
  const [space, cable, theirs] = [`llair-${id}`, `lla${id}`, `llp${id}`];
  await using held = new AsyncDisposableStack();
  held.defer(async () => {
    await run('ip', ['netns', 'delete', space]);
    await run('rm', ['-rf', `/etc/netns/${space}`]);
    await run('ip', ['link', 'delete', cable]);
  });
  const script = `set -e
    ip netns add ${space}
    ip link add ${cable} type veth peer name ${theirs}
    ip link set ${theirs} netns ${space}
    ip addr add ${HERE}/24 brd + dev ${cable}
    sysctl -qw net.ipv6.conf.${cable}.disable_ipv6=1
    ip link set ${cable} up
    ip -n ${space} link set lo up
    ip -n ${space} addr add ${PHONE}/24 dev ${theirs}
    ip -n ${space} addr add ${GUEST}/24 dev ${theirs}
    ip -n ${space} link set ${theirs} up
    ip -n ${space} route add default via ${HERE}
    mkdir -p /etc/netns/${space}
    echo nameserver ${HERE} >/etc/netns/${space}/resolv.conf`;
  const { code, stderr } = await run('bash', ['-c', script]);
  assert.equal(code, 0, stderr);
  const all = held.move();
  return {
    cable,
    run: (...words) => run('ip', ['netns', 'exec', space, ...words]),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function tableOf(packets: Buffer): FlowTable {
  const table = flowTable();
  const reader = packetReader((packet) => {
    table.add(packet);
  });
  reader.push(packets);
  reader.end();
  return table;
}

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}
