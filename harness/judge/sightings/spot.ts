import type { Form } from './forms.ts';

/** A form to look for, and whose it is. */
export interface Needle<Owner> {
  readonly owner: Owner;
  readonly form: Form;
}

/** A needle that stands in the bytes at this offset. */
export interface Hit<Owner> {
  readonly needle: Needle<Owner>;
  readonly at: number;
}

/** Gives the needles that occur in the bytes, in the order of their offsets, at most 64 places of each. */
export type Spotter<Owner> = (bytes: Buffer) => readonly Hit<Owner>[];

/**
 * Looks for any number of needles in one pass. From each needle the last bytes (where its chance is: page canaries
 * share their beginning) are cut into 4-byte grams; a gram is looked up every few bytes only, so close together
 * that no needle fits between two look-ups. A hit is compared in full: the index may be wrong, a sighting never.
 */
export function makeSpotter<Owner>(needles: readonly Needle<Owner>[]): Spotter<Owner> {
  // Not spread into an argument list: a run has more needles than a stack has room.
  const shortest = needles.reduce(
    (least, { form }) => Math.min(least, form.bytes.length),
    Infinity,
  );
  if (needles.length === 0) return () => [];
  if (shortest < 8) throw new Error('a form under 8 bytes would be seen by chance');
  const step = shortest - GRAM + 1;
  const index = new GramIndex(needles.length * step);
  for (const [which, { form }] of needles.entries()) {
    const window = form.bytes.length - shortest;
    for (let k = 0; k < step; k++) {
      index.add(form.bytes.readUInt32LE(window + k), which, window + k);
    }
  }
  return (bytes) => {
    const found: Hit<Owner>[] = [];
    const places = new Map<number, number>();
    for (let at = 0; at + GRAM <= bytes.length; at += step) {
      const gram = bytes.readUInt32LE(at);
      for (let entry = index.first(gram); entry >= 0; entry = index.next(entry)) {
        const which = index.needle(entry);
        const start = at - index.offset(entry);
        const needle = needles[which];
        const wanted = needle?.form.bytes;
        if (!wanted || start < 0 || start + wanted.length > bytes.length) continue;
        if (bytes.compare(wanted, 0, wanted.length, start, start + wanted.length) !== 0) continue;
        const seen = places.get(which) ?? 0;
        places.set(which, seen + 1);
        if (seen < 64 && !found.some((hit) => hit.needle === needle && hit.at === start))
          found.push({ needle, at: start });
      }
    }
    return found.sort((a, b) => a.at - b.at);
  };
}

const GRAM = 4;

/** A chained hash table over typed arrays: a run of 240 trials has a million grams. */
class GramIndex {
  readonly #heads: Int32Array;
  readonly #links: Int32Array;
  readonly #needles: Int32Array;
  readonly #offsets: Int32Array;
  readonly #shift: number;
  #size = 0;

  constructor(entries: number) {
    const bits = Math.max(8, Math.ceil(Math.log2(entries + 1)) + 1);
    this.#shift = 32 - bits;
    this.#heads = new Int32Array(2 ** bits).fill(-1);
    this.#links = new Int32Array(entries);
    this.#needles = new Int32Array(entries);
    this.#offsets = new Int32Array(entries);
  }

  add(gram: number, needle: number, offset: number): void {
    const slot = this.#slot(gram);
    this.#links[this.#size] = this.#heads[slot] ?? -1;
    this.#needles[this.#size] = needle;
    this.#offsets[this.#size] = offset;
    this.#heads[slot] = this.#size++;
  }

  first(gram: number): number {
    return this.#heads[this.#slot(gram)] ?? -1;
  }

  next(entry: number): number {
    return this.#links[entry] ?? -1;
  }

  needle(entry: number): number {
    return this.#needles[entry] ?? -1;
  }

  offset(entry: number): number {
    return this.#offsets[entry] ?? 0;
  }

  #slot(gram: number): number {
    return Math.imul(gram, 0x9e3779b1) >>> this.#shift;
  }
}
