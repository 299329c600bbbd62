import { ALNUM, HAS, HEX_KINDS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';
import { isDigestLong, isTelling } from '../telling.ts';

/** Bytes as one long number in base 58 or 62, whatever of the usual alphabets it was written in. */
export const base58: Wrapping = {
  name: 'base58',
  evidence: 'identifiers of wallets, IPFS, Flickr and URL shorteners',
  needs: 0,
  lacks: ~ALNUM,
  first: null,
  // The time grows with the square of the length, and nobody writes long texts so.
  recognise: (value) =>
    value.bytes.length >= 10 && value.bytes.length <= LONGEST && !value.isOnly(HEX_KINDS),
  open: ({ bytes, kinds }) => read(bytes, isMixture(kinds)),
  inRuns: true,
  wild: ({ bytes, runs }) => {
    const regions: Buffer[][] = [];
    for (const { start, end, kinds } of runs) {
      if (end - start > LONGEST || (kinds & ~ALNUM) !== 0 || !isMixture(kinds)) continue;
      const run = bytes.subarray(start, end);
      if (read(run, true) !== NOT_THIS) regions.push([run]);
    }
    return regions;
  },
  textProves: true,
};

const LONGEST = 2048;

/** Capitals, small letters and digits, as any number in such a base holds when it is long enough. */
function isMixture(kinds: number): boolean {
  const small = (kinds & (HAS.LOWER | HAS.LOWER_HEX)) !== 0;
  const large = (kinds & (HAS.UPPER | HAS.UPPER_HEX)) !== 0;
  return small && large && (kinds & HAS.DIGIT) !== 0;
}

function read(bytes: Buffer, isMixed: boolean): ReturnType<typeof opened> {
  for (const { name, base, values, strict } of ALPHABETS) {
    if (!mayTell(bytes, values, base, strict)) continue;
    const plain = decoded(bytes, values, base);
    if (plain !== null && (isTelling(plain) || (strict && isMixed && isDigestLong(plain)))) {
      return opened([{ name, bytes: plain }], false);
    }
  }
  return NOT_THIS;
}

/**
 * Whether the first eight letters, which tell the first bytes, let hope: nine in ten other runs open to chance, and the
 * long division takes as long as a hundred of these looks. A little too low or too high are both tried.
 */
function mayTell(letters: Buffer, values: Uint8Array, base: number, strict: boolean): boolean {
  const { length } = letters;
  if (length > 128 || length < LEAD) return true;
  let lead = 0;
  for (let at = 0; at < length; at++) {
    const digit = values[letters[at] ?? 0] ?? FOREIGN;
    if (digit === FOREIGN) return false;
    if (at < LEAD) lead = lead * base + digit;
  }
  const scale = base ** (length - LEAD);
  if (strict) {
    // A digest is told by its length alone, give or take a byte.
    const size = Math.ceil(Math.log2((lead + 1) * scale) / 8);
    if (isUsual(size - 1) || isUsual(size) || isUsual(size + 1)) return true;
  }
  return mayBegin(firstFour(lead * scale)) || mayBegin(firstFour((lead + 1) * scale));
}

/** The first four bytes of a number. */
function firstFour(number: number): number {
  const bytes = Math.max(4, Math.floor(Math.log2(number) / 8) + 1);
  return Math.floor(number / 256 ** (bytes - 4));
}

const LEAD = 8;

function isUsual(length: number): boolean {
  return isDigestLong({ length });
}

/** Whether four bytes can begin text, or the first two a stream. */
function mayBegin(four: number): boolean {
  const [first, second, third] = [(four >>> 24) & 0xff, (four >>> 16) & 0xff, (four >>> 8) & 0xff];
  if (first === 0x1f || first === 0x28 || first === 4 || first === 0xff) return true;
  if (!isWritten(first) || (first >= 0x80 && first < 0xc2)) return false;
  if (first >= 0xc2) return second >> 6 === 2;
  return isWritten(second) && (second < 0x80 || second >= 0xc2) && isWritten(third);
}

function isWritten(byte: number): boolean {
  return byte >= 0x20 ? byte !== 0x7f && byte < 0xf5 : byte >= 9 && byte <= 13;
}

/**
 * The bytes of the number that the letters write, in limbs of 24 bits and chunks of four letters, whose product a double
 * holds. Null when a letter is none of the alphabet.
 */
function decoded(letters: Buffer, values: Uint8Array, base: number): Buffer | null {
  const limbs = letters.length <= LIMBS.length ? LIMBS : new Float64Array(letters.length);
  let [size, zeros] = [0, 0];
  for (let at = 0; at < letters.length;) {
    let [carry, scale] = [0, 1];
    for (const end = Math.min(at + CHUNK, letters.length); at < end; at++) {
      const digit = values[letters[at] ?? 0] ?? FOREIGN;
      if (digit === FOREIGN) return null;
      if (digit === 0 && zeros === at) zeros++;
      carry = carry * base + digit;
      scale *= base;
    }
    for (let limb = 0; limb < size; limb++) {
      carry += (limbs[limb] ?? 0) * scale;
      const high = Math.floor(carry / LIMB);
      limbs[limb] = carry - high * LIMB;
      carry = high;
    }
    for (; carry > 0; carry = Math.floor(carry / LIMB)) limbs[size++] = carry % LIMB;
  }
  return written(limbs, size, zeros);
}

/** Each leading zero digit stands for a zero byte. */
function written(limbs: Float64Array, size: number, zeros: number): Buffer {
  const top = limbs[size - 1] ?? 0;
  const first = size === 0 ? 0 : top < 2 ** 8 ? 1 : top < 2 ** 16 ? 2 : 3;
  const bytes = Buffer.alloc(size === 0 ? Math.max(1, zeros) : zeros + first + 3 * (size - 1));
  for (let limb = 0, at = bytes.length; limb < size; limb++)
    for (let left = limbs[limb] ?? 0, byte = 0; byte < 3 && at > zeros; byte++) {
      bytes[--at] = left % 256;
      left = Math.floor(left / 256);
    }
  return bytes;
}

const LIMB = 2 ** 24;
const LIMBS = new Float64Array(128);
const FOREIGN = 255;
const CHUNK = 4;
const BITCOIN = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const [DIGITS, LARGE, SMALL] = [
  '0123456789',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  'abcdefghijklmnopqrstuvwxyz',
];

function alphabet(
  name: string,
  letters: string,
  strict: boolean,
): {
  readonly name: string;
  readonly base: number;
  readonly values: Uint8Array;
  readonly strict: boolean;
} {
  const values = new Uint8Array(256).fill(FOREIGN);
  for (const [value, letter] of [...letters].entries()) values[letter.charCodeAt(0)] = value;
  return { name, base: letters.length, values, strict };
}

/** The alphabets that leave out look-alikes say by that what they are; of the others only text is believed. */
const ALPHABETS = [
  alphabet('base58', BITCOIN, true),
  alphabet(
    'base58 (Flickr)',
    BITCOIN.replace(/[A-Z]+/, '')
      .replace(/9/, '9')
      .concat(BITCOIN.replace(/[^A-Z]/g, '')),
    false,
  ),
  alphabet('base58 (Ripple)', 'rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz', false),
  alphabet('base62', DIGITS + LARGE + SMALL, false),
  alphabet('base62', DIGITS + SMALL + LARGE, false),
  alphabet('base62', LARGE + SMALL + DIGITS, false),
];
