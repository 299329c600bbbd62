import { clopperPearson } from './rate.ts';

/** One-sided 95 % upper bounds on a leak rate of which nothing was seen, as rates 0–1. */
export interface Bounds {
  /** For visits on this phone, installation and dates, if they are independent. */
  readonly visits: number;
  /** The same, with each void trial counted as a leak. */
  readonly withVoids: number;
  /** For all primary claims of the invocation at once. */
  readonly simultaneous: number;
  /** For phones of this model: 0 of so many phones leaked. */
  readonly phones: number;
}

/** `sound` trials without a sighting, `voids` set aside, `family` primary claims, `phones` phones. */
export function boundsOf(sound: number, voids: number, family: number, phones = 1): Bounds {
  return {
    visits: zeroOf(sound),
    withVoids: upper(voids, sound + voids),
    simultaneous: zeroOf(sound, 0.05 / Math.max(1, family)),
    phones: zeroOf(phones),
  };
}

/** The rate at which none of n would be seen once in 1/alpha times. */
function zeroOf(n: number, alpha = 0.05): number {
  // Ten decimals, as all rates are given.
  return n === 0 ? 1 : Math.round((1 - alpha ** (1 / n)) * 1e10) / 1e10;
}

/** One-sided exact upper limit for k of n. */
function upper(k: number, n: number): number {
  return clopperPearson(k, n, 0.1)?.[1] ?? 1;
}
