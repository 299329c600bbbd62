import { alphabet } from '../../alphabet.ts';

/**
 * Letters of an alphabet of base 85 that sentences, addresses and identifiers hardly hold, and that a third of what is so
 * written is made of: by them alone it is told, whatever it opens to.
 */
export interface Dense {
  readonly letters: Uint8Array;
  readonly odd: Uint8Array;
}

/**
 * Whether all of some bytes (line breaks aside) are of the alphabet, an eighth of the first ones odd, of five kinds, and a
 * quarter digits and capitals, of which scripts hold few, and hardly any stand in words.
 */
export function isDense(bytes: Buffer, { letters, odd }: Dense): boolean {
  if (bytes.length < LEAST) return false;
  const end = Math.min(bytes.length, SAMPLE);
  let [count, kinds, large, small, inWords] = [0, 0, 0, 0, 0];
  SEEN.fill(0);
  for (let at = 0; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (letters[byte] === 0 && byte !== 0x0a && byte !== 0x0d) return false;
    small = byte >= 0x61 && byte <= 0x7a ? small + 1 : 0;
    if (small >= 4) inWords += small === 4 ? 4 : 1;
    if (LARGE[byte] === 1) large++;
    if (odd[byte] === 0) continue;
    count++;
    if (SEEN[byte] === 0) kinds++;
    SEEN[byte] = 1;
  }
  return 8 * count >= end && 4 * large >= end && 8 * inWords <= end && kinds >= (end < 40 ? 4 : 5);
}

const LEAST = 20;
const SAMPLE = 96;
const LARGE = alphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const SEEN = new Uint8Array(256);
