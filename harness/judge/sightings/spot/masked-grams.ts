import type { Needle } from './needle.ts';

/**
 * Whether short bytes may hold a needle under XOR with a repeated key, whatever the key is: of each needle and each
 * length of key four differences in a row are kept. With a step of five they are kept from each of its last five places,
 * since at least eight differences are left of it, and only every fifth of the bytes' is looked up. No allocation; "no"
 * is certain, "maybe" is one in a thousand other values.
 */
export class MaskedGrams {
  readonly #bits: Uint8Array;
  readonly #bitShift: number;
  readonly #grams: Int32Array;
  readonly #slotShift: number;
  readonly #longestKey: number;
  readonly #step: number;

  constructor(
    needles: readonly Needle<unknown>[],
    isEnough: (needle: Needle<unknown>, key: number) => boolean,
    longestKey: number,
    step: 1 | 5,
  ) {
    this.#longestKey = longestKey;
    this.#step = step;
    const each = needles.flatMap((needle) => {
      let keys = 0;
      while (keys < longestKey && isEnough(needle, keys + 1)) keys++;
      return keys === 0 ? [] : [{ bytes: needle.form.bytes, keys }];
    });
    const most = each.reduce((sum, { keys }) => sum + keys * step, 0);
    const slotBits = Math.max(4, Math.ceil(Math.log2(2 * most + 1)));
    this.#slotShift = 32 - slotBits;
    this.#grams = new Int32Array(2 ** slotBits);
    const bits = Math.max(LEAST_BITS, Math.ceil(Math.log2(32 * most + 1)));
    this.#bitShift = 32 - bits;
    this.#bits = new Uint8Array(2 ** (bits - 3));
    for (const { bytes, keys } of each)
      for (let key = 1; key <= keys; key++) {
        const last = bytes.length - key - 4;
        for (let at = last - step + 1; at <= last; at++)
          this.#enter(salted(wordAt(bytes, at) ^ wordAt(bytes, at + key), key));
      }
  }

  #enter(gram: number): void {
    const bit = Math.imul(gram, SPREAD) >>> this.#bitShift;
    this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
    const mask = this.#grams.length - 1;
    let slot = Math.imul(gram, OTHER_SPREAD) >>> this.#slotShift;
    while (this.#grams[slot] !== 0 && this.#grams[slot] !== gram) slot = (slot + 1) & mask;
    this.#grams[slot] = gram;
  }

  /** Under a key of so many bytes; null: of any length. */
  mayHold(bytes: Buffer, length: number | null): boolean {
    const last = bytes.length - 4;
    if (bytes.length > LONGEST) return true;
    let word = 0;
    for (let at = 0; at < bytes.length; at++) {
      word = (word >>> 8) | ((bytes[at] ?? 0) << 24);
      if (at >= 3) WORDS[at - 3] = word;
    }
    for (let key = length ?? 1; key <= (length ?? this.#longestKey); key++) {
      for (let at = 0; at + key <= last; at += this.#step) {
        const gram = salted((WORDS[at] ?? 0) ^ (WORDS[at + key] ?? 0), key);
        const bit = Math.imul(gram, SPREAD) >>> this.#bitShift;
        if ((((this.#bits[bit >>> 3] ?? 0) >>> (bit & 7)) & 1) !== 0 && this.#has(gram))
          return true;
      }
    }
    return false;
  }

  #has(gram: number): boolean {
    const mask = this.#grams.length - 1;
    let slot = Math.imul(gram, OTHER_SPREAD) >>> this.#slotShift;
    for (;;) {
      const one = this.#grams[slot];
      if (one === gram) return true;
      if (one === 0) return false;
      slot = (slot + 1) & mask;
    }
  }
}

/** Longer bytes are searched by the sieves. */
const LONGEST = 512;
const LEAST_BITS = 18;
const SPREAD = 0x9e3779b1;
const OTHER_SPREAD = 0x85ebca77;
const WORDS = new Int32Array(LONGEST);

function wordAt(bytes: Buffer, at: number): number {
  const high = ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | high;
}

/** Never zero, which marks a free slot. */
function salted(gram: number, key: number): number {
  return (gram ^ Math.imul(key, 0x27d4eb2f)) | 1;
}
