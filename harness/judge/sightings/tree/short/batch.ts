import type { Spotter } from '../../spot.ts';

/** What stands in short values and came out of them, one behind the other, until the sieve goes over all of it at once. */
export class Batch<Owner> {
  readonly #spot: Spotter<Owner>;
  #bytes = Buffer.allocUnsafe(FIRST);
  #kinds = 0;
  size = 0;

  constructor(spot: Spotter<Owner>) {
    this.#spot = spot;
  }

  add(bytes: Buffer, kinds: number): void {
    const end = this.size + bytes.length;
    if (end > this.#bytes.length) this.#grow(end);
    if (bytes.length > 64) this.#bytes.set(bytes, this.size);
    else {
      const to = this.#bytes;
      for (let at = 0; at < bytes.length; at++) to[this.size + at] = bytes[at] ?? 0;
    }
    this.size = end;
    this.#kinds |= kinds;
  }

  get isFull(): boolean {
    return this.size > FULL;
  }

  /**
   * The places where needles stand, ascending, and an empty batch again; null when one stands there so often that not
   * all of its places are known. What lies across two values is told, too: it is for the asker to look again.
   */
  searched(): readonly number[] | null {
    const { size } = this;
    if (size === 0) return NOWHERE;
    const hits = this.#spot(this.#bytes.subarray(0, size), this.#kinds);
    this.size = 0;
    this.#kinds = 0;
    if (hits.length === 0) return NOWHERE;
    return hits.length < MANY ? hits.map(({ at }) => at) : null;
  }

  #grow(least: number): void {
    const wider = Buffer.allocUnsafe(Math.max(least, 2 * this.#bytes.length));
    this.#bytes.copy(wider, 0, 0, this.size);
    this.#bytes = wider;
  }
}

const FIRST = 2 ** 16;
const FULL = 2 ** 15;
const MANY = 64;
const NOWHERE: readonly number[] = [];
