import { hash } from 'node:crypto';
import type { Piece } from './apart/pieces.ts';
import type { Reading } from './outcome/reading.ts';

/** What looking into a value gave, and what it cost. */
export interface Known<Owner> {
  readonly reading: Reading<Owner>;
  readonly nodes: number;
  readonly bytes: number;
  /** The values of its structure, when they are few and the first in their place. */
  readonly pieces: readonly Piece[];
}

/**
 * Values that were looked into before, by their content: a phone repeats itself in every event. Bounded: of two
 * generations the older one is forgotten. What a limit cut short is never remembered.
 */
export class KnownValues<Owner> {
  #young = new Map<string, Known<Owner>>();
  #old = new Map<string, Known<Owner>>();
  #size = 0;

  static keyOf(bytes: Buffer): string {
    return bytes.length <= EXACT
      ? bytes.toString('latin1')
      : `${bytes.length}#${hash('sha256', bytes, 'base64')}`;
  }

  get(key: string): Known<Owner> | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, known: Known<Owner>): void {
    this.#young.set(key, known);
    const { reading, pieces } = known;
    let size = key.length + WEIGHT * (1 + reading.leaves.length + 2 * pieces.length);
    for (const { bytes } of pieces) size += bytes.length;
    this.#size += size;
    if (this.#size < GENERATION) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#size = 0;
  }
}

/** Shorter values are their own key; the key of a longer one names its digest, and its length. */
const EXACT = 256;
/** What an entry of the map, its key and its reading take beside their letters. */
const WEIGHT = 300;
const GENERATION = 4 * 2 ** 20;
