import { ALNUM, HAS, HEX_KINDS, KIND_OF, kindsOf } from '../../value.ts';
import type { Part, Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';
import { isDigestLong, isTelling } from '../telling.ts';

/** Base32 in the alphabets of RFC 4648, Crockford and Zooko, in either case, padded or not. */
export const base32: Wrapping = {
  name: 'base32',
  evidence: 'one-time-password secrets, data in DNS labels, where case does not survive',
  needs: 0,
  lacks: ~(ALNUM | HAS.EQUALS | HAS.LINE),
  first: null,
  least: 13,
  recognise: (value) =>
    value.bytes.length >= 13 && isOneCase(value.kinds) && !value.isOnly(HEX_KINDS),
  open: ({ bytes }) => {
    const parts: Part[] = [];
    const telling: Part[] = [];
    for (const [table, name] of TABLES) {
      if (decoded(bytes.subarray(0, 64), table) === null) continue;
      const plain = decoded(bytes, table);
      if (plain === null) continue;
      // Few letters may be text in two alphabets.
      (isTelling(plain) ? telling : parts).push({ name, bytes: plain });
    }
    if (telling.length > 0) return opened(telling, false);
    // Of a packed value nothing tells which alphabet it was: all are looked into.
    return parts.length === 0 ? NOT_THIS : opened(parts, false);
  },
  inRuns: true,
  wild: ({ bytes, runs }) => {
    const regions: Buffer[][] = [];
    for (const { start, end, kinds } of runs) {
      if ((kinds & ~HEX_KINDS) === 0 || (kinds & HAS.DIGIT) === 0) continue;
      const own =
        isOneCase(kinds & ALNUM) && (kinds & ~ALNUM) === 0
          ? { start, end }
          : oneCaseOf(bytes, start, end);
      if (own === null) {
        if (!areLetters(bytes, start, RFC)) continue;
        const plain = decoded(bytes.subarray(start, Math.min(end, start + 64)), RFC);
        if (plain !== null && isTelling(plain)) regions.push([bytes.subarray(start, end)]);
        continue;
      }
      const run = bytes.subarray(own.start, own.end);
      for (const [table] of TABLES) {
        if (!areLetters(run, 0, table)) continue;
        const plain = decoded(run.subarray(0, 64), table);
        if (plain === null || !(run.length >= CERTAIN || isTelling(plain) || isDigestLong(plain)))
          continue;
        regions.push([run]);
        break;
      }
    }
    return regions;
  },
  textProves: true,
};

/** So many letters of one case, with digits of an alphabet of 32, are no word, and no hex. */
const CERTAIN = 40;

/** The part of a run that is of one case, its digits and padding included; null where there is none. */
function oneCaseOf(
  bytes: Buffer,
  start: number,
  end: number,
): { readonly start: number; readonly end: number } | null {
  let from = end;
  let cases = 0;
  for (; from > start; from--) {
    const kind = KIND_OF[bytes[from - 1] ?? 0] ?? 0;
    if ((kind & ALNUM) === 0 || ((cases |= kind) & LOWER && cases & UPPER)) break;
  }
  const kinds = kindsOf(bytes, from, end);
  return end - from >= 13 && isOneCase(kinds) && (kinds & ~HEX_KINDS) !== 0
    ? { start: from, end }
    : null;
}

const LOWER = HAS.LOWER | HAS.LOWER_HEX;
const UPPER = HAS.UPPER | HAS.UPPER_HEX;

/** Nobody mixes the cases of base32, and only words are without digits. */
function isOneCase(kinds: number): boolean {
  const small = (kinds & (HAS.LOWER | HAS.LOWER_HEX)) !== 0;
  return small !== ((kinds & (HAS.UPPER | HAS.UPPER_HEX)) !== 0) && (kinds & HAS.DIGIT) !== 0;
}

/** Five bits a letter; what is left over at the end is padding. Null when a letter is of no such alphabet. */
function decoded(bytes: Buffer, table: Uint8Array): Buffer | null {
  const out = Buffer.allocUnsafe(Math.floor((bytes.length * 5) / 8));
  let [size, bits, held, letters] = [0, 0, 0, 0];
  for (const code of bytes) {
    if (code === 0x3d || code === 0x0a || code === 0x0d) continue;
    const five = table[code] ?? NONE;
    if (five === NONE) return null;
    letters++;
    held = ((held << 5) | five) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out[size++] = (held >> bits) & 0xff;
  }
  return letters < 13 ? null : out.subarray(0, size);
}

const NONE = 255;

/** Whether a run's first letters are of the alphabet: one in a thousand of other runs gets as far. */
function areLetters(bytes: Buffer, start: number, table: Uint8Array): boolean {
  for (let at = start; at < start + 13; at++) if (table[bytes[at] ?? 0] === NONE) return false;
  return true;
}

function table(letters: string): Uint8Array {
  const values = new Uint8Array(256).fill(NONE);
  for (const [value, letter] of [...letters].entries()) {
    values[letter.charCodeAt(0)] = value;
    values[letter.toLowerCase().charCodeAt(0)] = value;
  }
  return values;
}

const RFC = table('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
const TABLES: readonly (readonly [Uint8Array, string])[] = [
  [RFC, 'base32'],
  [table('0123456789ABCDEFGHIJKLMNOPQRSTUV'), 'base32hex'],
  [table('0123456789ABCDEFGHJKMNPQRSTVWXYZ'), 'base32 (Crockford)'],
  [table('YBNDRFG8EJKMCPQXOT1UWISZA345H769'), 'z-base-32'],
];
