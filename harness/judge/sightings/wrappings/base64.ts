import { isUtf8 } from 'node:buffer';
import { ALPHANUMERIC, BASE64_STANDARD, BASE64_URL, CAPITALS, runsOf } from './alphabet.ts';
import type { Run, Value } from './value.ts';
import { ALNUM, BASE64_KINDS, HAS, HEX_KINDS, kindsOf } from './value.ts';
import type { Wrapping } from './wrapping.ts';
import { isDigestLong } from './rows/telling.ts';
import { NOT_THIS, opened } from './wrapping.ts';

/** Base64 in either alphabet or a mixture, padded or not, wrapped in lines or not, also inside a longer text. */
export const base64: Wrapping = {
  name: 'base64',
  evidence: 'Sensors Analytics (data_list), JWT, Basic credentials, data: URIs',
  needs: 0,
  lacks: ~(BASE64_KINDS | HAS.EQUALS | HAS.LINE),
  first: null,
  recognise: (value) => {
    const run = unpadded(joined(value));
    const whole = run.length === value.bytes.length;
    const kinds = whole ? value.kinds : kindsOf(run, 0, run.length);
    if (run.length < 6 || (kinds & ~BASE64_KINDS) !== 0 || (kinds & ~HEX_KINDS) === 0) return false;
    return run.length < 11 || (run.length < 24 ? bothCases(kinds) : mixed(run, kinds));
  },
  open: (value) => {
    const run = unpadded(joined(value));
    const decoded = fromBase64(run);
    if (decoded.length === 0) return NOT_THIS;
    // Without a letter that tells, the two alphabets are one, and the common name is used.
    const name = run.includes(0x2d) || run.includes(0x5f) ? 'base64url' : 'base64';
    return opened([{ name, bytes: decoded }], false);
  },
  inRuns: true,
  wild: ({ bytes, runs }) => {
    const regions: Buffer[][] = [];
    for (const run of runs) {
      if (!bothCases(run.kinds) || isWhole(bytes, run)) continue;
      const region = readings(bytes.subarray(run.start, run.end), run).flatMap((one) =>
        alignments(one, bytes),
      );
      if (region.length > 0) regions.push(region);
    }
    return [...brokenLines(bytes, runs), ...regions];
  },
  textProves: true,
};

/** Two hex digits a byte, in either case. */
export const hex: Wrapping = {
  name: 'hex',
  evidence: 'mistat v2 (stat_value), digests everywhere',
  needs: 0,
  lacks: ~HEX_KINDS,
  first: null,
  recognise: ({ bytes }) => bytes.length >= 16 && bytes.length % 2 === 0,
  open: ({ bytes }) => opened([{ name: 'hex', bytes: fromHex(bytes) }], false),
  inRuns: true,
  wild: ({ bytes, runs }) => {
    const regions: Buffer[][] = [];
    for (const { start, end, kinds } of runs) {
      if (end - start < 32) continue;
      const run = bytes.subarray(start, end);
      const pieces = (kinds & ~ALNUM) === 0 ? [run] : runsOf(run, ALPHANUMERIC, 32);
      for (const piece of pieces) {
        if ((kindsOf(piece, 0, piece.length) & ~HEX_KINDS) !== 0) continue;
        const odd = piece.length % 2;
        const whole = piece.subarray(0, piece.length - odd);
        // A length in front may look like one digit more.
        regions.push(odd === 0 ? [whole] : [whole, piece.subarray(1)]);
      }
    }
    return regions;
  },
  textProves: true,
};

/** Short ones are the many: making a string of each would take longer than reading it. */
function fromHex(digits: Buffer): Buffer {
  if (digits.length > SHORT) return Buffer.from(digits.toString('latin1'), 'hex');
  const plain = Buffer.allocUnsafe(digits.length >> 1);
  for (let at = 0; at < plain.length; at++) {
    const [high, low] = [HEX_VALUE[digits[2 * at] ?? 0] ?? 0, HEX_VALUE[digits[2 * at + 1] ?? 0]];
    plain[at] = (high << 4) | (low ?? 0);
  }
  return plain;
}

/** Letters of either alphabet and nothing else. */
function fromBase64(letters: Buffer): Buffer {
  if (letters.length > SHORT) return Buffer.from(letters.toString('latin1'), 'base64');
  const plain = Buffer.allocUnsafe((letters.length * 3) >> 2);
  let [held, bits, size] = [0, 0, 0];
  for (let at = 0; at < letters.length; at++) {
    held = ((held << 6) | (BASE64_VALUE[letters[at] ?? 0] ?? 0)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    plain[size++] = held >> bits;
  }
  return plain;
}

const SHORT = 128;
const HEX_VALUE = valuesOf(['0123456789abcdef', '0123456789ABCDEF']);
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64_VALUE = valuesOf([`${LETTERS}+/`, `${LETTERS}-_`]);

function valuesOf(alphabets: readonly string[]): Uint8Array {
  const values = new Uint8Array(256);
  for (const letters of alphabets)
    for (const [value, letter] of [...letters].entries()) values[letter.charCodeAt(0)] = value;
  return values;
}

/** A value that is nothing but one run with the padding that its length asks for: that was opened as it is. */
function isWhole(bytes: Buffer, { start, end, kinds }: Run): boolean {
  const padding = bytes.length - end;
  if (start > 0 || padding === 0 || padding > 2 || bytes.length % 4 !== 0) return false;
  const isPadding = bytes[end] === 0x3d && bytes[bytes.length - 1] === 0x3d;
  return isPadding && (kinds & (HAS.DASH | HAS.UNDERSCORE)) === 0 && mixed(bytes, kinds);
}

/** A run holds the signs of both alphabets: a path or a list may be glued to it by `/`, `-` or `_`. */
function readings(bytes: Buffer, { kinds }: Run): Buffer[] {
  const whole = (kinds & ~HEX_KINDS) !== 0 && mixed(bytes, kinds) ? [bytes] : [];
  if ((kinds & ~ALNUM) === 0) return whole;
  const pieces = [BASE64_STANDARD, BASE64_URL, ALPHANUMERIC].flatMap((one) =>
    runsOf(bytes, one, 16),
  );
  // A run of more pieces than that opens to what looks like chance, and is reported as such.
  const told = pieces.slice(0, 200).filter((piece) => {
    if (piece.length === bytes.length) return false;
    const own = kindsOf(piece, 0, piece.length);
    return (own & ~HEX_KINDS) !== 0 && mixed(piece, own);
  });
  return [...whole, ...told];
}

/**
 * A run may begin with letters that are not part of it. Padding behind it tells how many; the other alignments are kept
 * only where they open to text, to a compressed stream, or to as many bytes as digests have.
 */
function alignments(run: Buffer, around: Buffer): Buffer[] {
  const end = run.byteOffset - around.byteOffset + run.length;
  const padded = around[end] === 0x3d ? (around[end + 1] === 0x3d ? 2 : 1) : 0;
  const right = padded > 0 ? (run.length + padded) % 4 : 0;
  // What needs no padding is written in fours: letters that are too many, in a text, may be glued to it.
  const isAmong = padded === 0 && around.length <= LONGEST_AROUND && around[end] === 0x20;
  const over = isAmong ? run.length % 4 : 0;
  const [sure, others]: [Buffer[], Buffer[]] = [[], []];
  for (let offset = 1; offset <= 3; offset++) {
    const tells = mayTell(run, offset) && telling(fromBase64(run.subarray(offset)));
    const fits =
      offset === over ||
      (padded === 0 && isDigestLong({ length: ((run.length - offset) * 3) >> 2 }));
    if (offset === right || tells) sure.push(run.subarray(offset));
    else if (fits) others.push(run.subarray(offset));
  }
  return [...sure, run, ...others];
}

/** In longer texts every word would be looked at so. */
const LONGEST_AROUND = 4096;

/** Runs of lines as mail and certificates break them, within other text: one region each, breaks included. */
function brokenLines(bytes: Buffer, runs: readonly Run[]): Buffer[][] {
  const regions: Buffer[][] = [];
  for (let first = 0; first < runs.length; first++) {
    const { start = 0, end = 0 } = runs[first] ?? {};
    if (end - start < 60 || end - start > 128) continue;
    const glue = bytes[end] === 0x0a ? 1 : bytes[end] === 0x0d && bytes[end + 1] === 0x0a ? 2 : 0;
    if (glue === 0) continue;
    let last = end;
    while (runs[first + 1]?.start === last + glue && last - start >= end - start) {
      const next = runs[first + 1];
      if (next === undefined || next.end - next.start > end - start) break;
      first++;
      last = next.end;
      if (next.end - next.start < end - start) break;
    }
    if ((last - end) % (end - start + glue) === 0) last = shortLine(bytes, last, glue);
    if (last > end) regions.push([bytes.subarray(start, last)]);
  }
  return regions;
}

/** The end of a last line of a few letters, too short for a run; `end` where none follows it. */
function shortLine(bytes: Buffer, end: number, glue: number): number {
  let at = end + glue;
  while (at < bytes.length && isLetter(bytes[at])) at++;
  const behind = bytes[at];
  const isLine = behind === undefined || behind === 0x3d || behind === 0x0a || behind === 0x0d;
  return isLine && at - end - glue > 1 && at - end - glue < 16 ? at : end;
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && (BASE64_VALUE[byte] !== 0 || byte === 0x41);
}

/** Whether letters from an offset on open to a magic, or begin with no sign that text lacks. */
function mayTell(run: Buffer, offset: number): boolean {
  let [held, bits, text, opened] = [0, 0, true, 0];
  let first = 0;
  for (let at = offset; at < run.length && opened < 12; at++) {
    held = ((held << 6) | (BASE64_VALUE[run[at] ?? 0] ?? 0)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (held >> bits) & 0xff;
    text &&= byte < 0x20 ? byte === 9 || byte === 10 || byte === 13 : byte < 0xf5;
    if (opened === 0) first = byte;
    else if (opened === 1 && MAGIC.has(first * 256 + byte)) return true;
    if (opened++ > 0 && !text) return false;
  }
  return text;
}

function telling(bytes: Buffer): boolean {
  if (bytes.length < 12) return false;
  if (MAGIC.has(bytes.readUInt16BE(0))) return true;
  const head = bytes.subarray(0, 4096);
  return isUtf8(head) && !/[^\P{Cc}\t\r\n]/u.test(head.toString('utf8'));
}

/** Lines of one length are joined, as mail and certificates wrap them, the last one shorter; so are long ones of any. */
function joined({ bytes, kinds }: Value): Buffer {
  if ((kinds & HAS.LINE) === 0) return bytes;
  const end = bytes.indexOf(0x0a);
  if (end < 0) return bytes;
  return end >= 60 || areLines(bytes, end + 1)
    ? Buffer.from(bytes.filter((byte) => byte !== 0x0a && byte !== 0x0d))
    : bytes;
}

function areLines(bytes: Buffer, length: number): boolean {
  for (let at = 0; at < bytes.length; at += length) {
    const next = bytes.indexOf(0x0a, at);
    if (next < 0 || next === bytes.length - 1)
      return (next < 0 ? bytes.length : next) - at < length;
    if (next - at + 1 !== length) return bytes.subarray(next).every((byte) => byte <= 0x0d);
  }
  return true;
}

function unpadded(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 3 && bytes[end - 1] === 0x3d) end--;
  return bytes.subarray(0, end);
}

/** Real base64 of any length holds both cases and a share of capitals and digits; words of a language do not. */
function mixed(run: Buffer, kinds: number): boolean {
  if (!bothCases(kinds)) return false;
  let left = run.length / 8;
  for (let at = 0; at < run.length && left > 0; at++) left -= CAPITALS[run[at] ?? 0] ?? 0;
  return left <= 0;
}

function bothCases(kinds: number): boolean {
  return (kinds & LOWER) !== 0 && (kinds & UPPER) !== 0;
}

const LOWER = HAS.LOWER | HAS.LOWER_HEX;
const UPPER = HAS.UPPER | HAS.UPPER_HEX;

/** First two bytes of gzip, zlib (four levels) and zstd. */
const MAGIC: ReadonlySet<number> = new Set([0x1f8b, 0x7801, 0x785e, 0x789c, 0x78da, 0x28b5]);
