import { clopperPearson } from '../statistics/rate.ts';
import type { Count, Facts } from './side.ts';
import { pairOf } from './side.ts';

/** Two counts that chance alone seldom makes of one rate: their exact 95 % intervals do not overlap. */
export function isApart(one: Count, other: Count): boolean {
  const [a, b] = [intervalOf(one), intervalOf(other)];
  return a !== null && b !== null && (a[0] > b[1] || b[0] > a[1]);
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
  const middle = Math.ceil(places.length / 2);
  const [one, other] = pairOf(facts);
  const splits: (readonly [readonly number[], readonly number[]])[] = [
    [places.filter((_, i) => i % 2 === 0), places.filter((_, i) => i % 2 === 1)],
    [places.slice(0, middle), places.slice(middle)],
    [one, other],
  ];
  return splits.some(([a, b]) => isApart(countOf(a, happened), countOf(b, happened)));
}

export function countOf(places: readonly number[], happened: Happened): Count {
  return { k: places.filter(happened).length, n: places.length };
}

export function pooled(counts: readonly Count[]): Count {
  return counts.reduce((sum, { k, n }) => ({ k: sum.k + k, n: sum.n + n }), { k: 0, n: 0 });
}
