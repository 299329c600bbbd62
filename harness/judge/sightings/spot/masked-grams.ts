import type { Needle } from './needle.ts';

/**
 * Whether short bytes may hold a needle under XOR with a repeated key, whatever the key is: of each needle
 * and each length of key the last four differences are kept, and all differences of the bytes are looked up. A few
 * dozen looks and no allocation; "no" is certain, "maybe" is one in a thousand other values.
 */
export class MaskedGrams {
  readonly #bits: Uint8Array;
  readonly #grams: Int32Array;
  readonly #slotShift: number;
  readonly #longestKey: number;

  constructor(
    needles: readonly Needle<unknown>[],
    isEnough: (needle: Needle<unknown>, key: number) => boolean,
    longestKey: number,
  ) {
    this.#longestKey = longestKey;
    const grams = new Set<number>();
    for (const needle of needles) {
      const { bytes } = needle.form;
      for (let key = 1; key <= longestKey; key++) {
        if (!isEnough(needle, key)) continue;
        const at = bytes.length - key - 4;
        grams.add(salted(bytes.readInt32LE(at) ^ bytes.readInt32LE(at + key), key));
      }
    }
    const slotBits = Math.max(4, Math.ceil(Math.log2(2 * grams.size + 1)));
    this.#slotShift = 32 - slotBits;
    this.#grams = new Int32Array(2 ** slotBits);
    this.#bits = new Uint8Array(2 ** (BITS - 3));
    for (const gram of grams) {
      const bit = Math.imul(gram, SPREAD) >>> (32 - BITS);
      this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
      const mask = this.#grams.length - 1;
      let slot = Math.imul(gram, OTHER_SPREAD) >>> this.#slotShift;
      while (this.#grams[slot] !== 0) slot = (slot + 1) & mask;
      this.#grams[slot] = gram;
    }
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
      // Of a needle at least eight differences are left, of which the last four are looked for.
      for (let at = 4; at + key <= last; at++) {
        const gram = salted((WORDS[at] ?? 0) ^ (WORDS[at + key] ?? 0), key);
        const bit = Math.imul(gram, SPREAD) >>> (32 - BITS);
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
const BITS = 20;
const SPREAD = 0x9e3779b1;
const OTHER_SPREAD = 0x85ebca77;
const WORDS = new Int32Array(LONGEST);

/** Never zero, which marks a free slot. */
function salted(gram: number, key: number): number {
  return (gram ^ Math.imul(key, 0x27d4eb2f)) | 1;
}
