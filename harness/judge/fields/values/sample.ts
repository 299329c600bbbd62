import type { Moment } from '../ladder.ts';
import { between } from '../ladder.ts';

/** One of the values that a field had, by its hash; its text is never kept. */
export interface Sampled {
  readonly first: Moment;
  /** The last request that carried it. */
  last: number;
  requests: number;
  /** The rungs on both sides of which it was seen, as a mask. */
  outlived: number;
  /** A server had said it before the phone did. */
  readonly echoed: boolean;
}

/**
 * Some of the values of a field: those with the smallest hashes. Whoever is in it was in it from its first appearance
 * on, so that its life is known whole; while a field has few values it holds them all. Bounded whatever comes.
 */
export class Sample {
  readonly #kept = new Map<number, Sampled>();
  #most: number;
  #above = Infinity;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether no value has been left out. */
  get isWhole(): boolean {
    this.#prune();
    return this.#above === Infinity;
  }

  get size(): number {
    this.#prune();
    return this.#kept.size;
  }

  get all(): Iterable<Sampled> {
    this.#prune();
    return this.#kept.values();
  }

  get hashes(): Iterable<number> {
    this.#prune();
    return this.#kept.keys();
  }

  note(hash: number, moment: Moment, echoed: () => boolean): void {
    // Of a field that is never twice the same nearly every value ends here.
    if (hash >= this.#above) return;
    const known = this.#kept.get(hash);
    if (known !== undefined) {
      if (known.last === moment.request) return;
      known.last = moment.request;
      known.requests++;
      known.outlived |= between(known.first, moment);
      return;
    }
    const one = { first: moment, last: moment.request, requests: 1, outlived: 0, echoed: echoed() };
    this.#kept.set(hash, one);
    // Some more than asked for are kept until they are worth a sorting; whoever asks sees none of them.
    if (this.#kept.size >= this.#most * 1.5) this.#prune();
  }

  /** Takes in the sample of the same field under another name of its endpoint. */
  join(other: Sample): void {
    this.#prune();
    other.#prune();
    this.#above = Math.min(this.#above, other.#above);
    for (const [hash, theirs] of other.#kept) {
      const ours = this.#kept.get(hash);
      if (ours === undefined) {
        this.#kept.set(hash, theirs);
        continue;
      }
      const [early, late] =
        ours.first.request <= theirs.first.request ? [ours, theirs] : [theirs, ours];
      this.#kept.set(hash, {
        first: early.first,
        last: Math.max(ours.last, theirs.last),
        requests: ours.requests + theirs.requests,
        outlived: ours.outlived | theirs.outlived | between(early.first, late.first),
        echoed: early.echoed,
      });
    }
    for (const hash of this.#kept.keys()) if (hash >= this.#above) this.#kept.delete(hash);
    this.#prune();
  }

  #prune(): void {
    if (this.#kept.size <= this.#most) return;
    this.#above = Float64Array.from(this.#kept.keys()).sort()[this.#most] ?? Infinity;
    for (const hash of this.#kept.keys()) if (hash >= this.#above) this.#kept.delete(hash);
  }
}

/** 53 bits of a text, even enough for sampling (cyrb53 by bryc, public domain). Nothing rests on it against an enemy. */
export function hashOf(text: string): number {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
