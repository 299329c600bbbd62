import type { Chance } from '../../lib/seed.ts';

/**
 * Re-randomisation of paired arms, exactly as they were shuffled: within each replicate the two labels may be
 * swapped, for all columns (canary × recipient) together. `columns[h][i]` is replicate i's difference between the
 * arms, −1, 0 or 1. Gives for each column its own p and its p under the maximum over all columns (maxT, Westfall
 * and Young 1993), for the statistic |sum|.
 */
export function permuted(
  columns: readonly (readonly number[])[],
  replicates: number,
  chance: Chance,
): { own: number[]; max: number[]; smallest: number } {
  const observed = columns.map((column) => Math.abs(sum(column)));
  const counts = { own: columns.map(() => 0), max: columns.map(() => 0) };
  const exact = replicates <= ENUMERATED;
  const draws = exact ? 2 ** replicates : DRAWS;
  const sums = columns.map(sum);
  const signs = new Array<number>(replicates).fill(1);
  for (let draw = 0; draw < draws; draw++) {
    if (exact && draw > 0) flip(lowestBit(draw), columns, signs, sums);
    if (!exact) redraw(columns, signs, sums, chance);
    const largest = sums.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    for (const [h, seen] of observed.entries()) {
      if (Math.abs(sums[h] ?? 0) >= seen) counts.own[h] = (counts.own[h] ?? 0) + 1;
      if (largest >= seen) counts.max[h] = (counts.max[h] ?? 0) + 1;
    }
  }
  const p = (count: number): number => (exact ? count / draws : (count + 1) / (draws + 1));
  return {
    own: counts.own.map(p),
    max: counts.max.map(p),
    smallest: exact ? Math.min(1, 2 / draws) : 1 / (draws + 1),
  };
}

/** Up to 65 536 arrangements are all gone through; beyond that so many are drawn. */
const ENUMERATED = 16;
const DRAWS = 99_999;

/** Gray code: each arrangement differs from the one before in one replicate. */
function lowestBit(draw: number): number {
  return 31 - Math.clz32(draw & -draw);
}

function flip(
  replicate: number,
  columns: readonly (readonly number[])[],
  signs: number[],
  sums: number[],
): void {
  const sign = -(signs[replicate] ?? 1);
  signs[replicate] = sign;
  for (const [h, column] of columns.entries()) {
    sums[h] = (sums[h] ?? 0) + 2 * sign * (column[replicate] ?? 0);
  }
}

function redraw(
  columns: readonly (readonly number[])[],
  signs: number[],
  sums: number[],
  chance: Chance,
): void {
  const bits = chance.bytes(Math.ceil(signs.length / 8));
  for (let i = 0; i < signs.length; i++) {
    const sign = ((bits[i >> 3] ?? 0) >> (i & 7)) & 1 ? 1 : -1;
    if (sign !== signs[i]) flip(i, columns, signs, sums);
  }
}

function sum(column: readonly number[]): number {
  return column.reduce((total, one) => total + one, 0);
}
