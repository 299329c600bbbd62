import { isUtf8 } from 'node:buffer';
import { BASE64_KINDS, HAS, Value } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';
import { isWords } from '../telling.ts';

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
      if (!isWords(bytes) || (ended ? left > MOST_BEHIND : bytes.length < 24)) continue;
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

const LONGEST = 4 * 2 ** 20;
/** A stream ends with its last letters: behind the end stand bits that fill one up, and a blank in UTF-16. */
const MOST_BEHIND = 2;

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
  return isWords(Buffer.from(text.toWellFormed()));
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

interface Unpacked {
  readonly text: string;
  readonly ended: boolean;
  /** Codes behind the end. */
  readonly left: number;
}

/** The bits of codes, each from its highest down. */
function bitOf(codes: readonly number[], width: number): (at: number) => number {
  return (at) => ((codes[Math.floor(at / width)] ?? 0) >> (width - 1 - (at % width))) & 1;
}

/**
 * Whether so many bits can be unpacked to a text at all, without making it: each word is only as long as it would be.
 * Chance gives a code that nothing stands for, or a character that no text holds, within its first letters. `width` are
 * the bits of what is written as one.
 */
function mayUnpack(bit: (at: number) => number, end: number, width: number): boolean {
  let at = 0;
  const bits = (count: number): number => {
    if (at + count > end) return END_OF_INPUT;
    let value = 0;
    for (let place = 0; place < count; place++, at++) value |= bit(at) << place;
    return value;
  };
  /** 1: a character of texts; 0: one that no text holds; END_OF_INPUT: it is not all there. */
  const fresh = (kind: number): number => {
    const unit = bits(kind === 0 ? 8 : 16);
    if (unit === END_OF_INPUT) return END_OF_INPUT;
    return unit >= 0x20 || (unit >= 9 && unit <= 13) ? 1 : 0;
  };
  // Cut off, it has to be a text of 24 bytes, whole of eight; a character is at most three.
  const cutOff = (size: number): boolean => size >= 8;
  const kind = bits(2);
  if (kind > 1 || kind === END_OF_INPUT || fresh(kind) !== 1) return false;
  SIZES[3] = 1;
  let [words, size, left, count, before] = [4, 1, 4, 3, 1];
  // What is longer is unpacked.
  while (words < SIZES.length - 2) {
    let code = bits(count);
    if (code === END_OF_INPUT) return cutOff(size);
    if (code === 2)
      return size >= 3 && Math.floor(end / width) - Math.ceil(at / width) <= MOST_BEHIND;
    if (code < 2) {
      const one = fresh(code);
      if (one !== 1) return one === END_OF_INPUT && cutOff(size);
      SIZES[words] = 1;
      code = words++;
      if (--left === 0) left = 2 ** count++;
    }
    if (code > words) return false;
    const word = code < words ? (SIZES[code] ?? 0) : before + 1;
    size += word;
    SIZES[words++] = before + 1;
    before = word;
    if (--left === 0) left = 2 ** count++;
  }
  return true;
}

/** How long each word is. */
const SIZES = new Uint16Array(512);

/** LZ78 over characters, codes read bit by bit, lowest bit first; codes 0, 1 and 2 mean a new character, two bytes wide or one, and the end. */
function unpacked(codes: readonly number[], width: number, room: number): Unpacked {
  let at = 0;
  const result = (text: string, ended: boolean): Unpacked => ({
    text,
    ended,
    left: codes.length - Math.ceil(at / width),
  });
  const bits = (count: number): number => {
    let value = 0;
    for (let bit = 0; bit < count; bit++, at++) {
      const word = codes[Math.floor(at / width)];
      if (word === undefined) return END_OF_INPUT;
      value += ((word >> (width - 1 - (at % width))) & 1) * 2 ** bit;
    }
    return value;
  };
  // Empty: a character that no text holds, and only text is believed.
  const fresh = (kind: number): string | null => {
    const unit = kind < 2 ? bits(kind === 0 ? 8 : 16) : END_OF_INPUT;
    if (unit === END_OF_INPUT) return null;
    return unit >= 0x20 || (unit >= 9 && unit <= 13) ? String.fromCharCode(unit) : '';
  };
  const first = fresh(bits(2));
  if (first === null || first === '') return result('', false);
  const words = ['', '', '', first];
  const pieces = [first];
  let [size, left, count, before] = [1, 4, 3, first];
  while (size < room) {
    let code = bits(count);
    if (code === END_OF_INPUT) break;
    if (code === 2) return result(pieces.join(''), true);
    if (code < 2) {
      const character = fresh(code);
      if (character === null) break;
      if (character === '') return result('', false);
      words.push(character);
      code = words.length - 1;
      if (--left === 0) left = 2 ** count++;
    }
    const word =
      code < words.length
        ? words[code]
        : code === words.length
          ? before + before.charAt(0)
          : undefined;
    if (word === undefined) return result('', false);
    pieces.push(word);
    size += word.length;
    words.push(before + word.charAt(0));
    before = word;
    if (--left === 0) left = 2 ** count++;
  }
  return result(pieces.join('').slice(0, room), false);
}

const END_OF_INPUT = -1;
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
