import { isUtf8 } from 'node:buffer';
import { BASE64_KINDS, HAS, Value } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';
import { isWords } from '../telling.ts';
import { MOST_BEHIND, SURE, bitOf, mayUnpack, unpacked } from './lz-codes.ts';

/**
 * lz-string in all its spellings: base64, URI-safe, UTF-16 and bytes. Own decoder: the library's output has no bound
 * (each code may stand for ever longer text) and it gives nothing of a stream that is cut off. Source: its README and code.
 */
export const lzString: Wrapping = {
  name: 'lz-string',
  evidence: 'web analytics and session replay in browsers; LeakDetector lists it',
  needs: 0,
  lacks: 0,
  first: null,
  least: 11,
  recognise: (value) =>
    value.bytes.length >= 8 && value.bytes.length <= LONGEST / 4 && mayBegin(value),
  open: (value, room) => {
    const head = new Value(value.bytes.subarray(0, HEAD), value.from, value.kinds);
    if (value.bytes.length > HEAD && ![...spellingsOf(head)].some(isPromising)) return NOT_THIS;
    for (const { name, bits, codes } of spellingsOf(value)) {
      if (!mayUnpack(bitOf(codes, bits), bits * codes.length, bits)) continue;
      const { text, ended, left } = unpacked(codes, bits, Math.min(room, LONGEST));
      const bytes = Buffer.from(text.toWellFormed());
      const isAll = ended && left <= MOST_BEHIND;
      if (
        !(isWritten(bytes) || mayBeWide(bytes, 0, bytes.length)) ||
        !(isAll || bytes.length >= SURE)
      )
        continue;
      const truncated = ended
        ? null
        : `lz-string is damaged or cut off after ${bytes.length} opened bytes`;
      return { ...opened([{ name, bytes }], true), truncated };
    }
    return NOT_THIS;
  },
  inRuns: true,
  wild: ({ bytes, runs }) => {
    const regions: Buffer[][] = [];
    for (const { start, end } of runs) {
      if (!lettersMayBegin(bytes, start)) continue;
      const codes = lettersOf(bytes.subarray(start, Math.min(end, start + HEAD)), BASE64);
      if (!mayUnpack(bitOf(codes, 6), 6 * codes.length, 6)) continue;
      const { text, ended, left } = unpacked(codes, 6, 256);
      const fits = ended ? left <= MOST_BEHIND : text.length >= 256;
      if (fits && isWords(Buffer.from(text.toWellFormed())))
        regions.push([bytes.subarray(start, end)]);
    }
    return regions;
  },
  textProves: true,
};

/** Whether letters of base64 begin with text: `cut` where more follow. */
export function beginsText(letters: Buffer, cut: boolean): boolean {
  if (letters.length < 16 || !lettersMayBegin(letters, 0)) return false;
  const codes = lettersOf(letters, letters.includes(0x2d) || letters.includes(0x24) ? URI : BASE64);
  if (!mayUnpack(bitOf(codes, 6), 6 * codes.length, 6)) return false;
  const { text, ended, left } = unpacked(codes, 6, 256);
  return (ended ? left <= MOST_BEHIND : cut) && isWords(Buffer.from(text.toWellFormed()));
}

/** Text of which some letters stand together: hex with something between the bytes has two. */
function isWritten(bytes: Buffer): boolean {
  const isText = new Value(bytes).isText;
  return isWords(bytes) || (isText && /[A-Za-z0-9]{2}/.test(bytes.toString('latin1', 0, 64)));
}

const LONGEST = 4 * 2 ** 20;

/**
 * The first two bits say how wide the first character is: 0 for eight bits, which nearly every text begins with, 1 for
 * sixteen. Most values that look like base64 fail already here.
 */
function mayBegin(value: Value): boolean {
  const { bytes } = value;
  if (!value.isOnly(BASE64_KINDS | HAS.EQUALS | HAS.OTHER))
    return value.isText ? isWide(value) : mayBeginBytes(bytes);
  return lettersMayBegin(bytes, 0);
}

function mayBeginBytes(bytes: Buffer): boolean {
  if (bytes.length % 2 === 0 && (arePairs(bytes, 0) || arePairs(bytes, 1))) return true;
  // Characters as UTF-8 writes them, of which the last one may be cut in two, or of fifteen bits: their bits stand elsewhere.
  if (isUtf8(bytes.subarray(0, lastCharacter(bytes)))) return true;
  return isFifteen(bytes) && (isBegun(bytes, 0, 1) || isBegun(bytes, 1, 0));
}

function arePairs(bytes: Buffer, turned: 0 | 1): boolean {
  const bit = bitsOf(bytes, turned);
  return mayGoOn(bit) && mayUnpack(bit, 8 * bytes.length, 16);
}

/** From the highest bit of each byte down; `turned` is 1 where a machine has turned each pair. */
function bitsOf(bytes: Buffer, turned: 0 | 1): (at: number) => number {
  return (at) => ((bytes[(at >> 3) ^ turned] ?? 0) >> (7 - (at & 7))) & 1;
}

/** Where the last character in UTF-8 begins. */
function lastCharacter(bytes: Buffer): number {
  let at = bytes.length - 1;
  while (at > 0 && bytes.length - at < 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
}

function isFifteen(bytes: Buffer): boolean {
  for (let at = 1; at < bytes.length; at += 2) if ((bytes[at] ?? 0) > 0x80) return false;
  return bytes.length % 2 === 0;
}

/**
 * Whether a second character can follow: its code, three bits, is a new one's, or the first's once more; codes that
 * nothing stands for yet are what most other values begin with. `bit` gives the bits in the order of the stream.
 */
function mayGoOn(bit: (at: number) => number): boolean {
  const wide = bit(0) === 1;
  if (bit(1) === 1) return false;
  const first = numberOf(bit, 2, wide ? 16 : 8);
  const from = wide ? 18 : 10;
  const code = numberOf(bit, from, 3);
  if (!isLetter(first) || (wide && first < 0x100) || code === 2 || code > 4) return false;
  // A text of ASCII goes on with ASCII.
  const second = code === 0 ? numberOf(bit, from + 3, 8) : first;
  return isLetter(second) && (second < 0x80 || first >= 0x80);
}

function isLetter(unit: number): boolean {
  return unit >= 0x20 ? unit !== 0x7f : unit === 9 || unit === 10 || unit === 13;
}

/** Numbers stand with their lowest bit first. */
function numberOf(bit: (at: number) => number, from: number, count: number): number {
  let value = 0;
  for (let at = 0; at < count; at++) value |= bit(from + at) << at;
  return value;
}

function lettersMayBegin(bytes: Buffer, at: number): boolean {
  const first = BASE64[bytes[at] ?? 0] ?? FOREIGN;
  if (first >= 32 ? first >> 4 !== 2 : first >= 16) return false;
  const { length } = bytes;
  return mayGoOn((bit) => {
    const letter = at + Math.floor(bit / 6);
    const value = letter < length ? (ANY[bytes[letter] ?? 0] ?? 0) : 0;
    return (value >> (5 - (bit % 6))) & 1;
  });
}
/** A long value is opened only when its beginning opens to text. */
const HEAD = 512;

function isPromising({ bits, codes }: Spelling): boolean {
  // The last character may have been cut in two.
  const { text } = unpacked(codes.slice(0, -2), bits, 256);
  const bytes = Buffer.from(text.toWellFormed());
  return isWritten(bytes) || mayBeWide(bytes, 0, bytes.length);
}

interface Spelling {
  readonly name: string;
  readonly bits: number;
  readonly codes: readonly number[];
}

function* spellingsOf(value: Value): Generator<Spelling> {
  const { bytes } = value;
  if (value.isOnly(BASE64_KINDS | HAS.EQUALS | HAS.OTHER)) {
    for (const table of [BASE64, URI]) {
      const codes = lettersOf(bytes, table);
      if (codes.length > 0) yield { name: 'lz-string', bits: 6, codes };
    }
    return;
  }
  const text = isUtf8(bytes) || (bytes.at(-1) ?? 0) >= 0x80 ? bytes.toString() : '';
  if (text !== '' && (isUtf8(bytes) || text.endsWith('\ufffd'))) {
    const units: number[] = [];
    for (let at = 0; at < text.length; at++) units.push(text.charCodeAt(at));
    if (units.every((unit) => unit >= 32 && unit < 0x8020)) {
      yield { name: 'lz-string', bits: 15, codes: units.map((unit) => unit - 32) };
    }
    yield { name: 'lz-string', bits: 16, codes: units };
  }
  if (bytes.length % 2 === 0) {
    const pairs: number[] = [];
    const turned: number[] = [];
    for (let at = 0; at < bytes.length; at += 2) {
      const [high, low] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
      pairs.push((high << 8) | low);
      turned.push((low << 8) | high);
    }
    yield { name: 'lz-string', bits: 16, codes: pairs };
    yield { name: 'lz-string', bits: 16, codes: turned };
    if (turned.every((unit) => unit >= 32 && unit < 0x8020)) {
      yield { name: 'lz-string', bits: 15, codes: turned.map((unit) => unit - 32) };
    }
  }
}

/** The same two bits in bytes, of which a machine may have turned each pair. */
function isBegun(bytes: Buffer, high: 0 | 1, low: 0 | 1): boolean {
  const first = bytes[high] ?? 0;
  return first < 0x40 ? ((bytes[low] ?? 0) & 0x40) === 0 : first >> 6 === 2;
}

/** Whether such a text may begin here: by the bits of its first characters, of fifteen bits or of sixteen. */
export function mayBeWide(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < 18 || (bytes[start] ?? 0) < 0x80) return false;
  const units = bytes.toString('utf8', start, Math.min(end, start + 24));
  for (const [width, less] of [
    [15, 32],
    [16, 0],
  ] as const) {
    const bit = (at: number): number => {
      const unit = units.charCodeAt(Math.floor(at / width)) - less;
      return (unit >> (width - 1 - (at % width))) & 1;
    };
    if (mayGoOn(bit)) return true;
  }
  return false;
}

/** Text of mostly far-away characters, as packed 15 or 16 bits to a character. */
function isWide({ bytes, kinds }: Value): boolean {
  if ((kinds & HAS.HIGH) === 0 || bytes.length >= 2 ** 20) return false;
  const head = bytes.subarray(0, 64);
  let high = 0;
  for (const byte of head) high += byte >> 7;
  return high > head.length / 2;
}

/** Values of the letters; none when one is foreign. Padding is no letter. */
function lettersOf(bytes: Buffer, table: Uint8Array): number[] {
  const codes: number[] = [];
  for (const byte of bytes) {
    const code = table[byte] ?? FOREIGN;
    if (code === FOREIGN) return [];
    if (code !== PADDING) codes.push(code);
  }
  return codes;
}

const FOREIGN = 255;
const PADDING = 254;

function table(letters: string): Uint8Array {
  const values = new Uint8Array(256).fill(FOREIGN);
  for (const [value, letter] of [...letters].entries()) values[letter.charCodeAt(0)] = value;
  values[0x3d] = PADDING;
  return values;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64 = table(`${LETTERS}+/`);
/** Its 65th letter, `$`, is padding. */
const URI = table(`${LETTERS}+-`);
URI[0x24] = PADDING;
/** The value of a letter in either alphabet; the last letters differ only where the value is 63. */
const ANY = table(`${LETTERS}+/`);
ANY[0x2d] = 63;
