import { alphabet } from '../../alphabet.ts';
import { ALNUM, BASE64_KINDS, HAS, HEX_KINDS } from '../../value.ts';
import type { Value } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { opened } from '../../wrapping.ts';
import { isDense85 } from '../letters/ascii85.ts';
import { ROT, isPromising } from './promising.ts';

/**
 * Text read backwards, and rot13. Plain canaries so turned are forms of their own, which costs nothing; these rows
 * are for what has another wrapping inside, and shows it by how it begins or ends.
 */
export const reversed: Wrapping = {
  name: 'reversed',
  evidence: 'strrev before or after base64 in PHP back ends; "encryption" of small SDKs',
  needs: 0,
  lacks: HAS.NUL | HAS.CONTROL | HAS.HIGH,
  first: null,
  recognise: ({ bytes, from, kinds }) =>
    from !== 'reversed' &&
    bytes.length >= 12 &&
    (bytes[0] !== 0x3d || (kinds & HAS.BLANK) === 0) &&
    ((mayBeBackwards(bytes) && BACKWARDS.test(ends(bytes))) ||
      // Padding stands behind what is not reversed.
      (bytes.at(-1) !== 0x3d &&
        ((from !== 'rot13' && isDigestWritten(bytes, kinds)) ||
          (isToken(bytes, kinds) && (CHANGING.has(from) || isPromising(bytes, 'backwards'))) ||
          (isUnspaced(kinds) && isDense85(bytes, backwards)) ||
          (isSpaced(kinds) && GROUPED.test(bytes.toString('latin1', 0, 18)))))),
  open: ({ bytes }) => opened([{ name: 'reversed', bytes: backwards(bytes) }], false),
  inRuns: true,
  wild: (value) => turnedRuns(value, 'backwards'),
  textProves: false,
};

export const rot13: Wrapping = {
  name: 'rot13',
  evidence: 'small SDKs that hide names of hosts and keys; str_rot13 in PHP back ends',
  needs: 0,
  lacks: HAS.NUL,
  first: null,
  recognise: ({ bytes, kinds, from, isText }) =>
    isText &&
    from !== 'rot13' &&
    bytes.length >= 8 &&
    (kinds & ALNUM) !== 0 &&
    ((mayBeTurned(bytes, kinds) && TURNED.test(bytes.toString('latin1', 0, 64))) ||
      (isUnspaced(kinds) && isDense85(bytes, rotated)) ||
      // Hex digits become letters that no hex digits are, so hex digits alone were none.
      (from !== 'reversed' &&
        (kinds & ~HEX_KINDS) !== 0 &&
        (isDigestWritten(bytes, kinds) ||
          (isToken(bytes, kinds) && (CHANGING.has(from) || isPromising(bytes, 'rotated')))))),
  open: ({ bytes }) => opened([{ name: 'rot13', bytes: rotated(bytes) }], false),
  inRuns: true,
  wild: (value) => turnedRuns(value, 'rotated'),
  textProves: false,
};

function rotated(bytes: Buffer): Buffer {
  const plain = Buffer.allocUnsafe(bytes.length);
  for (let at = 0; at < bytes.length; at++) plain[at] = ROT[bytes[at] ?? 0] ?? 0;
  return plain;
}

function backwards(bytes: Buffer): Buffer {
  return Buffer.from(bytes).reverse();
}

/** Runs of a text that promise something when they are turned, and hex digits of which rot13 has made others. */
function turnedRuns(
  { bytes, runs, isText, from }: Value,
  how: 'rotated' | 'backwards',
): Buffer[][] {
  if (!isText || from === 'rot13' || from === 'reversed' || bytes.length > LONGEST_AROUND)
    return NO_RUNS;
  let regions: Buffer[][] | null = null;
  for (const { start, end, kinds } of runs) {
    if ((kinds & HAS.DIGIT) === 0 || end - start < 20 || end - start === bytes.length) continue;
    const run = bytes.subarray(start, end);
    const isHex =
      how === 'rotated' && end - start >= 32 && (areAll(run, HEX) || areAll(run, LARGE_HEX));
    if (isHex || isPromising(run, how)) (regions ??= []).push([run]);
  }
  return regions ?? NO_RUNS;
}

const NO_RUNS: Buffer[][] = [];
/** In longer texts nobody writes so. */
const LONGEST_AROUND = 4096;

function areAll(bytes: Buffer, letters: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length && letters[bytes[at] ?? 0] === 1) at++;
  return at === bytes.length;
}

/** Hex digits after rot13. */
const HEX = alphabet('0123456789nopqrs');
const LARGE_HEX = alphabet('0123456789NOPQRS');

/** Signs that stand in base 85 and in no token, and nothing between words. */
function isUnspaced(kinds: number): boolean {
  return (kinds & HAS.OTHER) !== 0 && (kinds & (HAS.BLANK | HAS.HIGH | HAS.CONTROL)) === 0;
}

/** One long run of the letters that base64, base32 and hex are written in, in lines or not. */
function isToken(bytes: Buffer, kinds: number): boolean {
  return (
    bytes.length >= 16 &&
    (kinds & ~(BASE64_KINDS | HAS.EQUALS | HAS.LINE)) === 0 &&
    (kinds & HAS.DIGIT) !== 0
  );
}

function isSpaced(kinds: number): boolean {
  return (
    (kinds & ~(HEX_KINDS | HAS.COLON | HAS.BLANK | HAS.COMMA | HAS.DASH)) === 0 &&
    (kinds & (HAS.COLON | HAS.BLANK)) !== 0
  );
}

/** Pairs of hex digits with a sign between them look the same either way; lists of numbers have their comma behind. */
const GROUPED = /^(?:[0-9a-f]{2}([ :])(?:[0-9a-f]{2}\1){4}|\d{1,3}-? ,\d{1,3}-? ,)/i;

/** What comes out of these is no chance when it is letters alone: then whatever may be under it is worth a look. */
const CHANGING: ReadonlySet<string> = new Set([
  ...['base64', 'hex', 'base32', 'base58', 'ascii85', 'uuencode', 'quoted-printable'],
  ...['entities', 'escapes', 'c-escapes', 'char-codes', 'utf-16', 'rot13', 'xor'],
  ...['gzip', 'zlib', 'deflate', 'brotli', 'zstd', 'lz4', 'snappy', 'lz-string'],
]);

/** How JSON, base64 of JSON, gzip, zlib or a URL, XML, a form, percent-encoding and hex end when read backwards. */
const BACKWARDS =
  /^={1,2}[A-Za-z0-9+/_-]|(?:s?ptth|Is4H|[JW]ye|s3W|c0RHa|b8f1|F2%F2%A3%s?ptth)$|\/\/:s?ptth|F2%F2%A3%s?ptth|^[}\]][\s\S]*[{[]$|^>[\s\S]*<$|:atad$|(?:[\da-f]{2}x\\){2}$|[\da-f]{4}u\\$|\d;?x?#&$|;[a-z]+&$|(?:[\da-f]{2}%){2}|[\da-f]{2}%$|^;?\)[\s\S]*\([\w.]+$/i;

/** The same beginnings after rot13. */
const TURNED =
  /^[0-9n-s]{16,}$|^[0-9N-S]{16,}$|uggcf?:|uggcf?%3N|^qngn:|<!\[PQNGN|%\d[n-sN-S]|^0k[0-9n-s]{16}|^(?=.{0,60}[n-s])[0-9n-s]{2}([ :])(?:[0-9n-s]{2}\1){4}|^<\?kzy |^(?:\\[kh]|&#k)|^(?:\s*[[{]+"[n-zN-Za-mA-M]|rlW|J3f|U4fVN|rWm|rWl|nUE0|jfjR)|(?:^|&)[a-z_]{1,12}=(?:uggc|rlW|U4fV|nUE0)/;

/** Whether the expression below can match: by its first letter, a `=`, or the `gg` of an address. */
function mayBeTurned(bytes: Buffer, kinds: number): boolean {
  if ((kinds & HAS.EQUALS) !== 0 || TURNED_FIRST[bytes[0] ?? 0] === 1) return true;
  const end = Math.min(64, bytes.length);
  for (let at = 2; at < end; at++)
    if (bytes[at] === 0x67 && bytes[at - 1] === 0x67 && bytes[at - 2] === 0x75) return true;
  return false;
}

/** The same for the other: by its first letter, the last one, or the `//:` and `%` of an address. */
function mayBeBackwards(bytes: Buffer): boolean {
  const { length } = bytes;
  if (BACKWARDS_FIRST[bytes[0] ?? 0] === 1 || BACKWARDS_LAST[bytes[length - 1] ?? 0] === 1)
    return true;
  const skipped = length <= 96 ? length : 48;
  for (let at = 0; at < length; at++) {
    if (at === skipped) at = length - 48;
    const byte = bytes[at];
    if (byte === 0x2f && bytes[at + 1] === 0x2f && bytes[at + 2] === 0x3a) return true;
    if (byte === 0x25 && bytes[at + 1] === 0x46 && bytes[at + 2] === 0x32) return true;
  }
  return false;
}

/** As long as a digest in hex or base64, and of no other letters: it looks the same either way. */
function isDigestWritten(bytes: Buffer, kinds: number): boolean {
  if ((kinds & ~(HEX_KINDS | HAS.LOWER | HAS.UPPER)) === 0 && HEX_LENGTHS.has(bytes.length)) {
    return (kinds & HAS.DIGIT) !== 0;
  }
  const both =
    (kinds & (HAS.LOWER | HAS.LOWER_HEX)) !== 0 && (kinds & (HAS.UPPER | HAS.UPPER_HEX)) !== 0;
  return both && (kinds & ~(BASE64_KINDS | HAS.EQUALS)) === 0 && BASE64_LENGTHS.has(bytes.length);
}

const TURNED_FIRST = alphabet('0123456789nopqrsNOPQRS \t\n\v\f\r\xa0{[rJUj\\&<%');
const BACKWARDS_FIRST = alphabet('=}]>;)');
const BACKWARDS_LAST = alphabet('phHeWa1%d\\&(');

const HEX_LENGTHS: ReadonlySet<number> = new Set([16, 32, 40, 48, 56, 64, 96, 128]);
const BASE64_LENGTHS: ReadonlySet<number> = new Set([
  11, 12, 22, 24, 27, 28, 38, 40, 43, 44, 64, 86, 88,
]);

function ends(bytes: Buffer): string {
  return bytes.length <= 96
    ? bytes.toString('latin1')
    : bytes.toString('latin1', 0, 48) + bytes.toString('latin1', bytes.length - 48);
}
