import type { Opened, Wrapping } from '../wrappings/wrapping.ts';
import { seenFrom } from './outcome/outward.ts';
import type { Reading } from './outcome/reading.ts';
import { likeliest, lost } from './outcome/reading.ts';
import type { Region, Seen } from './rows.ts';

/** What was in the regions of some bytes, and which of them opened to something. */
export interface InRegions<Owner> {
  readonly readings: readonly Reading<Owner>[];
  readonly covered: readonly Buffer[];
  /** A limit was hit: the last reading says which, and the regions behind it were not looked into. */
  readonly cut: boolean;
}

/**
 * Opens each region of free bytes, the likeliest reading of it first. `out`: which limit is hit, if one is; `open`: what a
 * row gives for a span.
 */
export function insideRegions<Owner>(
  bytes: Buffer,
  regions: readonly Region[],
  seen: Seen,
  out: () => string | null,
  open: (
    row: Wrapping,
    span: Buffer,
  ) => { readonly reading: Reading<Owner>; readonly what: Opened },
): InRegions<Owner> {
  const all: Reading<Owner>[] = [];
  const covered: Buffer[] = [];
  for (const { row, spans } of regions) {
    const readings: Reading<Owner>[] = [];
    for (const span of spans) {
      if (seen.has(row, span)) continue;
      const limit = out();
      if (limit !== null)
        return { readings: [...all, lost(limit, bytes.length)], covered, cut: true };
      const { reading, what } = open(row, span);
      // A run that only looked like a stream stays part of its surroundings.
      if (what.parts.length === 0 && what.leaves.length === 0) continue;
      readings.push({ ...reading, found: seenFrom(bytes, span, reading.found) });
      covered.push(span);
      if (reading.solid) break;
    }
    if (readings.length > 0) all.push(likeliest(readings));
  }
  return { readings: all, covered, cut: false };
}
