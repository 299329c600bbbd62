import { HAS, HEX_KINDS, runsOf } from '../wrappings/value.ts';
import type { Value } from '../wrappings/value.ts';
import { WRAPPINGS } from '../wrappings.ts';
import type { Wrapping } from '../wrappings/wrapping.ts';

export interface Rows {
  readonly whole: readonly Wrapping[];
  readonly wild: readonly Wrapping[];
}

/** The rows that may apply to bytes in which these kinds occur. Few mixtures of kinds ever occur. */
export function rowsFor(kinds: number): Rows {
  let rows = ROWS.get(kinds);
  if (rows === undefined) {
    const needed = WRAPPINGS.filter(({ needs }) => (kinds & needs) === needs);
    rows = {
      whole: needed.filter(({ lacks }) => (kinds & lacks) === 0),
      wild: needed.filter(({ wild }) => wild !== null),
    };
    ROWS.set(kinds, rows);
  }
  return rows;
}

const ROWS = new Map<number, Rows>();

/** The next row from `at` on that takes the value for one of its own; -1 when there is none. */
export function nextRow(rows: readonly Wrapping[], at: number, value: Value): number {
  for (let which = at; which < rows.length; which++) {
    const row = rows[which];
    if (row === undefined) break;
    if (row.first !== null && !row.first.includes(value.bytes[0] ?? 0)) continue;
    if (row.recognise(value)) return which;
  }
  return -1;
}

export interface Region {
  readonly row: Wrapping;
  readonly spans: readonly Buffer[];
}

export function regionsOf(rows: readonly Wrapping[], value: Value): readonly Region[] {
  let regions: Region[] | null = null;
  for (const row of rows) {
    for (const spans of row.wild?.(value) ?? []) (regions ??= []).push({ row, spans });
  }
  return regions ?? [];
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
