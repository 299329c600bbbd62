import { applied } from './likeness.ts';

/**
 * One-byte keys under which bytes begin as escapes, entities, spaced hex or a list of numbers do: their letters are too even
 * to be told by how frequent they are, and each is known by signs that come again.
 */
export function escapesUnder(bytes: Buffer): number[] {
  if (bytes.length < 16) return [];
  const head = bytes.subarray(0, 24);
  const keys = new Set(
    SIGNS.map(([at, sign]) => (bytes[at] ?? 0) ^ sign).filter((key) => key !== 0),
  );
  return [...keys].filter((key) => ESCAPED.test(applied(head, [key]).toString('latin1')));
}

/** A letter where each pair of hex digits would have the sign behind it. */
export function isGrouped(bytes: Buffer): boolean {
  const sign = bytes[2] ?? 0;
  if (bytes.length < 24 || bytes[5] !== sign || bytes[8] !== sign || bytes[11] !== sign)
    return false;
  return sign > 0x40 && escapesUnder(bytes).length > 0;
}

/** Where a sign stands at the latest: of escapes the first byte, of numbers what is behind the first of them. */
const SIGNS: readonly (readonly [number, number])[] = [
  ...[0x26, 0x5c, 0x25].map((sign): [number, number] => [0, sign]),
  ...[0x20, 0x3a].map((sign): [number, number] => [2, sign]),
  ...[1, 2, 3].map((at): [number, number] => [at, 0x2c]),
];

const ESCAPED =
  /^(?:(?:&#x?[0-9A-Fa-f]{1,6};){3}|(?:\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|["n\\])){4}|(?:%[0-9A-Fa-f]{2}){6}|(?:[0-9A-Fa-f]{2}[ :]){7}|(?:-?\d{1,3}, ?){4})/;
