import { isIP } from 'node:net';
import type { z } from 'zod';
import type { Network, recipientsFileSchema } from './registry.ts';

type Row = z.output<typeof recipientsFileSchema>['addresses'][number];

/** The first range that holds an address, of those that a user wrote down; null where none does. */
export function networkIn(rows: readonly Row[], address: string): Network | null {
  const row = rows.find(({ from, to }) => within(address, from, to));
  if (!row) return null;
  const { from: _, to: __, ...network } = row;
  return network;
}

/** False, too, where one of the three is no address, or they are not of one kind. */
function within(address: string, from: string, to: string): boolean {
  const kind = isIP(address);
  if (kind === 0 || isIP(from) !== kind || isIP(to) !== kind) return false;
  const at = numberOf(address);
  return numberOf(from) <= at && at <= numberOf(to);
}

function numberOf(address: string): bigint {
  if (isIP(address) === 4) {
    return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  }
  // The URL parser writes every spelling of an IPv6 address in one way, without dotted parts.
  const plain = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
  const [head = '', tail] = plain.split('::');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].reduce(
    (sum, part) => sum * 65_536n + BigInt(`0x${part}`),
    0n,
  );
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
