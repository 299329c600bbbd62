import type { Piece } from './split.ts';

/**
 * The values that stood at each place of the request before, by recipient and place: their bytes alone, copied, so that
 * no body they were cut from stays in memory. Bounded in bytes: the places that were longest silent are forgotten.
 */
export class LastValues {
  readonly #places = new Map<string, readonly Buffer[]>();
  #size = 0;

  /** Puts the values of now in the place of those before, and gives the latter. */
  swap(key: string, now: readonly Piece[]): readonly Buffer[] | undefined {
    const last = this.#places.get(key);
    this.#forget(key);
    const values = copied(now);
    this.#places.set(key, values);
    this.#size += weightOf(key, values);
    for (const oldest of this.#places.keys()) {
      if (this.#size <= ROOM || oldest === key) break;
      this.#forget(oldest);
    }
    return last;
  }

  #forget(key: string): void {
    const values = this.#places.get(key);
    if (values === undefined) return;
    this.#places.delete(key);
    this.#size -= weightOf(key, values);
  }
}

const ROOM = 16 * 2 ** 20;
/** What a Buffer and an entry cost beside their bytes. */
const WEIGHT = 128;

function weightOf(key: string, values: readonly Buffer[]): number {
  return values.reduce((sum, { length }) => sum + length + WEIGHT, key.length + WEIGHT);
}

/** Copied in one go: a Buffer for each value would cost more than the value. */
function copied(pieces: readonly Piece[]): readonly Buffer[] {
  const whole = Buffer.concat(pieces.map(({ bytes }) => bytes));
  let start = 0;
  return pieces.map(({ bytes }) => whole.subarray(start, (start += bytes.length)));
}
