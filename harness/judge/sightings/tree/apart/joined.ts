import { ALNUM, BASE64_KINDS, HAS, HEX_KINDS } from '../../wrappings/value.ts';
import { NONE } from '../outcome/hits.ts';
import { under } from '../outcome/outward.ts';
import type { Peeled, Reading } from '../outcome/reading.ts';
import type { Piece } from './pieces.ts';
import { namesOf } from './pieces.ts';

/** Neighbours that may be one value cut up, put together. */
interface Joined {
  readonly bytes: Buffer;
  readonly pieces: readonly Piece[];
}

/**
 * Neighbouring values of which each looks like a part of something packed: chunks of one length in a list, or tokens
 * in hex or base64 side by side. Put together they are worth a look of their own, which plain neighbours are not.
 */
function joinsOf(pieces: readonly Piece[]): Joined[] {
  const joins: Joined[] = [];
  for (let at = 0; at + 1 < pieces.length;) {
    const chunks = chunksAt(pieces, at);
    if (chunks > 0) {
      joins.push(...readingsOf(pieces.slice(at, at + chunks)));
      at += chunks;
      continue;
    }
    const tokens = tokensAt(pieces, at);
    if (tokens > 0) joins.push(...readingsOf(pieces.slice(at, at + tokens)));
    at += Math.max(1, tokens);
  }
  return joins;
}

/** Whether any of them are worth a look together. */
export function mayJoin(pieces: readonly Piece[]): boolean {
  return pieces.length >= 2 && joinsOf(pieces).length > 0;
}

/** What opens only when neighbours are put together: halves of something packed, into which `look` looks. */
export function insideJoins<Owner>(
  pieces: readonly Piece[],
  look: (joined: Buffer) => Reading<Owner>,
): readonly Peeled<Owner>[] {
  if (pieces.length < 2) return NONE;
  return joinsOf(pieces).flatMap(({ bytes, pieces: joined }) => {
    const inner = look(bytes);
    if (inner.found.length === 0) return NONE;
    const names = [`split:${namesOf(joined, (piece) => piece.name())}`];
    return under(inner, names, null, bytes, 0, bytes.length).found;
  });
}

/** The ways to put pieces together: as they stand, an odd digit left out at either end, and each opened by itself. */
export function readingsOf(pieces: readonly Piece[]): Joined[] {
  const size = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (size < LEAST || size > MOST) return [];
  const whole = Buffer.concat(pieces.map(({ bytes }) => bytes));
  if (pieces.every(({ kinds }) => (kinds & ~HEX_KINDS) === 0)) {
    const cut = size % 2 === 0 ? [whole] : [whole.subarray(0, -1), whole.subarray(1)];
    return cut.map((bytes) => ({ bytes, pieces }));
  }
  const opened =
    pieces.every(isToken) && pieces.some(isTelling) && pieces.slice(0, -1).some(isPadded)
      ? Buffer.concat(pieces.map(({ bytes }) => Buffer.from(bytes.toString('latin1'), 'base64')))
      : null;
  return [whole, ...(opened === null ? [] : [opened])].map((bytes) => ({ bytes, pieces }));
}

/** Shorter than any form. */
const LEAST = 8;
const MOST = 16384;

/** How many values from here on have one length, with a shorter one behind them: 0 when these are no chunks. */
function chunksAt(pieces: readonly Piece[], from: number): number {
  const length = pieces[from]?.bytes.length ?? 0;
  let [end, kinds] = [from, 0];
  for (; pieces[end]?.bytes.length === length; end++) kinds |= pieces[end]?.kinds ?? 0;
  const last = pieces[end];
  if (last !== undefined && last.bytes.length < length) kinds |= pieces[end++]?.kinds ?? 0;
  if (end - from < (length === 1 ? LEAST : CHUNKS) || isDigest(length, kinds)) return 0;
  // Letters of both cases or a sign of something packed; single letters are joined whatever they say.
  const cases = (kinds & SMALL) !== 0 && (kinds & LARGE) !== 0;
  const hex = (kinds & ~HEX_KINDS) === 0 && (kinds & HAS.DIGIT) !== 0 && kinds !== HAS.DIGIT;
  const packed =
    (kinds & HAS.BLANK) === 0 && (hex || (cases && (kinds & (HAS.DIGIT | HAS.EQUALS)) !== 0));
  return length === 1 ||
    packed ||
    (kinds & (HAS.NUL | HAS.CONTROL | HAS.PERCENT | HAS.BACKSLASH)) !== 0
    ? end - from
    : 0;
}

/** Fewer values have one length by chance. */
const CHUNKS = 4;

/** A list of digests or identifiers, each whole by itself. */
function isPadded({ bytes }: Piece): boolean {
  return bytes.length % 4 !== 0 || bytes.at(-1) === 0x3d;
}

export function isDigest(length: number, kinds: number): boolean {
  return (
    (kinds & ~(HEX_KINDS | HAS.DASH)) === 0 && (length === 32 || length === 36 || length === 40)
  );
}

/** How many values from here on are tokens side by side; what tells may be one of them only. */
function tokensAt(pieces: readonly Piece[], from: number): number {
  let end = from;
  let telling = 0;
  for (let piece = pieces[end]; piece && isToken(piece); piece = pieces[++end]) {
    if (isTelling(piece)) telling = end + 1;
    else if (end > from || piece.bytes.length < 4 || (piece.kinds & HAS.DIGIT) === 0) break;
  }
  if (telling === 0) return 0;
  const [before, after] = [pieces[telling - 1], pieces[telling]];
  const tail = before && after && isToken(after) && isRest(after, before);
  const count = telling - from + (tail === true ? 1 : 0);
  const whole = count === 2 && tail === true && isDigest(before.bytes.length, before.kinds);
  return count < 2 || whole ? 0 : count;
}

export function isToken({ kinds }: Piece): boolean {
  return (kinds & ~(BASE64_KINDS | HAS.EQUALS)) === 0;
}

/** Hex digits of which some are letters, or letters of both cases: a part of what somebody packed. */
export function isTelling({ bytes, kinds }: Piece): boolean {
  const digit = (kinds & HAS.DIGIT) !== 0;
  if ((kinds & ~HEX_KINDS) === 0) return digit && kinds !== HAS.DIGIT && bytes.length >= 4;
  const cases = (kinds & SMALL) !== 0 && (kinds & LARGE) !== 0;
  return cases && bytes.length >= 8 && (digit || bytes.length >= 16);
}

/** What is left of a value behind a piece of it: shorter, no word, and not so short that a flag would do. */
function isRest({ bytes, kinds }: Piece, before: Piece): boolean {
  const word = (kinds & ALNUM) === kinds && (kinds & HAS.DIGIT) === 0;
  const long = bytes.length >= 4 || bytes.at(-1) === 0x3d;
  return long && !word && bytes.length <= before.bytes.length;
}

const SMALL = HAS.LOWER | HAS.LOWER_HEX;
const LARGE = HAS.UPPER | HAS.UPPER_HEX;
