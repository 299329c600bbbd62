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

/**
 * `sound` trials without a sighting, `voids` set aside, `family` primary claims, `phones` phones. Each is divided by
 * `sensitivity`, the share of leaks that would at least have been found; 1 divides by nothing.
 */
export function boundsOf(
  {
    sound,
    voids,
    family,
    phones,
  }: Readonly<Record<'sound' | 'voids' | 'family' | 'phones', number>>,
  sensitivity = 1,
): Bounds {
  const divided = (rate: number): number =>
    // Ten decimals, as all rates are given. Where nothing would have been found, nothing is excluded.
    sensitivity > 0 ? Math.min(1, Math.round((rate / sensitivity) * 1e10) / 1e10) : 1;
  return {
    visits: divided(zeroOf(sound)),
    withVoids: divided(upper(voids, sound + voids)),
    simultaneous: divided(zeroOf(sound, 0.05 / Math.max(1, family))),
    phones: divided(zeroOf(phones)),
  };
}

/** The rate at which none of n would be seen once in 1/alpha times. */
function zeroOf(n: number, alpha = 0.05): number {
  return n === 0 ? 1 : 1 - alpha ** (1 / n);
}

/** One-sided exact upper limit for k of n. */
function upper(k: number, n: number): number {
  return clopperPearson(k, n, 0.1)?.[1] ?? 1;
}
