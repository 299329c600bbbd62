import { alphabet, runsOf } from '../../alphabet.ts';
import { HAS } from '../../value.ts';
import type { Part, Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';
import { isDense } from './dense85.ts';
import { isDigestLong, isTelling } from '../telling.ts';

/** Ascii85 as Adobe and btoa write it, with or without its brackets, and ZeroMQ's Z85. */
export const ascii85: Wrapping = {
  name: 'ascii85',
  evidence: 'PDF and PostScript streams, Python and Git patches, ZeroMQ keys',
  needs: 0,
  lacks: HAS.NUL | HAS.CONTROL | HAS.HIGH,
  first: null,
  recognise: ({ bytes, kinds }) =>
    bytes.length >= 10 &&
    (kinds & HAS.BLANK) === 0 &&
    (kinds & ODD) !== 0 &&
    (((kinds & HAS.LESS) !== 0 && bytes.includes('<~')) ||
      DIGEST_LETTERS.has(bytes.length) ||
      (!beginsAsAddress(bytes) &&
        (isPromising(bytes) || ALPHABETS.some((one) => isDense(bytes, one))))) &&
    !bytes.includes('://') &&
    !isEscaped(bytes),
  open: ({ bytes, from }) => {
    const text = bytes.toString('latin1');
    const framed = /^\s*<~([\s\S]*?)(?:~>|$)/.exec(text)?.[1];
    // What came out of another wrapping may be packed: no text, and no length that tells.
    const packed = from !== '' && bytes.length >= 24;
    // Letters of chance spell no two words, unless there are very many of them.
    const spelled = bytes.length < 200 && /[a-z]{5}.*[a-z]{5}/.test(text);
    const strange = framed !== undefined || (packed && !spelled);
    const inner = framed === undefined ? bytes : Buffer.from(framed, 'latin1');
    const parts: Part[] = [];
    for (const one of ALPHABETS) {
      const { values, name } = one;
      const certain = strange || isDense(inner, one);
      const isLikely = (plain: Buffer): boolean =>
        certain || isTelling(plain) || (!spelled && isDigestLong(plain));
      // A long text is not read twice only to be refused.
      const head = decoded(inner.subarray(0, 100), values);
      if (head === null || !isLikely(head)) continue;
      const plain = inner.length <= 100 ? head : decoded(inner, values);
      if (plain === null || !isLikely(plain)) continue;
      if (isTelling(plain)) return opened([{ name, bytes: plain }], false);
      parts.push({ name, bytes: plain });
    }
    if (parts.length > 0) return opened(parts, false);
    return NOT_THIS;
  },
  wild: ({ bytes, kinds }) => [
    ...((kinds & HAS.LESS) === 0 ? [] : framed(bytes)),
    ...((kinds & HAS.OTHER) === 0 || bytes.length > LONGEST_AROUND ? [] : denseRuns(bytes)),
  ],
  textProves: true,
};

/** Whether letters, once they are turned, are Adobe's by themselves. Its signs stay where they are, so few are turned. */
export function isDense85(bytes: Buffer, turned: (head: Buffer) => Buffer): boolean {
  const [adobe] = ALPHABETS;
  if (adobe === undefined || !isDense(bytes, { letters: PRINTED, odd: adobe.odd })) return false;
  return isDense(turned(bytes.subarray(0, 96)), adobe);
}

const PRINTED = new Uint8Array(256).fill(1, 0x21, 0x7f);

function beginsAsAddress(bytes: Buffer): boolean {
  for (let at = 2; at < 12; at++)
    if (bytes[at] === 0x3a) return bytes[at + 1] === 0x2f && bytes[at + 2] === 0x2f;
  return false;
}

/** Whether at least three percent signs stand there, and two hex digits behind each: letters of chance do not. */
function isEscaped(bytes: Buffer): boolean {
  let count = 0;
  for (let at = bytes.indexOf(0x25); at >= 0; at = bytes.indexOf(0x25, at + 1), count++) {
    if (!/^[0-9A-Fa-f]{2}$/.test(bytes.toString('latin1', at + 1, at + 3))) return false;
  }
  return count >= 3;
}

/** Whether the first ten letters open to something, in one of the alphabets. */
function isPromising(bytes: Buffer): boolean {
  // Most values hold a letter in their first five that an alphabet lacks, or open to no text.
  const broken = bytes[4] === 0x0a || bytes[4] === 0x0d;
  for (const { values } of ALPHABETS) {
    if (!broken && isHopeless(bytes, values)) continue;
    const plain = decoded(bytes.subarray(0, 14), values, 10);
    if (plain !== null && (isTelling(plain) || isHalfMagic(plain) || isWide(plain))) return true;
  }
  return false;
}

/** Whether the first five letters cannot begin text or a stream under an alphabet. Blanks and `z` are left to others. */
function isHopeless(bytes: Buffer, values: Uint8Array): boolean {
  let number = 0;
  for (let at = 0; at < 5; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x21 || (byte === 0x7a && at === 0)) return false;
    const value = values[byte] ?? NONE;
    if (value === NONE) return true;
    number = number * 85 + value;
  }
  if (number >= 2 ** 32) return true;
  const first = Math.floor(number / 2 ** 24);
  if (first === 0x1f || first === 0x78 || first === 0x28 || first === 0x04 || first === 0xff)
    return false;
  // Text of two bytes a letter.
  const [middle, fourth] = [Math.floor(number / 2 ** 8) & 0xff, number % 256];
  if (first === 0 ? middle === 0 : fourth === 0 && (Math.floor(number / 2 ** 16) & 0xff) === 0)
    return false;
  const isBegun = first === 0x62 || first >= 0x20 || (first >= 9 && first <= 13);
  const second = Math.floor(number / 2 ** 16) & 0xff;
  const third = Math.floor(number / 2 ** 8) & 0xff;
  if (!isBegun || !isWritten(second) || !isWritten(third) || !isWritten(number % 256)) return true;
  return !goesOn(bytes, values);
}

/** Whether the next five letters, where they are letters, go on as text does. */
function goesOn(bytes: Buffer, values: Uint8Array): boolean {
  let number = 0;
  for (let at = 5; at < 10; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x21 || byte === 0x7a) return true;
    const value = values[byte] ?? NONE;
    if (value === NONE) return false;
    number = number * 85 + value;
  }
  if (number >= 2 ** 32) return false;
  for (let left = number; left >= 1; left = Math.floor(left / 256))
    if (!isWritten(left % 256)) return false;
  return number >= 2 ** 24;
}

function isWritten(byte: number): boolean {
  return byte >= 0x20 || (byte >= 9 && byte <= 13);
}

function isWide(bytes: Buffer): boolean {
  const from = bytes[0] === 0 ? 0 : 1;
  const zeros = bytes[from] === 0 && bytes[from + 2] === 0 && bytes[from + 4] === 0;
  return zeros && (bytes[1 - from] ?? 0) >= 0x20 && (bytes[3 - from] ?? 0) >= 0x20;
}

/** Too short a beginning for the whole magic of some streams. */
function isHalfMagic(bytes: Buffer): boolean {
  const first = bytes[0] ?? 0;
  return first === 0x1f || first === 0x78 || first === 0x28 || first === 0x04 || first === 0xff;
}

/** How many letters the usual digests and identifiers take. */
const DIGEST_LETTERS: ReadonlySet<number> = new Set([10, 20, 25, 30, 35, 40, 60, 80]);

/** Signs that plain identifiers lack, one of which five letters of this alphabet nearly always hold. */
const ODD =
  HAS.OTHER |
  HAS.LESS |
  HAS.PERCENT |
  HAS.AMPERSAND |
  HAS.OPENING |
  HAS.CLOSING |
  HAS.QUOTE |
  HAS.PLUS |
  HAS.COMMA |
  HAS.COLON |
  HAS.BACKSLASH;

/** Letters of Adobe's alphabet between blanks, brackets or bytes of a record, a length in front of them or not. */
function denseRuns(bytes: Buffer): Buffer[][] {
  const [adobe] = ALPHABETS;
  if (adobe === undefined) return [];
  const regions: Buffer[][] = [];
  for (const run of runsOf(bytes, adobe.letters, 20)) {
    if (run.length < bytes.length && isDense(run, adobe) && !run.includes('://') && !isEscaped(run))
      regions.push([run, run.subarray(1)]);
    if (regions.length === 100) break;
  }
  return regions;
}

/** Around longer texts nobody writes so. */
const LONGEST_AROUND = 2 ** 16;

function framed(bytes: Buffer): (readonly Buffer[])[] {
  const regions: (readonly Buffer[])[] = [];
  for (
    let at = bytes.indexOf('<~');
    at >= 0 && regions.length < 100;
    at = bytes.indexOf('<~', at + 2)
  ) {
    const end = bytes.indexOf('~>', at);
    // Else each of a million beginnings would be read to the end of the bytes.
    if (end < 0) break;
    if (end > at + 10) regions.push([bytes.subarray(at, end + 2)]);
  }
  return regions;
}

/** Four bytes for five letters, `z` for four zeros; a last group of n letters gives n − 1 bytes. Line breaks are none. */
function decoded(bytes: Buffer, values: Uint8Array, most = bytes.length): Buffer | null {
  const out = Buffer.allocUnsafe(4 * bytes.length);
  const hasZ = values[Z] !== NONE;
  let [size, letters, held, number] = [0, 0, 0, 0];
  for (let at = 0; at < bytes.length && letters < most; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0a || byte === 0x0d) continue;
    letters++;
    if (byte === Z && held === 0 && !hasZ) {
      out.fill(0, size, size + 4);
      size += 4;
      continue;
    }
    const value = values[byte] ?? NONE;
    if (value === NONE) return null;
    number = number * 85 + value;
    if (++held < 5) continue;
    if (number >= 2 ** 32) return null;
    size = out.writeUInt32BE(number, size);
    [held, number] = [0, 0];
  }
  if (held === 1) return null;
  if (held > 1) {
    for (let at = held; at < 5; at++) number = number * 85 + 84;
    out.writeUInt32BE(number % 2 ** 32, size);
    size += held - 1;
  }
  return out.subarray(0, size);
}

const Z = 0x7a;
const ADOBE = Array.from({ length: 85 }, (_, value) => String.fromCharCode(33 + value));
const Z85 = [
  ...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#',
];
const RFC1924 = [
  ...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~',
];

const NONE = 255;
const ALPHABETS = [
  { letters: ADOBE, name: 'ascii85', odd: '!"#$\'()*;<>?@[\\]^`' },
  { letters: Z85, name: 'z85', odd: '^!*?<>()[]{}@$#' },
  { letters: RFC1924, name: 'base85', odd: '!#$()*;<>?@^`{|}~' },
].map(({ letters, name, odd }) => {
  const values = new Uint8Array(256).fill(NONE);
  for (const [value, letter] of letters.entries()) values[letter.charCodeAt(0)] = value;
  return { values, name, letters: alphabet(letters.join('')), odd: alphabet(odd) };
});
