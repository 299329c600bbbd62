import { seeded } from '../../lib/seed.ts';

/** Fewer pairs of flashes cannot reach 5 %: 2 of 2^5 arrangements are more. */
export const FEWEST_PAIRS = 6;

/**
 * The lot that orders pairs of flashes where firmwares are compared: true where the one whose name comes first in the alphabet
 * is flashed first. It hangs on the seed alone, which is in the ledger of every run before its first trial.
 */
export function lot(seed: string, pairs: number): boolean[] {
  return Array.from({ length: pairs }, (_, i) => seeded('pairs', seed, String(i)).integer(2) === 0);
}

/** "AB BA BA …", A being the one whose name comes first. */
export function lotInWords(seed: string, pairs = FEWEST_PAIRS): string {
  return lot(seed, pairs)
    .map((lowFirst) => (lowFirst ? 'AB' : 'BA'))
    .join(' ');
}
