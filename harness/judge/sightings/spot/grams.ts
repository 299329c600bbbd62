import type { Hit, Needle } from './needle.ts';

/**
 * A sieve for many needles. The bytes are copied to where they can be read four at a time, and every fourth offset
 * is probed: its 4 or 8 bytes (a gram) are looked up in a bitmap that holds, of each needle, the four grams of one
 * window; whatever lies on the wire, exactly one of them falls on a probe. Nothing in the loop allocates.
 */
export class GramIndex<Owner> {
  readonly #needles: readonly Needle<Owner>[];
  readonly #eight: boolean;
  /** A bit a gram, some forty for each that is entered: nearly every probe ends here. */
  readonly #bitmap: Uint8Array;
  readonly #bitShift: number;
  /** A chained hash table behind it. */
  readonly #heads: Int32Array;
  readonly #headShift: number;
  readonly #links: Int32Array;
  readonly #grams: Int32Array;
  readonly #needle: Int32Array;
  readonly #offset: Int32Array;
  #size = 0;

  constructor(needles: readonly Needle<Owner>[], gram: 4 | 8) {
    this.#needles = needles;
    this.#eight = gram === 8;
    const entries = needles.length * STEP;
    const bits = Math.min(28, Math.max(13, Math.ceil(Math.log2(entries * 40))));
    this.#bitmap = new Uint8Array(2 ** (bits - 3));
    this.#bitShift = 32 - bits;
    const headBits = Math.max(8, Math.ceil(Math.log2(entries * 2)));
    this.#headShift = 32 - headBits;
    this.#heads = new Int32Array(2 ** headBits).fill(-1);
    this.#links = new Int32Array(entries);
    this.#grams = new Int32Array(entries);
    this.#needle = new Int32Array(entries);
    this.#offset = new Int32Array(entries);
    const windows = rarestWindows(needles, gram + STEP - 1);
    for (let which = 0; which < needles.length; which++) this.#enter(which, windows[which] ?? 0);
  }

  scan(bytes: Buffer, found: Hit<Owner>[]): void {
    const width = this.#eight ? 8 : 4;
    for (let from = 0; from + width <= bytes.length; from += ARENA_BYTES - 8) {
      const length = Math.min(ARENA_BYTES, bytes.length - from);
      const last = from + length === bytes.length;
      copy(bytes, from, length);
      // The last eight bytes of a piece are the first of the next.
      const probes = last ? (length - width) >> 2 : (length - 12) >> 2;
      if (this.#eight) this.#eights(bytes, from, probes, found);
      else this.#fours(bytes, from, probes, found);
      if (last) break;
    }
  }

  #eights(bytes: Buffer, from: number, probes: number, found: Hit<Owner>[]): void {
    const bitmap = this.#bitmap;
    const shift = this.#bitShift;
    let low = WORDS[0] ?? 0;
    for (let k = 0; k <= probes; k++) {
      const high = WORDS[k + 1] ?? 0;
      const hash = Math.imul(low, FIRST) ^ Math.imul(high, SECOND);
      const bit = Math.imul(hash, THIRD) >>> shift;
      if (((bitmap[bit >>> 3] ?? 0) >>> (bit & 7)) & 1)
        this.#verify(bytes, from + 4 * k, hash, found);
      low = high;
    }
  }

  #fours(bytes: Buffer, from: number, probes: number, found: Hit<Owner>[]): void {
    const bitmap = this.#bitmap;
    const shift = this.#bitShift;
    for (let k = 0; k <= probes; k++) {
      const hash = WORDS[k] ?? 0;
      const bit = Math.imul(hash, THIRD) >>> shift;
      if (((bitmap[bit >>> 3] ?? 0) >>> (bit & 7)) & 1)
        this.#verify(bytes, from + 4 * k, hash, found);
    }
  }

  #verify(bytes: Buffer, at: number, gram: number, found: Hit<Owner>[]): void {
    let entry = this.#heads[Math.imul(gram, FOURTH) >>> this.#headShift] ?? -1;
    for (; entry >= 0; entry = this.#links[entry] ?? -1) {
      if (this.#grams[entry] !== gram) continue;
      const start = at - (this.#offset[entry] ?? 0);
      const needle = this.#needles[this.#needle[entry] ?? 0];
      if (!needle || start < 0) continue;
      const wanted = needle.form.bytes;
      const end = start + wanted.length;
      if (end > bytes.length || bytes.compare(wanted, 0, wanted.length, start, end) !== 0) continue;
      found.push({ needle, at: start });
    }
  }

  #enter(which: number, window: number): void {
    const bytes = this.#needles[which]?.form.bytes;
    if (!bytes) return;
    for (let offset = window; offset < window + STEP; offset++) {
      const low = bytes.readInt32LE(offset);
      const gram = this.#eight
        ? Math.imul(low, FIRST) ^ Math.imul(bytes.readInt32LE(offset + 4), SECOND)
        : low;
      const bit = Math.imul(gram, THIRD) >>> this.#bitShift;
      this.#bitmap[bit >>> 3] = (this.#bitmap[bit >>> 3] ?? 0) | (1 << (bit & 7));
      const head = Math.imul(gram, FOURTH) >>> this.#headShift;
      this.#links[this.#size] = this.#heads[head] ?? -1;
      this.#grams[this.#size] = gram;
      this.#needle[this.#size] = which;
      this.#offset[this.#size] = offset;
      this.#heads[head] = this.#size++;
    }
  }
}

const STEP = 4;
/** Odd numbers that spread bits well: golden ratio, and primes of xxHash. */
const FIRST = 0x9e3779b1;
const SECOND = 0x85ebca77;
const THIRD = 0xc2b2ae3d;
const FOURTH = 0x27d4eb2f;

/** Where bytes are read four at a time: reading them from where they lie would be a call for each. */
const ARENA_BYTES = 2 ** 18;
const ARENA = new Uint8Array(ARENA_BYTES + 8);
const WORDS = new Int32Array(ARENA.buffer);

function copy(bytes: Buffer, from: number, length: number): void {
  if (length > 48) {
    ARENA.set(length === bytes.length ? bytes : bytes.subarray(from, from + length));
    return;
  }
  for (let at = 0; at < length; at++) ARENA[at] = bytes[from + at] ?? 0;
}

/**
 * Of each needle the window that the fewest others share: all addresses begin with "https://", and a sieve that holds
 * that lets everything through. Of equally rare ones the last.
 */
function rarestWindows(needles: readonly Needle<unknown>[], length: number): Int32Array {
  const counts = COUNTS.fill(0);
  const slot = (bytes: Buffer, at: number): number =>
    Math.imul(
      bytes.readInt32LE(at) ^ Math.imul(bytes.readInt32LE(at + length - 4), FIRST),
      THIRD,
    ) >>> 12;
  for (const { form } of needles) {
    const stride = strideOf(form.bytes, length);
    for (let at = 0; at + length <= form.bytes.length; at += stride) {
      const which = slot(form.bytes, at);
      counts[which] = Math.min(65_535, (counts[which] ?? 0) + 1);
    }
  }
  const windows = new Int32Array(needles.length);
  for (const [which, { form }] of needles.entries()) {
    let rarest = Number.POSITIVE_INFINITY;
    const stride = strideOf(form.bytes, length);
    for (let at = 0; at + length <= form.bytes.length; at += stride) {
      const count = counts[slot(form.bytes, at)] ?? 0;
      if (count > rarest) continue;
      rarest = count;
      windows[which] = at;
    }
  }
  return windows;
}

/** A dozen windows of a needle are enough to choose from. */
function strideOf(bytes: Buffer, length: number): number {
  return Math.max(1, Math.floor((bytes.length - length) / 12));
}

/** Kept: a search makes dozens of sieves, and two megabytes for each would be thrown away. */
const COUNTS = new Uint16Array(2 ** 20);
