import { HAS } from '../../wrappings/value.ts';
import type { Value } from '../../wrappings/value.ts';
import { brotli } from '../../wrappings/compressed.ts';
import { lz4 } from '../../wrappings/rows/packed/lz4.ts';
import { lzString } from '../../wrappings/rows/packed/lz-string.ts';
import { rawDeflate } from '../../wrappings/rows/packed/raw-deflate.ts';
import { snappy } from '../../wrappings/rows/packed/snappy.ts';
import { cbor } from '../../wrappings/rows/records/cbor.ts';
import { framed } from '../../wrappings/rows/records/framed.ts';
import { msgpack } from '../../wrappings/rows/records/msgpack.ts';
import { protobuf } from '../../wrappings/rows/records/protobuf.ts';
import { xor } from '../../wrappings/rows/sealed/xor.ts';
import { counted } from '../../wrappings/rows/text/counted.ts';
import type { Wrapping } from '../../wrappings/wrapping.ts';
import { FEW, SHORTEST_DRESSED, holdsWord } from '../rows.ts';

/**
 * A look at few bytes that are no text, such as digests and identifiers open to: whether it is certain that no row takes
 * anything off them. All but eleven rows are ruled out by what they need to see, in one pass over the bytes; in doubt the
 * answer is no, and the table is asked as for any other value.
 */
export function isChance(value: Value): boolean {
  const { bytes, kinds, from } = value;
  const { length } = bytes;
  if (length < SHORTEST_DRESSED || length > LONGEST || mayBeOfOthers(bytes, kinds, from))
    return false;
  // A token of letters in the midst of them is a region of its own.
  if (value.runs.length > 0) return false;
  if (length < LEAST_PACKED) return !takes(UNWRITTEN, value);
  return (
    !takes(UNWRITTEN, value) && ((length < FEW && !holdsWord(bytes)) || !takes(WRITTEN, value))
  );
}

/** Longer bytes of chance are a gap. */
const LONGEST = 47;
/** Nothing is packed in fewer by the rows that hold text unchanged. */
const LEAST_PACKED = 16;

/** The rows that have to be asked: no sign tells that a value is none of theirs. */
const UNWRITTEN = [framed, counted, rawDeflate, lzString, xor, brotli];
const WRITTEN = [msgpack, cbor, snappy, lz4, protobuf];

function takes(rows: readonly Wrapping[], value: Value): boolean {
  for (const row of rows) {
    if (row.first !== null && !row.first.includes(value.bytes[0] ?? 0)) continue;
    if (value.bytes.length < (row.least ?? 0) || !row.recognise(value)) continue;
    const { parts, leaves, truncated, undecoded } = row.open(value, ROOM);
    if (parts.length > 0 || leaves.length > 0 || truncated !== null || undecoded !== null)
      return true;
  }
  return false;
}

const ROOM = 2 ** 16;

/** Whether a row that is not asked may take them for its own, as a whole or from some place on. */
function mayBeOfOthers(bytes: Buffer, kinds: number, from: string): boolean {
  const { length } = bytes;
  const first = bytes[0] ?? 0;
  const second = bytes[1] ?? 0;
  let [zeros, before] = [0, NONE];
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] ?? 0;
    if (BEFORE[byte] === before) return true;
    if (before === 0x5c && ESCAPED[byte] === 1) return true;
    if (before === 0x3d && UNEQUAL[byte] === 1) return true;
    if (before === 0x25 && PERCENT[byte] === 1) return true;
    if (byte === 0) zeros++;
    before = byte;
  }
  if (zeros >= MANY_ZEROS || isZlib(first, second) || (first >= 0xfe && second >= 0xfe))
    return true;
  const binary = (kinds & (HAS.NUL | HAS.CONTROL)) !== 0;
  if ((kinds & HAS.NUL) === 0 && mayBegin(bytes, first, second)) return true;
  if ((kinds & HAS.COLON) !== 0 && (from !== 'base64' ? !binary : isLabelled(bytes))) return true;
  if (!binary && ((kinds & (HAS.EQUALS | HAS.AMPERSAND)) !== 0 || first === 0x2f)) return true;
  if ((kinds & HAS.BLANK) !== 0 && SCHEME_FIRST[first | 0x20] === 1) return true;
  if ((kinds & HAS.LINE) !== 0 && (first === 0x2d || bytes.subarray(-3).includes(0x60)))
    return true;
  // What BSON and gRPC begin with, and a file of a kind that is recognised.
  if (first < 2 && second === 0) return true;
  const size = length < LEAST_PACKED ? 0 : bytes.readUInt32LE(0);
  return (size >= length && size <= 64 * length) || isSealed(bytes, first, second);
}

const NONE = -2;
/** Fewer are no text of two bytes a letter. */
const MANY_ZEROS = 6;

function isZlib(first: number, second: number): boolean {
  return (first & 0x8f) === 8 && (first * 256 + second) % 31 === 0;
}

/** JSON, XML, rot13 of what is wrapped once more: each by its first letters. */
function mayBegin(bytes: Buffer, first: number, second: number): boolean {
  if (BEGINS[first] === 1 || TURNED[second] === first) return true;
  if (WORD[first] === 0) return false;
  // A function's call.
  let at = 1;
  while (at < bytes.length && WORD[bytes[at] ?? 0] === 1) at++;
  return bytes[at] === 0x28;
}

/** `name:` in front. */
function isLabelled(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length && LABEL[bytes[at] ?? 0] === 1) at++;
  return at > 0 && bytes[at] === 0x3a;
}

function isSealed(bytes: Buffer, first: number, second: number): boolean {
  return (
    SEALED[second] === first ||
    (first === 0x25 && second === 0x50) ||
    // RIFF, whose second letter is GIF's as well, and an ISO file.
    (first === 0x52 && second === 0x49) ||
    (bytes[4] === 0x66 && bytes[5] === 0x74)
  );
}

/** For the second letter of each pair the first one; a letter that is second in two pairs stands in two tables. */
function pairs(...all: readonly string[]): Int16Array {
  const firsts = new Int16Array(256).fill(-1);
  for (const pair of all) {
    const [first = 0, second = 0] = Buffer.from(pair, 'latin1');
    if (firsts[second] !== -1 && firsts[second] !== first) throw new Error(`${pair} has a twin`);
    firsts[second] = first;
  }
  return firsts;
}

function signs(letters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(letters, 'latin1')) table[byte] = 1;
  return table;
}

/** Of magics (gzip, zstd, zlib, snappy, LZ4), and of `eyJ`, `;base64`, `ugg`, `begin`, `bplist`: anywhere. */
const BEFORE = pairs(
  '\x1f\x8b',
  '\x28\xb5',
  '\x78\x01',
  '\x78\x5e',
  '\x78\x9c',
  '\x78\xda',
  '\xff\x06',
  '\x82S',
  '\x04\x22',
  'yJ',
  ';b',
  'ug',
  'be',
  'bp',
);
const SEALED = pairs(
  '\x89P',
  '\xff\xd8',
  'GI',
  'wO',
  '\xfd7',
  'BZ',
  'SQ',
  'Og',
  '\0\x01',
  'PK',
  'OT',
);
const TURNED = pairs('rl', 'J3', 'U4', 'rW', 'nU', 'jf');
const ESCAPED = signs('/u"xU\\01234567');
/** Behind `=`: line breaks, hex digits, and letters that rot13 makes of what is wrapped. */
const UNEQUAL = signs('\r\n0123456789ABCDEFurUn');
const PERCENT = signs('0123456789abcdefABCDEFu');
const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const WORD = signs(`${LETTERS}${DIGITS}_$.`);
const LABEL = signs(`${LETTERS}${DIGITS}_.@+-`);
const BEGINS = signs('\t\n\v\f\r \xa0\xef{[")<');
const SCHEME_FIRST = signs('bdtank');
