import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'dns-packet';
import { openTap } from '../../../../harness/gather/tap/open.ts';
import { run } from '../../../../harness/lib/children.ts';
import { systemClock } from '../../../../harness/lib/clock.ts';
import { aSink } from '../lab.ts';

/*
 * Runs in namespaces of its own (names.test.ts): its resolver is a name server of ours that lies, and 203.0.113.9 is
 * "the internet": whoever connects to it comes to a server on this loopback, which nobody else may reach.
 */

const PUBLIC = '203.0.113.9';
const PORT = 8080;
/** One name after another: what it is each time it is asked for, the last for good. */
const ZONE = new Map<string, readonly (readonly string[])[]>([
  ['v4.example.org', [['127.0.0.1']]],
  ['v6.example.org', [['::1']]],
  ['mapped.example.org', [['::ffff:127.0.0.1']]],
  ['metadata.example.org', [['169.254.169.254']]],
  ['router.example.org', [['10.0.0.1']]],
  ['home.example.org', [['192.168.1.1']]],
  ['unique.example.org', [['fd00::1']]],
  ['own.example.org', [['198.51.100.1']]],
  ['rebinds.example.org', [[PUBLIC], ['127.0.0.1']]],
  ['both.example.org', [['127.0.0.1', PUBLIC]]],
]);

async function sh(script: string): Promise<void> {
  const { code, stderr } = await run('sh', ['-ec', script]);
  if (code !== 0) throw new Error(`${script}: ${stderr}`);
}

const folder = await mkdtemp(join(tmpdir(), 'leaklab-names-'));
await writeFile(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\n');
await writeFile(join(folder, 'hosts'), '127.0.0.1 localhost\n');
await sh(`
  mount --bind ${folder}/resolv.conf /etc/resolv.conf
  mount --bind ${folder}/hosts /etc/hosts
  ip link set lo up
  ip link add away type veth peer name gone
  ip link set gone up
  ip addr add 198.51.100.1/24 dev away
  ip -6 addr add fd00:2::1/64 dev away
  ip link set away up
  ip route add default dev away
  nft add table ip away
  nft 'add chain ip away out { type nat hook output priority -100; }'
  nft add rule ip away out ip daddr ${PUBLIC} tcp dport ${String(PORT)} redirect to :${String(PORT)}
`);

const names = createSocket('udp4');
const asked = new Map<string, number>();
names.on('message', (question, peer) => {
  const { id, questions = [] } = decode(question);
  const [one] = questions;
  if (!one) return;
  const turns = ZONE.get(one.name) ?? [];
  const turn = asked.get(one.name) ?? 0;
  const addresses = turns[Math.min(turn, turns.length - 1)] ?? [];
  // Both kinds are asked for at once: the turn is over with the second.
  if (one.type === 'AAAA') asked.set(one.name, turn + 1);
  const own = addresses.filter((address) => (one.type === 'AAAA') === address.includes(':'));
  const answers = own.map((data) => ({
    ...{ type: one.type === 'AAAA' ? ('AAAA' as const) : ('A' as const), name: one.name },
    ...{ class: 'IN' as const, ttl: 0, data },
  }));
  names.send(
    encode({ id: id ?? 0, type: 'response', questions: [one], answers }),
    peer.port,
    peer.address,
  );
});
names.bind(53, '127.0.0.1');
await once(names, 'listening');

const reached: string[] = [];
const dashboard = createServer(({ headers }, response) => {
  reached.push((headers.host ?? '').replace(/:\d+$/, ''));
  response.end('secrets of the lab');
}).listen(PORT, '::');
await once(dashboard, 'listening');

{
  await using tap = await openTap({ device: 'names', world: null, clock: systemClock() });
  const { sink, lines } = aSink();
  const capture = await tap.capture(sink);
  const ask = (name: string, ...way: string[]): Promise<unknown> =>
    run('curl', [
      ...['-s', '-m', '20', '-x', `http://127.0.0.1:${String(tap.port)}`, ...way],
      `http://${name}:${String(PORT)}/canary`,
    ]);
  for (const name of ZONE.keys()) {
    await ask(name);
    if (name !== 'both.example.org') await ask(name, '--proxytunnel');
  }
  await capture.finish();
  const told = lines.map(({ host, status, why }) => ({ host, status, why }));
  process.stdout.write(JSON.stringify({ reached, lines: told }));
}
names.close();
dashboard.close();
dashboard.closeAllConnections();
await sh('umount /etc/hosts /etc/resolv.conf');
await rm(folder, { recursive: true });
