import { isIP, BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Why a phone was not led on. What was refused is written down: a page that tries this machine's ports stands in the record. */
export class NotLedOn extends Error {
  readonly code = 'ERR_NOT_LED_ON';
}

export function closedTo(host: string, address: string): NotLedOn {
  return new NotLedOn(`refused: ${host} is ${address}, in the network of the lab`);
}

/** Addresses that belong to this machine, to private networks, or to nobody (RFC 6890). */
export function isClosed(address: string): boolean {
  if (CLOSED.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return true;
  return Object.values(networkInterfaces())
    .flat()
    .some((own) => own?.address === address);
}

const CLOSED = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  CLOSED.addSubnet(network, prefix, 'ipv4');
  // The same addresses behind a translator (RFC 6052).
  CLOSED.addSubnet(`64:ff9b::${network}`, 96 + prefix, 'ipv6');
}
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  CLOSED.addSubnet(network, prefix, 'ipv6');
}
