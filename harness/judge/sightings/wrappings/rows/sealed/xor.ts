import { alphabet } from '../../alphabet.ts';
import { alignedKeys, isStrange } from '../../../spot/unmasked.ts';
import { HAS } from '../../value.ts';
import type { Part, Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';
import { mayBeDeflate } from '../packed/first-block.ts';
import { isTelling } from '../telling.ts';
import { LIKE_TEXT, SAMPLE, WORTH, applied, isLetters, plainness, scoreOf } from './likeness.ts';
import { escapesUnder, isGrouped } from './patterns.ts';
import { evenRun, keyOfRecord } from './record-keys.ts';

/**
 * XOR with one byte, found by trying all and judging what comes out, and with a key of up to sixteen bytes, found
 * column by column, or from what texts begin with. Chance gives no printable text.
 */
export const xor: Wrapping = {
  name: 'xor',
  evidence: 'ad and anti-fraud SDKs that hide JSON from a glance; malware reports on Android SDKs',
  needs: 0,
  lacks: 0,
  first: null,
  recognise: ({ bytes, isText, kinds, from }) => {
    if (from === 'xor' || bytes.length < 12 || bytes.length > LONGEST) return false;
    if (!isText)
      return (
        mayBeWritten(bytes) ||
        mayBePacked(bytes) ||
        keyOfRecord(bytes) > 0 ||
        evenRun(bytes) !== null
      );
    if (bytes.length > 4096) return false;
    if ((kinds & HAS.OTHER) === 0) return isGrouped(bytes);
    const odd = (kinds & (HAS.BLANK | HAS.HIGH)) === 0 || isStrange(bytes);
    return odd && !bytes.includes('://') && !beginsAsJson(bytes);
  },
  open: ({ bytes, isText }) => {
    // Zeros and fillers look like any letter under some key.
    if (new Set(bytes.subarray(0, 64)).size < 5) return NOT_THIS;
    const parts: Part[] = [];
    const short = [
      ...escapesUnder(bytes),
      ...lettersUnder(bytes),
      ...bytewise(bytes.subarray(0, SAMPLE)),
    ];
    const run = isText || short.length > 0 ? null : evenRun(bytes);
    if (run !== null) short.push(...bytewise(run));
    const record = isText ? 0 : keyOfRecord(bytes);
    if (record > 0) short.push(record);
    for (const key of new Set([...short, ...(isText ? [] : packedUnder(bytes))])) {
      parts.push({ name: 'xor', bytes: applied(bytes, [key]) });
    }
    const long = [...fromBeginnings(bytes), ...(isText ? [] : byColumns(bytes))];
    for (const key of long.slice(0, 4)) parts.push({ name: 'xor', bytes: applied(bytes, key) });
    return parts.length === 0 ? NOT_THIS : opened(parts, false);
  },
  wild: null,
  textProves: false,
};

const LONGEST = 2 ** 20;

/** Whether so many bytes can give such a key away: by a beginning, or column by column. */
function isSolvable(length: number, key: number): boolean {
  return (key <= 9 && length >= key + 12) || length >= 8 * key;
}

/** Whether the highest bits agree with a key of some length that so many bytes can give away. */
function mayBeWritten(bytes: Buffer): boolean {
  const aligned = alignedKeys(bytes);
  for (let key = 1; aligned >>> key !== 0; key++)
    if (((aligned >>> key) & 1) !== 0 && isSolvable(bytes.length, key)) return true;
  return false;
}

/** One-byte keys under which all bytes are letters of a digest in hex or base64: too even to be told by their frequency. */
function lettersUnder(bytes: Buffer): number[] {
  if (bytes.length < 16 || bytes.length > 1024) return [];
  const keys: number[] = [];
  for (let key = 1; key < 256; key++) {
    // Nearly every key fails at the first letters, whatever the alphabet.
    if (ANY_LETTER[(bytes[0] ?? 0) ^ key] === 0 || ANY_LETTER[(bytes[1] ?? 0) ^ key] === 0)
      continue;
    if (DIGEST_LETTERS.some((letters) => areUnder(bytes, key, letters))) keys.push(key);
  }
  // Digits alone are digits under eight keys.
  return keys.slice(0, 8);
}

function areUnder(bytes: Buffer, key: number, letters: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length && letters[(bytes[at] ?? 0) ^ key] === 1) at++;
  return at === bytes.length;
}

const DIGEST_LETTERS = [
  alphabet('0123456789abcdef'),
  alphabet('0123456789ABCDEF'),
  alphabet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n'),
  alphabet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=\r\n'),
];

const ANY_LETTER = alphabet('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=');

/** The first two bytes of a packed stream differ by the same under any one-byte key. */
function mayBePacked(bytes: Buffer): boolean {
  const difference = (bytes[0] ?? 0) ^ (bytes[1] ?? 0);
  return PACKED[difference] === 1 && packedUnder(bytes).length > 0;
}

const PACKED = new Uint8Array(256);
for (const difference of [
  0x1f ^ 0x8b,
  0x78 ^ 0x01,
  0x78 ^ 0x5e,
  0x78 ^ 0x9c,
  0x78 ^ 0xda,
  0x28 ^ 0xb5,
  0x04 ^ 0x22,
  0x62 ^ 0x70,
])
  PACKED[difference] = 1;
/**
 * One-byte keys under which every byte of a sample is printable, the likeliest ones: lists of numbers are likelier prose
 * under another key than what they are. None where it looks like text as it stands: a record of text is itself.
 */
function bytewise(sample: Buffer): number[] {
  if (plainness(sample) > sample.length * LIKE_TEXT * 0.5) return [];
  const scored: [number, number][] = [];
  for (let key = 1; key < 256; key++) {
    const score = scoreOf(sample, key, 0, 1);
    if (score > sample.length * LIKE_TEXT) scored.push([score, key]);
  }
  return scored
    .sort(([a], [b]) => b - a)
    .slice(0, 6)
    .map(([, key]) => key);
}

/** A key under which the bytes begin like a packed stream. */
function packedUnder(bytes: Buffer): number[] {
  const first = bytes[0] ?? 0;
  const keys = [0x1f, 0x78, 0x28, 0x04, 0x62].map((magic) => first ^ magic);
  return keys.filter(
    (key) =>
      key !== 0 &&
      isTelling(applied(bytes.subarray(0, 12), [key])) &&
      !isLetters(bytes, key) &&
      ((key ^ first) !== ZLIB || mayBeDeflate(applied(bytes.subarray(2), [key]))),
  );
}

/** A brace or bracket with what follows it in JSON. */
function beginsAsJson(bytes: Buffer): boolean {
  if (bytes[0] !== 0x7b && bytes[0] !== 0x5b) return false;
  return bytes.length < 2 || '"{[}]0123456789-tfn'.includes(String.fromCharCode(bytes[1] ?? 0));
}

/** Two bytes are little to go by: what follows has to begin a stream. */
const ZLIB = 0x78;

/** Keys that make the bytes begin as texts do, and keep everything after it printable. */
function fromBeginnings(bytes: Buffer): number[][] {
  const keys: number[][] = [];
  const sample = bytes.subarray(0, SAMPLE);
  // Text stays text under a key of few bits: what comes out must be far more like text than what went in.
  const least = sample.length * LIKE_TEXT + Math.max(0, scoreOf(sample, 0, 0, 1) * 0.5);
  for (const beginning of BEGINNINGS) {
    for (let length = 1; length <= beginning.length; length++) {
      // A guess of the whole key proves nothing by its own letters.
      if (bytes.length < length + 12 || !repeats(bytes, beginning, length)) continue;
      const key = Array.from({ length }, (_, at) => (bytes[at] ?? 0) ^ (beginning[at] ?? 0));
      if (key.every((byte) => byte === 0)) continue;
      const plain = applied(bytes.subarray(0, SAMPLE), key);
      if (scoreOf(plain, 0, 0, 1) > least) keys.push(key);
    }
  }
  return keys;
}

/** Whether a key so long that gives this beginning agrees with itself, and with the first letters behind it. */
function repeats(bytes: Buffer, beginning: readonly number[], length: number): boolean {
  for (let at = length; at < beginning.length + 4; at++) {
    const key = (bytes[at % length] ?? 0) ^ (beginning[at % length] ?? 0);
    const plain = (bytes[at] ?? 0) ^ key;
    const wanted = beginning[at];
    if (wanted === undefined ? WORTH[plain] === -1 : plain !== wanted) return false;
  }
  return true;
}

const BEGINNINGS = [
  'https://',
  'http://',
  '{"',
  '[{"',
  'http',
  '<?xml ',
  'eyJ',
  'H4sI',
  'url=',
].map((text) => [...Buffer.from(text)]);

/** Every key length in turn, each column solved by itself; one that no byte makes printable ends the length. */
function byColumns(bytes: Buffer): number[][] {
  const sample = bytes.subarray(0, 1024);
  const keys: number[][] = [];
  for (let length = 2; length <= 16 && sample.length >= 8 * length; length++) {
    const key: number[] = [];
    while (key.length < length && key.at(-1) !== -1) {
      key.push(likeliest(sample, key.length, length));
    }
    if (key.at(-1) === -1 || key.every((byte) => byte === key[0])) continue;
    if (scoreOf(applied(sample, key), 0, 0, 1) > sample.length * LIKE_TEXT) keys.push(key);
    if (keys.length === 2) break;
  }
  return keys;
}

/** The byte that makes one column of the text most like text; -1 when none makes it printable. */
function likeliest(sample: Buffer, column: number, step: number): number {
  let [best, found] = [-Infinity, -1];
  for (let key = 0; key < 256; key++) {
    const score = scoreOf(sample, key, column, step);
    if (score > best) [best, found] = [score, key];
  }
  return found;
}
