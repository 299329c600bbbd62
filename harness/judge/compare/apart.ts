import { clopperPearson, logChoose, probabilities } from '../statistics/rate.ts';
import type { Count, Facts } from './side.ts';
import { pairOf } from './side.ts';

/** Two counts that chance alone seldom makes of one rate: their exact 95 % intervals do not overlap. */
export function isApart(one: Count, other: Count): boolean {
  const [a, b] = [intervalOf(one), intervalOf(other)];
  return a !== null && b !== null && (a[0] > b[1] || b[0] > a[1]);
}

/**
 * Two counts that are told as a change: apart, and always against never, or so far apart that of all ways in which one
 * record of these very trials may be cut in two (an A/A run of it) less than one in 2,000 differs as much.
 */
export function isChange(one: Count, other: Count): boolean {
  if (!isApart(one, other)) return false;
  const extreme = ({ k, n }: Count): boolean => k === 0 || k === n;
  return (extreme(one) && extreme(other)) || cutsAsFar(one, other) < 0.0005;
}

/** The share of cuts of all these trials into parts of these sizes in which the counts differ as much: hypergeometric. */
function cutsAsFar(one: Count, other: Count): number {
  const [n, m, all] = [one.n, other.n, one.k + other.k];
  const difference = (k: number): number => Math.abs(k / n - (all - k) / m);
  const seen = difference(one.k) - 1e-12;
  let far = 0;
  for (let k = Math.max(0, all - m); k <= Math.min(all, n); k++) {
    if (difference(k) < seen) continue;
    far += Math.exp(logChoose(n, k) + logChoose(m, all - k) - logChoose(n + m, all));
  }
  return far;
}

/** The same few counts come again for every field, and an exact interval takes its time. */
function intervalOf({ k, n }: Count): readonly [number, number] | null {
  const key = `${k} ${n}`;
  const known = INTERVALS.get(key) ?? clopperPearson(k, n);
  if (INTERVALS.size < MOST_KEPT) INTERVALS.set(key, known);
  return known;
}

const INTERVALS = new Map<string, readonly [number, number] | null>();
const MOST_KEPT = 10_000;

/** The same of two series of numbers: the exact intervals of their medians, between two of their own values. */
export function areApart(some: readonly number[], others: readonly number[]): boolean {
  const [a, b] = [medianOf(some), medianOf(others)];
  return a !== null && b !== null && (a.low > b.high || b.low > a.high);
}

/**
 * The median (the lower of two) and its interval: 99.9 %, or the whole range (96.9 % of six values, more of more) where
 * there are too few for that. Null with fewer than six values.
 */
export function medianOf(
  values: readonly number[],
): { readonly low: number; readonly median: number; readonly high: number } | null {
  const n = values.length;
  if (n < ENOUGH_TO_TELL) return null;
  // How many of n fair coins may show heads at most, so that both tails together are below 0.1 %.
  const heads = probabilities(n, 1 / 2);
  let cut = 0;
  let tail = heads[0] ?? 0;
  for (;;) {
    tail += heads[cut + 1] ?? 1;
    if (2 * tail > 0.001) break;
    cut++;
  }
  const sorted = values.toSorted((x, y) => x - y);
  const at = (place: number): number => sorted[place] ?? 0;
  return { low: at(cut), median: at(Math.floor((n - 1) / 2)), high: at(n - 1 - cut) };
}

/** The fewest trials a side on which always against never is apart. */
export const ENOUGH_TO_TELL = 6;

/** Whether something happened in a trial, by the trial's place in its block. */
export type Happened = (place: number) => boolean;

/**
 * The A/A runs that every record holds: replicates with odd against even numbers, the first half against the second,
 * and the A/A pair. What differs between them as well is no difference between firmwares.
 */
export function differsFromItself(
  facts: Facts,
  places: readonly number[],
  happened: Happened,
): boolean {
  return splitsOf(facts, places).some(([a, b]) =>
    isApart(countOf(a, happened), countOf(b, happened)),
  );
}

/** The halves of a record that are held against each other. */
export function splitsOf(
  facts: Facts,
  places: readonly number[],
): readonly (readonly [readonly number[], readonly number[]])[] {
  const middle = Math.ceil(places.length / 2);
  return [
    [places.filter((_, i) => i % 2 === 0), places.filter((_, i) => i % 2 === 1)],
    [places.slice(0, middle), places.slice(middle)],
    pairOf(facts),
  ];
}

export function countOf(places: readonly number[], happened: Happened): Count {
  return { k: places.filter(happened).length, n: places.length };
}

export function pooled(counts: readonly Count[]): Count {
  return counts.reduce((sum, { k, n }) => ({ k: sum.k + k, n: sum.n + n }), { k: 0, n: 0 });
}
