import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS } from '../../wrapping.ts';
import type { Span } from '../leaves.ts';
import { leavesOf } from '../leaves.ts';

/**
 * Texts inside a record whose fields nobody knows, each behind its own length. Texts are taken out only where hardly anything else
 * is left: a record that is ciphertext for the greater part stays a gap.
 */
export const counted: Wrapping = {
  name: 'counted',
  evidence: 'Thrift and Avro without their schema; java.io.DataOutput.writeUTF; Android parcels',
  needs: 0,
  lacks: 0,
  first: null,
  least: 20,
  recognise: ({ bytes, isText }) => !isText && holdsLetters(bytes) && textsIn(bytes) !== null,
  open: ({ bytes }) => {
    const spans = textsIn(bytes);
    return spans === null ? NOT_THIS : { ...NOT_THIS, leaves: leavesOf(spans) };
  },
  wild: null,
  textProves: false,
};

/** So many letters in a row are met by chance in one of a million bytes. */
const SHORTEST = 16;
/** What is left beside the texts could be opaque by itself if it were more. */
const MOST_LEFT = 48;

/** Looks at every sixteenth byte and walks back from it: most bytes of chance are never looked at. */
function holdsLetters(bytes: Buffer): boolean {
  for (let from = 0; from + SHORTEST <= bytes.length;) {
    let at = from + SHORTEST - 1;
    while (at >= from && isLetter(bytes[at] ?? 0)) at--;
    if (at < from) return true;
    from = at + 1;
  }
  return false;
}

function isLetter(byte: number): boolean {
  return byte >= 0x20 ? byte !== 0x7f : byte === 9 || byte === 10 || byte === 13;
}

/** The longer texts, in their order; null where there are none, or much else stands beside them. */
function textsIn(bytes: Buffer): Span[] | null {
  const spans: Span[] = [];
  let left = 0;
  for (let at = 0; at < bytes.length && left < MOST_LEFT;) {
    const length = lengthBefore(bytes, at);
    // A printable length may seem to be the first letter of a shorter text.
    if (length === 0 || lengthBefore(bytes, at + 1) > length) {
      left++;
      at++;
      continue;
    }
    const name = `counted:[${spans.length}]`;
    if (length >= SHORTEST) spans.push({ start: at, end: at + length, name });
    at += length;
  }
  return spans.length === 0 || left >= MOST_LEFT ? null : spans;
}

/** How many letters begin here, if their number stands in front of them; else 0. */
function lengthBefore(bytes: Buffer, at: number): number {
  const first = bytes[at - 1];
  if (first === undefined || first === 0 || !isLetter(bytes[at] ?? 0)) return 0;
  const second = bytes[at - 2] ?? 0;
  // Seven bits a byte, the lowest first, of which Avro keeps the last one for the sign; or two and four bytes, the highest first.
  const varint = second >= 0x80 && first < 0x80 ? first * 128 + (second & 0x7f) : first;
  for (const length of [varint, varint / 2, second * 256 + first, first])
    if (length >= 3 && Number.isInteger(length) && areLetters(bytes, at, length))
      return isSign(bytes, at - 1) ? length : 0;
  return 0;
}

/** A letter is a length only where no text is under way: the slash of an address counts nothing, whatever follows it. */
function isSign(bytes: Buffer, at: number): boolean {
  let start = at;
  while (start > 0 && isPlain(bytes[start - 1])) start--;
  return !isPlain(bytes[at]) || start === at || endsAt(bytes, start, at, 8);
}

/** Texts that follow one another, each behind its length, end there; the first one begins at `start`. */
function endsAt(bytes: Buffer, start: number, end: number, most: number): boolean {
  const first = bytes[start - 1] ?? 0;
  return [first, first / 2].some((length) => {
    const next = start + length;
    if (length < 1 || !Number.isInteger(length) || next > end) return false;
    return next === end || (most > 0 && endsAt(bytes, next + 1, end, most - 1));
  });
}

function areLetters(bytes: Buffer, start: number, length: number): boolean {
  const end = start + length;
  // Where a text ends something else begins.
  if (end > bytes.length || isPlain(bytes[end])) return false;
  let at = start;
  while (at < end && isLetter(bytes[at] ?? 0)) at++;
  return at === end;
}

function isPlain(byte = 0): boolean {
  return byte >= 0x20 && byte < 0x7f;
}
