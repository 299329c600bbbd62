import type { Chance } from '../../lib/seed.ts';

/** Trials as they were shuffled, in order of time: the replicate of each, and the score of the label that it drew. */
export interface Design {
  readonly replicates: readonly number[];
  /** 1 and −1 for two arms; a dose in bytes. Within a replicate the trials exchange these among themselves. */
  readonly scores: readonly number[];
}

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
  /** Which order each replicate has; the array is used again for the next arrangement. */
  all(): Iterable<Int32Array>;
  sumOf(column: Column): Sum;
}

/** The sum over trials of outcome times score, less its mean over all arrangements. */
export interface Sum {
  readonly observed: number;
  /** The root of the sum of squares of the outcomes around their replicates' means: the same under every arrangement. */
  readonly spread: number;
  /** Sums of the same numbers in another order differ in their last digits: what is so near counts as equal. */
  readonly tolerance: number;
  under(arrangement: Int32Array): number;
}

/**
 * The labels change places within replicates and nowhere else. Up to 65,536 different arrangements are all gone through;
 * beyond that `draws` are drawn, the same ones whenever `chance` begins anew.
 */
export function arrangementsOf(design: Design, chance: Chance, draws = 99_999): Arrangements {
  const strata = strataOf(design);
  const all = strata.reduce((product, { orders }) => product * orders.length, 1);
  const exact = all <= ENUMERATED;
  const total = exact ? all : draws;
  const sizes = strata.map(({ orders }) => orders.length);
  // With a mirror image in every replicate the most extreme arrangement has one too, on the other side.
  const extremes = strata.every(isSymmetric) ? 2 : 1;
  return {
    exact,
    total,
    smallest: exact ? Math.min(1, extremes / total) : 1 / (total + 1),
    all: () => (exact ? counted(sizes, total) : drawn(sizes, total, chance)),
    sumOf: (column) => sumOf(strata, column),
  };
}

/** A design of pairs, whose trials stand one after the other: the first arm's, then the second's. */
export function paired(pairs: number): Design {
  const slots = Array.from({ length: 2 * pairs }, (_, slot) => slot);
  return {
    replicates: slots.map((slot) => slot >> 1),
    scores: slots.map((slot) => (slot % 2 === 0 ? 1 : -1)),
  };
}

const ENUMERATED = 65_536;
/** Seven different labels in a replicate, or six against six. */
const MOST_ORDERS = 5_040;

interface Stratum {
  readonly slots: readonly number[];
  /** Scores less their mean: the level of a replicate carries no weight. */
  readonly scores: readonly number[];
  /** Every different order of the scores. */
  readonly orders: readonly (readonly number[])[];
}

function strataOf({ replicates, scores }: Design): Stratum[] {
  return [...Map.groupBy(replicates.keys(), (slot) => replicates[slot]).values()].map((slots) => {
    const own = slots.map((slot) => scores[slot] ?? 0);
    const mean = own.reduce((sum, one) => sum + one, 0) / own.length;
    const centred = own.map((one) => one - mean);
    return { slots, scores: centred, orders: ordersOf(centred) };
  });
}

function ordersOf(scores: readonly number[]): number[][] {
  let orders: number[][] = [[]];
  const left = new Map<number, number>();
  for (const score of scores) left.set(score, (left.get(score) ?? 0) + 1);
  for (let at = 0; at < scores.length; at++) {
    orders = orders.flatMap((order) =>
      [...left]
        .filter(([score, times]) => order.filter((one) => one === score).length < times)
        .map(([score]) => [...order, score]),
    );
    if (orders.length > MOST_ORDERS)
      throw new RangeError(`a replicate of ${scores.length} has over ${MOST_ORDERS} orders`);
  }
  return orders;
}

function isSymmetric({ scores }: Stratum): boolean {
  const [up, down] = [scores.toSorted((a, b) => a - b), scores.toSorted((a, b) => b - a)];
  return up.every((one, i) => Math.abs(one + (down[i] ?? 0)) < 1e-9);
}

/** Counts up like the digits of a number. */
function* counted(sizes: readonly number[], total: number): Generator<Int32Array> {
  const digits = new Int32Array(sizes.length);
  for (let n = 0; n < total; n++) {
    yield digits;
    for (const [r, size] of sizes.entries()) {
      const next = ((digits[r] ?? 0) + 1) % size;
      digits[r] = next;
      if (next !== 0) break;
    }
  }
}

function* drawn(sizes: readonly number[], total: number, chance: Chance): Generator<Int32Array> {
  const digits = new Int32Array(sizes.length);
  const uniform = uniformOf(chance);
  for (let n = 0; n < total; n++) {
    for (const [r, size] of sizes.entries()) digits[r] = uniform(size);
    yield digits;
  }
}

/** Uniform integers below 65,536 or less by rejection, two bytes a draw, from a pool that is filled at one go. */
function uniformOf(chance: Chance): (below: number) => number {
  let pool: Buffer = Buffer.alloc(0);
  let at = 0;
  return (below) => {
    const limit = 65_536 - (65_536 % below);
    for (;;) {
      if (at >= pool.length) [pool, at] = [chance.bytes(2_048), 0];
      const one = pool.readUInt16BE(at);
      at += 2;
      if (one < limit) return one % below;
    }
  };
}

/** What each order of each replicate adds to the sum; replicates to which it makes no difference are left out. */
function sumOf(strata: readonly Stratum[], column: Column): Sum {
  const weight = weightsOf(strata, column);
  const spread = lengthOf(weight);
  const parts: { r: number; of: Float64Array }[] = [];
  let observed = 0;
  for (const [r, { slots, scores, orders }] of strata.entries()) {
    const against = (order: readonly number[]): number =>
      slots.reduce((sum, slot, i) => sum + (weight[slot] ?? 0) * (order[i] ?? 0), 0);
    const of = Float64Array.from(orders, against);
    if (of.every((one) => one === 0)) continue;
    parts.push({ r, of });
    observed += against(scores);
  }
  return {
    observed,
    spread,
    tolerance: 1e-10 * spread * lengthOf(strata.flatMap(({ scores }) => scores)),
    under: (arrangement) => {
      let sum = 0;
      for (const { r, of } of parts) sum += of[arrangement[r] ?? 0] ?? 0;
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
