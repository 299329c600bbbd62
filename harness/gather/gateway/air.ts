import { run } from '../../lib/children.ts';
import { Fault } from '../../lib/fault.ts';
import type { Footing } from './ground.ts';

/** Where a phone is that has a network of its own with us: an access point of this machine, or a cable to it. */
export interface Air {
  /** The network interface that the phone is behind, by its name. */
  readonly interface: string;
  /** The address that the phone has there. */
  readonly address: string;
}

const RIGHTS = 'Run as root, or with CAP_NET_ADMIN and CAP_NET_RAW';
const ADVICE = `${RIGHTS}; see what is missing: npm run leaklab -- doctor --gateway; or write "listen": "usb" in devices.json.`;

/**
 * Stands on an interface that is there already, for one phone behind it: what that address sends comes to the tap and
 * to our name server, and everything else of it is dropped, IPv6 of the whole interface too. Others behind the
 * interface are left alone and never recorded. Fault `gateway-refused`.
 */
export async function openAir(air: Air): Promise<Footing> {
  const here = await addressOf(air.interface);
  if (here === null) {
    throw new Fault(
      'gateway-refused',
      `the interface ${air.interface} is not up, or has no IPv4 address`,
      `Set the access point up as docs/access-point.md says, or mend "gateway" in devices.json.`,
    );
  }
  const table = tableOf(air);
  await rules(air, here.address, null);
  return {
    cable: air.interface,
    address: here.address,
    device: air.address,
    // To everybody behind the interface: it passes whether or not the phone is there, and nobody is asked for.
    mark: here.broadcast,
    only: `(host ${air.address} and not (host ${here.address} and tcp port ${ADB})) or (src host ${here.address} and dst host ${here.broadcast} and udp port 9)`,
    lead: (ports) => rules(air, here.address, ports),
    [Symbol.asyncDispose]: async () => {
      await run('nft', ['delete', 'table', 'inet', table]);
    },
  };
}

/** Where adb listens on a phone that is driven over the network: what drives it is not what it sends. */
const ADB = 5555;

/** Our address on an interface that is up, and the one by which everybody there is reached; null where there is none. */
export async function addressOf(name: string): Promise<{
  readonly address: string;
  readonly broadcast: string;
  readonly prefix: number;
} | null> {
  const { code, stdout } = await run('ip', ['-4', '-o', 'addr', 'show', 'dev', name, 'up']);
  if (code !== 0) return null;
  const found = /\binet ([\d.]+)\/(\d+)/.exec(stdout.toString());
  const [, address = '', length = ''] = found ?? [];
  if (found === null) return null;
  const prefix = Number(length);
  return {
    address,
    prefix,
    broadcast: dotted((numberOf(address) | (2 ** (32 - prefix) - 1)) >>> 0),
  };
}

/** Whether two addresses are in one network of that length. */
export function sameNetwork(one: string, other: string, prefix: number): boolean {
  const size = 2 ** (32 - prefix);
  return Math.floor(numberOf(one) / size) === Math.floor(numberOf(other) / size);
}

export function tableOf({ address }: Pick<Air, 'address'>): string {
  return `leaklab_air_${address.replaceAll('.', '_')}`;
}

async function rules(
  { interface: name, address: phone }: Air,
  ours: string,
  ports: { readonly tap: number; readonly names: number } | null,
): Promise<void> {
  const table = tableOf({ address: phone });
  const from = `iifname "${name}" ip saddr ${phone}`;
  const lead = ports
    ? `${from} udp dport 53 redirect to :${String(ports.names)}
       ${from} meta l4proto tcp redirect to :${String(ports.tap)}`
    : '';
  const admit = ports
    ? `ip daddr ${ours} ip saddr != ${phone} udp dport ${String(ports.names)} drop
       ${from} udp dport ${String(ports.names)} accept
       ${from} tcp dport ${String(ports.tap)} accept`
    : '';
  const text = `
    table inet ${table} {}
    delete table inet ${table}
    table inet ${table} {
      chain lead {
        type nat hook prerouting priority dstnat; policy accept;
        ${lead}
      }
      chain admit {
        type filter hook input priority filter; policy accept;
        iifname "${name}" meta nfproto ipv6 drop
        ${from} meta l4proto icmp accept
        ${from} ct state established,related accept
        ${from} udp sport 68 udp dport 67 accept
        ${admit}
        ${from} drop
      }
      chain through {
        type filter hook forward priority filter; policy accept;
        iifname "${name}" meta nfproto ipv6 drop
        ${from} drop
        oifname "${name}" ip daddr ${phone} drop
      }
    }`;
  const { code, stderr } = await run('nft', ['-f', '-'], { input: Buffer.from(`${text}\n`) });
  if (code === 0) return;
  const [said = ''] = stderr.trim().split('\n');
  throw new Fault('gateway-refused', `the gateway could not be set up: nft said: ${said}`, ADVICE);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => String((value >>> shift) & 255)).join('.');
}
