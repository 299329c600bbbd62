import { BlockList, isIP } from 'node:net';
import type { Exchange } from './exchange.ts';

/** `why` of a line whose host was an address that no phone is led to, and what it was. */
export function refusedNear(host: string, address: string): string {
  return `refused: ${host} is ${address}, in the network of the lab`;
}

/**
 * The near address that a line was meant for: as the tap found it when it refused, or as the phone itself wrote it,
 * whatever became of it. Null: the line went elsewhere. A group counts where it is the neighbours' (mDNS, SSDP: who asks it
 * asks who is there), not one that reaches beyond every network.
 */
export function nearAddress({ host, why }: Pick<Exchange, 'host' | 'why'>): string | null {
  const told = /^refused: .* is (\S+), in the network of the lab$/s.exec(why ?? '')?.[1];
  if (told !== undefined) return plain(told);
  return rangeOf(host) === null || reachesBeyond(host) ? null : plain(host);
}

/** What kind of near address it is (RFC 6890); null for one that is anybody's, and for what is no address. */
export function rangeOf(address: string): NearRange | null {
  const family = isIP(address);
  if (family === 0) return null;
  const found = RANGES.find(([, list]) => list.check(address, family === 6 ? 'ipv6' : 'ipv4'));
  return found?.[0] ?? null;
}

export type NearRange = 'loopback' | 'link-local' | 'private' | 'multicast' | "nobody's";

/** Groups of a scope that no network bounds: 224.0.1.0 to 238.255.255.255 (RFC 5771), and scope E (RFC 7346). */
function reachesBeyond(address: string): boolean {
  return BEYOND.check(plain(address), isIP(plain(address)) === 6 ? 'ipv6' : 'ipv4');
}

const BEYOND = new BlockList();
BEYOND.addRange('224.0.1.0', '238.255.255.255', 'ipv4');
for (const flags of ['0', '1', '3', '7']) BEYOND.addSubnet(`ff${flags}e::`, 16, 'ipv6');

/** An IPv4 address mapped into IPv6 as the IPv4 address that it is. */
function plain(address: string): string {
  if (isIP(address) !== 6) return address;
  const { hostname } = new URL(`http://[${address}]/`);
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return hostname.slice(1, -1);
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

const RANGES: readonly (readonly [NearRange, BlockList])[] = (
  [
    ['loopback', ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128']],
    ['link-local', ['169.254.0.0/16', 'fe80::/10']],
    ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']],
    ['multicast', ['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8']],
    ["nobody's", ['192.0.0.0/24', '198.18.0.0/15', '240.0.0.0/4']],
  ] as const
).map(([range, networks]) => [range, listOf(networks)] as const);

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const one of networks) {
    const [network = '', prefix = ''] = one.split('/');
    if (isIP(network) === 6) list.addSubnet(network, Number(prefix), 'ipv6');
    else {
      list.addSubnet(network, Number(prefix), 'ipv4');
      // The same addresses behind a translator (RFC 6052).
      list.addSubnet(`64:ff9b::${network}`, 96 + Number(prefix), 'ipv6');
    }
  }
  return list;
}
