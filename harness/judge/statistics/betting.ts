/**
 * A game that nobody gains from when two arms do not differ, played over blocks shuffled by themselves (nights): each
 * stakes the same share of what is there on the side that is expected. Fixed before the first block.
 */
export interface Game {
  /** Share of the capital, between 0 and 1. */
  readonly stake: number;
  /** Which arm is expected to show more; `either` plays both sides with half the capital each. */
  readonly side: 'first' | 'second' | 'either';
}

/**
 * The capital after each block, from 1: e-values at every moment (Ville 1939), so that looking every night costs
 * nothing. `signs` are 1 where the first arm showed more, −1 the second, 0 neither.
 */
export function capitals(signs: readonly (-1 | 0 | 1)[], { stake, side }: Game): number[] {
  if (!(stake > 0 && stake < 1)) throw new RangeError(`a stake is between 0 and 1, not ${stake}`);
  let [first, second] = [1, 1];
  return signs.map((sign) => {
    first *= 1 + stake * sign;
    second *= 1 - stake * sign;
    if (side === 'first') return first;
    return side === 'second' ? second : (first + second) / 2;
  });
}

/** What a capital must reach where `family` games are played at once: m/α, by Markov's inequality for each. */
export function needed(family: number, alpha = 0.05): number {
  return family / alpha;
}
