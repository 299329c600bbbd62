import type { Hit } from '../../spot/needle.ts';
import { excerptOf } from './excerpt.ts';
import type { Peeled } from './reading.ts';

export const NONE: readonly never[] = [];

/** Hits in some bytes, from which leaves take theirs. */
export class RawHits<Owner> {
  readonly #bytes: Buffer;
  #hits: readonly Hit<Owner>[];

  constructor(bytes: Buffer, hits: readonly Hit<Owner>[]) {
    this.#bytes = bytes;
    this.#hits = hits;
  }

  /** Those within a leaf, with offsets in it. */
  take(start: number, end: number): readonly Hit<Owner>[] {
    if (this.#hits.length === 0) return NONE;
    const isInside = ({ at, needle }: Hit<Owner>): boolean =>
      at >= start && at + needle.form.bytes.length <= end;
    const inside = this.#hits.filter(isInside);
    if (inside.length === 0) return NONE;
    this.#hits = this.#hits.filter((hit) => !isInside(hit));
    return inside.map(({ needle, at }) => ({ needle, at: at - start }));
  }

  get isEmpty(): boolean {
    return this.#hits.length === 0;
  }

  has(needle: Hit<Owner>['needle']): boolean {
    return this.#hits.some((hit) => hit.needle === needle);
  }

  left(): Peeled<Owner>[] {
    return firstOfEach(this.#hits).map(({ needle, at }) => peeledAt(this.#bytes, needle, at));
  }
}

function firstOfEach<Owner>(hits: readonly Hit<Owner>[]): readonly Hit<Owner>[] {
  const seen = new Set<unknown>();
  return hits.filter(({ needle }) => !seen.has(needle) && seen.add(needle));
}

function peeledAt<Owner>(bytes: Buffer, needle: Hit<Owner>['needle'], at: number): Peeled<Owner> {
  const excerpt = excerptOf(bytes, at, at + needle.form.bytes.length);
  const { worn } = needle.form;
  const outer = { wrapping: null, excerpt };
  if (worn === undefined) return { needle, wrappings: [], layers: [outer] };
  const inner = { wrapping: worn.wrapping, excerpt: excerptOf(worn.plain, 0, worn.plain.length) };
  return { needle, wrappings: [worn.wrapping], layers: [outer, inner] };
}
