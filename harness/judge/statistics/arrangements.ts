import type { Chance } from '../../lib/seed.ts';
import type { Bundle } from './bundles.ts';
import { bundlesOf, counted, drawn } from './bundles.ts';
import type { Design, Stratum } from './strata.ts';
import { isSymmetric, strataOf } from './strata.ts';

/** One number a trial, in the same order. `lag` 1 sets it against the label of the trial before. */
export interface Column {
  readonly outcomes: readonly number[];
  readonly lag?: number;
}

/** Every way in which the labels could have been drawn, or a fair sample of them. */
export interface Arrangements {
  /** Whether `all` goes through every one of them, the observed one among them. */
  readonly exact: boolean;
  readonly total: number;
  /** The smallest p that this design can give to any outcomes. */
  readonly smallest: number;
  /** Which of its ways each bundle of replicates has; the array is used again for the next arrangement. */
  all(): Iterable<Uint16Array>;
  sumOf(column: Column): Sum;
  /** The same of many: those that differ by no more than the level of a replicate share one sum. */
  sumsOf(columns: readonly Column[]): { readonly sums: Sum[]; readonly placeOf: number[] };
}

/** The sum over trials of outcome times score, less its mean over all arrangements. */
export interface Sum {
  readonly observed: number;
  /** The root of the sum of squares of the outcomes around their replicates' means: the same under every arrangement. */
  readonly spread: number;
  /** Sums of the same numbers in another order differ in their last digits: what is so near counts as equal. */
  readonly tolerance: number;
  /** Whether every arrangement gives the same sum, as where no outcome differs within a replicate. */
  readonly constant: boolean;
  under(arrangement: Uint16Array): number;
}

/**
 * The labels change places within replicates and nowhere else. Up to 65,536 different arrangements are all gone through;
 * beyond that `draws` are drawn, the same ones whenever `chance` begins anew.
 */
export function arrangementsOf(design: Design, chance: Chance, draws = 99_999): Arrangements {
  const strata = strataOf(design);
  const bundles = bundlesOf(strata);
  const all = bundles.reduce((product, { ways }) => product * ways, 1);
  const exact = all <= ENUMERATED;
  const total = exact ? all : draws;
  // With a mirror image in every replicate the most extreme arrangement has one too, on the other side.
  const extremes = strata.every(isSymmetric) ? 2 : 1;
  const sumOf = (weights: readonly number[]): Sum => sumUnder(strata, bundles, weights);
  return {
    exact,
    total,
    smallest: exact ? Math.min(1, extremes / total) : 1 / (total + 1),
    all: () => (exact ? counted(bundles, total) : drawn(bundles, total, chance)),
    sumOf: (column) => sumOf(weightsOf(strata, column)),
    sumsOf: (columns) => {
      const places = new Map<string, number>();
      const sums: Sum[] = [];
      const placeOf = columns.map((column) => {
        const weights = weightsOf(strata, column);
        const key = weights.join();
        const place = places.get(key) ?? sums.push(sumOf(weights)) - 1;
        places.set(key, place);
        return place;
      });
      return { sums, placeOf };
    },
  };
}

const ENUMERATED = 65_536;

/** What each way of each bundle adds to the sum; bundles in which it makes no difference are left out. */
function sumUnder(
  strata: readonly Stratum[],
  bundles: readonly Bundle[],
  weights: readonly number[],
): Sum {
  const spread = lengthOf(weights);
  const against = ({ slots }: Stratum, order: readonly number[]): number =>
    slots.reduce((sum, slot, i) => sum + (weights[slot] ?? 0) * (order[i] ?? 0), 0);
  const tables = bundles.map((bundle) =>
    bundle.strata.reduce(
      (sums, stratum) => {
        const own = stratum.orders.map((order) => against(stratum, order));
        return own.flatMap((one) => sums.map((sum) => sum + one));
      },
      [0],
    ),
  );
  const places = [...tables.keys()].filter((at) => tables[at]?.some((one) => one !== 0));
  const added = places.map((at) => Float64Array.from(tables[at] ?? []));
  return {
    observed: strata.reduce((sum, stratum) => sum + against(stratum, stratum.scores), 0),
    spread,
    tolerance: 1e-10 * spread * lengthOf(strata.flatMap(({ scores }) => scores)),
    constant: places.length === 0,
    under: (arrangement) => {
      let sum = 0;
      for (let i = 0; i < added.length; i++)
        sum += added[i]?.[arrangement[places[i] ?? 0] ?? 0] ?? 0;
      return sum;
    },
  };
}

/** What the label of each trial is multiplied with: its outcome, or that of the trial `lag` later, less their replicate's mean. */
function weightsOf(strata: readonly Stratum[], { outcomes, lag = 0 }: Column): number[] {
  const weights = outcomes.map((_, slot) => outcomes[slot + lag] ?? 0);
  for (const { slots } of strata) {
    const mean = slots.reduce((sum, slot) => sum + (weights[slot] ?? 0), 0) / slots.length;
    for (const slot of slots) weights[slot] = (weights[slot] ?? 0) - mean;
  }
  return weights;
}

function lengthOf(vector: readonly number[]): number {
  return Math.sqrt(vector.reduce((sum, one) => sum + one * one, 0));
}
