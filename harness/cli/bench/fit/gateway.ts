import type { BenchEntry } from '../../../gather/devices/bench.ts';
import type { Air } from '../../../gather/gateway/air.ts';
import { addressOf, openAir, sameNetwork } from '../../../gather/gateway/air.ts';
import { openGround } from '../../../gather/gateway/ground.ts';
import { madeUp, openNames } from '../../../gather/gateway/names.ts';
import { openRecorder } from '../../../gather/gateway/recorder.ts';
import { run } from '../../../lib/children.ts';
import { systemClock } from '../../../lib/clock.ts';
import { Fault } from '../../../lib/fault.ts';
import { readText } from '../../../record/disk.ts';
import { GROUPS } from '../../setup/needs.mjs';
import type { Check } from './check.ts';
import { programs } from './machine.ts';

/** Bits of CapEff in /proc/self/status (capabilities(7)). */
const CAPABILITIES = [
  ['CAP_NET_ADMIN', 12],
  ['CAP_NET_RAW', 13],
  ['CAP_SYS_ADMIN', 21],
] as const;

/** What listening through a network of ours needs: of this machine, proved on one that is set up and taken down, and of each phone's. */
export function gatewayChecks(entries: readonly BenchEntry[]): Check[] {
  const airs = entries.flatMap(({ name, gateway }) => (gateway ? [{ name, ...gateway }] : []));
  return [
    programs('gateway programs', [...(GROUPS.get('gateway') ?? [])]),
    { what: 'capabilities', ask: capabilities },
    { what: 'connection list', ask: connectionList },
    { what: 'gateway', ask: proved },
    ...airs.flatMap((air) => airChecks(air)),
  ];
}

async function capabilities(): Promise<string> {
  const status = (await readText('/proc/self/status')) ?? '';
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const missing = CAPABILITIES.filter(([, bit]) => ((held >> BigInt(bit)) & 1n) === 0n);
  if (missing.length === 0) return CAPABILITIES.map(([name]) => name).join(', ');
  const names = missing.map(([name]) => name).join(', ');
  throw new Fault(
    'gateway-refused',
    `missing: ${names}`,
    'Run as root, or give the process these capabilities.',
  );
}

/** By it the tap knows where a connection went before it was turned to us. */
async function connectionList(): Promise<string> {
  const { code } = await run('sh', ['-c', 'test -r /proc/net/nf_conntrack']);
  if (code === 0) return '/proc/net/nf_conntrack can be read';
  const advice =
    'Run as root; if the file is missing: modprobe nf_conntrack (CONFIG_NF_CONNTRACK_PROCFS).';
  throw new Fault('gateway-refused', '/proc/net/nf_conntrack cannot be read', advice);
}

/** A whole network of ours for a moment: a name is answered by us alone, QUIC is dropped and recorded, IPv6 leads nowhere. */
async function proved(): Promise<string> {
  const clock = systemClock();
  await using ground = await openGround();
  const asked: string[] = [];
  await using names = await openNames(ground.address, {
    resolve: madeUp(),
    tell: ({ name }) => asked.push(name),
    now: () => clock.now(),
  });
  await ground.lead({ tap: 9, names: names.port });
  await using recorder = await openRecorder({ ...ground, clock });
  const record = await recorder.record(() => Promise.resolve());
  const inside = async (script: string): Promise<string> => {
    const [command, ...args] = ground.inside(['bash', '-c', script]);
    return (await run(command, args)).stdout.toString();
  };
  const name = await inside('getent ahostsv4 doctor.leaklab.test | head -n 1');
  await inside('echo -n doctor >/dev/udp/203.0.113.5/443');
  const six = await inside('ip -6 route show default; ip -6 addr show scope global');
  const { state } = await record.end();
  const flows = record.table.flows.filter(({ protocol }) => protocol === 'udp');
  const quic = flows.find(({ server }) => server.port === 443);
  const wrong = [
    ...(state === 'whole' ? [] : ['the recorder did not record to its end']),
    ...(name.startsWith('198.19.') && asked.length > 0 ? [] : ['names are not answered by us']),
    ...(quic?.bytesUp ? [] : ['UDP/443 is not recorded']),
    ...(quic?.bytesDown ? ['UDP/443 is answered'] : []),
    ...(six.trim() === '' ? [] : ['there is a way out by IPv6']),
  ];
  if (wrong.length === 0) {
    return 'set up and taken down: names answered by us, UDP/443 dropped and recorded, no IPv6';
  }
  throw new Fault(
    'gateway-refused',
    `a network of ours came up and is not as it should be: ${wrong.join('; ')}`,
    'Look at the other tables of the packet filter (nft list ruleset): one of them may be in the way.',
  );
}

function airChecks(air: Air & { readonly name: string }): Check[] {
  const named = (what: string): string => `${air.name}, ${what}`;
  return [
    {
      what: named('interface'),
      ask: async () => {
        const here = await addressOf(air.interface);
        if (here === null) throw apart(`${air.interface} is not up, or has no IPv4 address`);
        if (!sameNetwork(here.address, air.address, here.prefix)) {
          throw apart(
            `${air.address} is not in ${air.interface}'s network ${here.address}/${here.prefix}`,
          );
        }
        const { stdout } = await run('sh', ['-c', 'iw dev "$0" info 2>/dev/null', air.interface]);
        const kind = /\btype AP\b/.test(stdout.toString())
          ? 'an access point'
          : 'no access point of its own: a cable, a bridge or a dongle';
        return `${air.interface}, ${here.address}/${here.prefix}, ${kind}`;
      },
    },
    {
      what: named('there'),
      ask: async () => {
        const { code } = await run('ping', [
          '-c',
          '1',
          '-W',
          '2',
          '-I',
          air.interface,
          air.address,
        ]).catch(() => ({ code: 1 }));
        const { stdout } = await run('ip', ['neigh', 'show', air.address, 'dev', air.interface]);
        if (code === 0 || /lladdr/.test(stdout.toString()))
          return `${air.address} answers behind ${air.interface}`;
        throw apart(`nobody answers at ${air.address} behind ${air.interface}`);
      },
    },
    {
      what: named('names'),
      ask: async () => {
        const { stdout } = await run('ss', ['-Hlun', 'sport = :53']);
        const here = await addressOf(air.interface);
        const others = stdout
          .toString()
          .split('\n')
          .filter((line) => {
            const at = /\s(\S+):53\s/.exec(line)?.[1] ?? '';
            return (
              at.startsWith('0.0.0.0') ||
              at.startsWith('*') ||
              at.startsWith('[::]') ||
              at === here?.address
            );
          });
        if (others.length === 0) return 'nobody else answers names there';
        throw new Fault(
          'names-taken',
          `a name server of this machine answers on ${air.interface}: between runs the phone is told by it`,
          'Let dnsmasq give addresses only: --port=0 (docs/access-point.md).',
        );
      },
    },
    {
      what: named('forwarding'),
      ask: async () => {
        const on = ((await readText('/proc/sys/net/ipv4/ip_forward')) ?? '').trim() === '1';
        if (!on) return 'this machine leads nothing on: the phone has no way past us';
        throw new Fault(
          'forwarding-on',
          'this machine forwards IPv4: a run drops what the phone sends past us, but between runs nothing does',
          'sysctl -w net.ipv4.ip_forward=0',
        );
      },
    },
    {
      what: named('IPv6'),
      ask: async () => {
        const path = `/proc/sys/net/ipv6/conf/${air.interface}/disable_ipv6`;
        const off = ((await readText(path)) ?? '1').trim() === '1';
        if (off) return `no IPv6 on ${air.interface}`;
        throw new Fault(
          'ipv6-on',
          `${air.interface} speaks IPv6: a run drops it and does not record it`,
          `sysctl -w net.ipv6.conf.${air.interface}.disable_ipv6=1`,
        );
      },
    },
    {
      what: named('rules'),
      ask: async () => {
        await using footing = await openAir(air);
        await footing.lead({ tap: 9, names: 9 });
        return 'set up and taken down again';
      },
    },
  ];
}

function apart(message: string): Fault {
  return new Fault(
    'gateway-refused',
    message,
    'Set the access point up as docs/access-point.md says, or mend "gateway" in devices.json.',
  );
}
