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
  let [count, large, small, inWords] = [0, 0, 0, 0];
  SEEN[1] = SEEN[2] = SEEN[3] = 0;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (letters[byte] === 0 && byte !== 0x0a && byte !== 0x0d) return false;
    small = byte >= 0x61 && byte <= 0x7a ? small + 1 : 0;
    if (small >= 4) inWords += small === 4 ? 4 : 1;
    if (LARGE[byte] === 1) large++;
    if (odd[byte] === 0) continue;
    count++;
    SEEN[byte >> 5] = (SEEN[byte >> 5] ?? 0) | (1 << (byte & 31));
  }
  if (8 * count < end || 4 * large < end || 8 * inWords > end) return false;
  let kinds = 0;
  for (let which = 1; which < 4; which++)
    for (let left = SEEN[which] ?? 0; left !== 0; left &= left - 1) kinds++;
  return kinds >= (end < 40 ? 4 : 5);
}

const LEAST = 20;
const SAMPLE = 96;
const LARGE = alphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');
/** A bit for each letter of ASCII. */
const SEEN = new Int32Array(4);
