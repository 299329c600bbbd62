import type { Chance } from '../../lib/seed.ts';
import type { Column, Sum } from './arrangements.ts';
import { arrangementsOf } from './arrangements.ts';
import type { Design } from './strata.ts';

export interface Tested {
  /** Sum over trials of outcome times score, scores centred within their replicate; in the outcome's unit. */
  readonly statistics: readonly number[];
  /** p of each column alone, two-sided, and under the maximum over all columns (maxT, Westfall and Young 1993). */
  readonly own: readonly number[];
  readonly max: readonly number[];
  /** The smallest p that the design could have given. */
  readonly smallest: number;
}

/**
 * Re-randomisation exactly as trials were shuffled: labels change places within replicates, for all columns together. All
 * arrangements where they are few, else `draws` of them with p = (b+1)/(B+1). `scaled` divides each column by its own
 * spread within replicates, which no arrangement changes: columns of different units then share one maximum.
 */
export function rerandomise(
  design: Design,
  columns: readonly Column[],
  chance: Chance,
  { scaled = false, draws = 99_999 }: { scaled?: boolean; draws?: number } = {},
): Tested {
  const { exact, total, smallest, all, sumsOf } = arrangementsOf(design, chance, draws);
  const { sums, placeOf } = sumsOf(columns);
  const counts = countsOf(sums, scaled, all);
  // Where no arrangement changes anything, all of them are as extreme as the one that was observed.
  const p = (count: number | undefined): number => {
    const so = count ?? total;
    return exact ? so / total : (so + 1) / (total + 1);
  };
  return {
    statistics: placeOf.map((h) => sums[h]?.observed ?? 0),
    own: placeOf.map((h) => p(counts?.own[h])),
    max: placeOf.map((h) => p(counts?.max[h])),
    smallest,
  };
}

/** In how many arrangements each sum, and the largest of all, is as extreme as observed; null where none can change. */
function countsOf(
  sums: readonly Sum[],
  scaled: boolean,
  all: () => Iterable<Uint16Array>,
): { own: Float64Array; max: Float64Array } | null {
  if (sums.every(({ constant }) => constant)) return null;
  const scales = sums.map(({ spread }) => (scaled && spread > 0 ? spread : 1));
  const least = sums.map(
    ({ observed, tolerance }, h) => (Math.abs(observed) - tolerance) / (scales[h] ?? 1),
  );
  const own = new Float64Array(sums.length);
  const max = new Float64Array(sums.length);
  for (const arrangement of all()) {
    let largest = 0;
    for (let h = 0; h < sums.length; h++) {
      const size = Math.abs(sums[h]?.under(arrangement) ?? 0) / (scales[h] ?? 1);
      if (size > largest) largest = size;
      if (size >= (least[h] ?? 0)) own[h] = (own[h] ?? 0) + 1;
    }
    for (let h = 0; h < sums.length; h++) {
      if (largest >= (least[h] ?? 0)) max[h] = (max[h] ?? 0) + 1;
    }
  }
  return { own, max };
}
