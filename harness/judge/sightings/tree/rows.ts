import { HAS, HEX_KINDS, runsOf } from '../wrappings/value.ts';
import type { Value } from '../wrappings/value.ts';
import { WRAPPINGS } from '../wrappings.ts';
import { hidesAny } from '../wrappings/rows/text/invisible.ts';
import { mayBeWide } from '../wrappings/rows/packed/lz-string.ts';
import type { Opened, Wrapping } from '../wrappings/wrapping.ts';

/** Values shorter than the shortest form hold none, dressed or not. */
export const SHORTEST = 8;
/** Nothing takes that little room around the shortest form. */
export const SHORTEST_DRESSED = 10;

/** The next row from `at` on that takes the value for one of its own; -1 when there is none. */
export function nextRow(at: number, value: Value): number {
  const { bytes, kinds } = value;
  const { length } = bytes;
  const begin = bytes[0] ?? 0;
  let words: boolean | null = null;
  for (let which = at; which < WRAPPINGS.length; which++) {
    if ((kinds & (LACKS[which] ?? 0)) !== 0 || length < (LEAST[which] ?? 0)) continue;
    const needs = NEEDS[which] ?? 0;
    if ((kinds & needs) !== needs || BEGINS[256 * which + begin] === 0) continue;
    if (length < FEW && WRITTEN[which] === 1 && !(words ??= holdsWord(bytes))) continue;
    if (WRAPPINGS[which]?.recognise(value) === true) return which;
  }
  return -1;
}

const NEEDS = Int32Array.from(WRAPPINGS, ({ needs }) => needs);
const LACKS = Int32Array.from(WRAPPINGS, ({ lacks }) => lacks);
const LEAST = Uint16Array.from(WRAPPINGS, ({ least = 0 }) => Math.max(least, SHORTEST_DRESSED));
const WRITTEN = Uint8Array.from(WRAPPINGS, ({ written }) => (written === true ? 1 : 0));
/** For each row the bytes that a value of its own can begin with. */
const BEGINS = Uint8Array.from({ length: 256 * WRAPPINGS.length }, (_, at) => {
  const first = WRAPPINGS[at >> 8]?.first ?? null;
  return first === null || first.includes(at & 255) ? 1 : 0;
});

/** Bytes so few have no room for a packed stream inside a record. */
export const FEW = 28;
const WORD = 5;

/** Whether as many printable letters stand together as chance seldom puts there. */
export function holdsWord(bytes: Buffer): boolean {
  let run = 0;
  for (let at = 0; at < bytes.length && run < WORD; at++) {
    const byte = bytes[at] ?? 0;
    run = byte >= 0x20 && byte < 0x7f ? run + 1 : 0;
  }
  return run === WORD;
}

export interface Region {
  readonly row: Wrapping;
  readonly spans: readonly Buffer[];
}

export function regionsOf(value: Value): readonly Region[] {
  const { bytes, kinds } = value;
  if (bytes.length < SHORTEST_DRESSED || (bytes.length < 16 && !value.isText)) return NO_REGIONS;
  const hasRuns = value.runs.length > 0;
  let regions: Region[] | null = null;
  for (const row of WILD) {
    if ((kinds & row.needs) !== row.needs || (row.inRuns === true && !hasRuns)) continue;
    for (const spans of row.wild?.(value) ?? []) (regions ??= []).push({ row, spans });
  }
  return regions ?? NO_REGIONS;
}

const WILD = WRAPPINGS.filter(({ wild }) => wild !== null);
const NO_REGIONS: readonly Region[] = [];

/** What rows have opened of some bytes, so that the same is not opened once more as a region of them. */
export class Seen {
  readonly #bytes: Buffer;
  #rows: Wrapping[] | null = null;
  #spans: ArrayLike<number> | null = null;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  note(row: Wrapping, what: Opened): void {
    (this.#rows ??= []).push(row);
    const [leaves] = what.leaves;
    const few = leaves !== undefined && leaves.spans.length <= 64;
    if (few && leaves.bytes === null) this.#spans = leaves.spans;
  }

  has(row: Wrapping, span: Buffer): boolean {
    const { length } = this.#bytes;
    if (span.length === length) return true;
    const start = span.byteOffset - this.#bytes.byteOffset;
    const end = start + span.length;
    // The value without its padding.
    if (start === 0 && length - end <= 2 && this.#bytes[end] === 0x3d)
      return this.#rows?.includes(row) === true;
    const spans = this.#spans;
    if (spans === null) return false;
    for (let at = 0; at < spans.length; at += 2)
      if (start >= (spans[at] ?? 0) && end <= (spans[at + 1] ?? 0)) return true;
    return false;
  }
}

/**
 * Whether a leaf of these kinds may hold more than meets the eye. Sentences, names and numbers do not: what is wrapped
 * as text has a sign that no sentence has, letters of both cases, or digits in a long run.
 */
export function mayHold(kinds: number, bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if ((kinds & TELLING) !== 0) return true;
  // Dashes alone stand between pairs of digits, or in UUIDs and dates, which are forms as they are.
  const dashed = (kinds & DASHED) === kinds && (kinds & HAS.DASH) !== 0;
  if (dashed && bytes[start + 2] !== DASH) return false;
  if ((kinds & SPACED) === kinds) return length >= 16;
  if ((kinds & HAS.HIGH) !== 0 && (hidesAny(bytes, start, end) || mayBeWide(bytes, start, end)))
    return true;
  // `0x41, 0x42, …`
  if (bytes[start] === 0x30 && bytes[start + 1] === 0x78) return length >= 16;
  if ((kinds & (HAS.BLANK | HAS.HIGH)) !== 0) return holdsRun(bytes.subarray(start, end));
  const cases = (kinds & LOWER) !== 0 && (kinds & UPPER) !== 0;
  return cases ? length >= 11 : (kinds & HAS.DIGIT) !== 0 && length >= 16;
}

/** A run longer than words are, with a digit: a token that a sentence speaks of. */
function holdsRun(bytes: Buffer): boolean {
  return runsOf(bytes).some(({ kinds }) => (kinds & HAS.DIGIT) !== 0);
}

const TELLING =
  HAS.NUL |
  HAS.CONTROL |
  HAS.LINE |
  HAS.PLUS |
  HAS.EQUALS |
  HAS.PERCENT |
  HAS.BACKSLASH |
  HAS.AMPERSAND |
  HAS.QUOTE |
  HAS.OPENING |
  HAS.LESS;
const LOWER = HAS.LOWER | HAS.LOWER_HEX;
const UPPER = HAS.UPPER | HAS.UPPER_HEX;
const DASHED = HEX_KINDS | HAS.DASH;
const DASH = 0x2d;
/** Hex digits with what people put between them. */
const SPACED = HEX_KINDS | HAS.BLANK | HAS.COLON | HAS.DASH | HAS.COMMA;
