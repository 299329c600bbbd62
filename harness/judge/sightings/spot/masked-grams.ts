import type { Needle } from './needle.ts';

/**
 * Finds needles under XOR with a repeated key in short bytes, whatever the key is: of each needle and each length of key
 * four differences in a row are kept. With a step of five they are kept from each of its last five places, since at least
 * eight differences are left of it, and only every fifth of the bytes' is looked up; what agrees is compared in full.
 */
export class MaskedGrams {
  readonly #needles: readonly Buffer[];
  readonly #step: number;
  /** A bit a gram: nearly every look ends here. */
  readonly #bits: Uint8Array;
  readonly #bitShift: number;
  /** A chained hash table behind it. */
  readonly #heads: Int32Array;
  readonly #headShift: number;
  readonly #links: Int32Array;
  readonly #grams: Int32Array;
  readonly #needle: Int32Array;
  readonly #place: Int32Array;
  readonly #keys: Uint8Array;
  #size = 0;

  constructor(
    needles: readonly Needle<unknown>[],
    isEnough: (needle: Needle<unknown>, key: number) => boolean,
    longestKey: number,
    step: 1 | 5,
  ) {
    this.#needles = needles.map(({ form }) => form.bytes);
    this.#step = step;
    const keys = needles.map((needle) => {
      let most = 0;
      while (most < longestKey && isEnough(needle, most + 1)) most++;
      return most;
    });
    const entries = keys.reduce((sum, most) => sum + most * step, 0);
    const bits = Math.max(LEAST_BITS, Math.ceil(Math.log2(32 * entries + 1)));
    this.#bitShift = 32 - bits;
    this.#bits = new Uint8Array(2 ** (bits - 3));
    const headBits = Math.max(8, Math.ceil(Math.log2(entries + 1)));
    this.#headShift = 32 - headBits;
    this.#heads = new Int32Array(2 ** headBits).fill(-1);
    this.#links = new Int32Array(entries);
    this.#grams = new Int32Array(entries);
    this.#needle = new Int32Array(entries);
    this.#place = new Int32Array(entries);
    this.#keys = new Uint8Array(entries);
    for (const [which, most] of keys.entries())
      for (let key = 1; key <= most; key++) this.#enter(which, key);
  }

  #enter(which: number, key: number): void {
    const bytes = this.#needles[which];
    if (bytes === undefined) return;
    const last = bytes.length - key - 4;
    for (let at = last - this.#step + 1; at <= last; at++) {
      const gram = salted(wordAt(bytes, at) ^ wordAt(bytes, at + key), key);
      const bit = Math.imul(gram, SPREAD) >>> this.#bitShift;
      this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
      const head = Math.imul(gram, OTHER_SPREAD) >>> this.#headShift;
      this.#links[this.#size] = this.#heads[head] ?? -1;
      this.#grams[this.#size] = gram;
      this.#needle[this.#size] = which;
      this.#place[this.#size] = at;
      this.#keys[this.#size] = key;
      this.#heads[head] = this.#size++;
    }
  }

  /** The key under which a needle stands there; bit n of `keys` for each length n that is asked for. */
  find(bytes: Buffer, keys: number): Buffer | null {
    const last = bytes.length - 4;
    readWords(bytes);
    for (let key = 1; keys >>> key !== 0; key++) {
      if (((keys >>> key) & 1) === 0) continue;
      for (let at = 0; at + key <= last; at += this.#step) {
        const gram = salted((WORDS[at] ?? 0) ^ (WORDS[at + key] ?? 0), key);
        const bit = Math.imul(gram, SPREAD) >>> this.#bitShift;
        if ((((this.#bits[bit >>> 3] ?? 0) >>> (bit & 7)) & 1) === 0) continue;
        const found = this.#verified(bytes, at, key, gram);
        if (found !== null) return found;
      }
    }
    return null;
  }

  #verified(bytes: Buffer, at: number, key: number, gram: number): Buffer | null {
    let entry = this.#heads[Math.imul(gram, OTHER_SPREAD) >>> this.#headShift] ?? -1;
    for (; entry >= 0; entry = this.#links[entry] ?? -1) {
      const needle = this.#needles[this.#needle[entry] ?? 0];
      const start = at - (this.#place[entry] ?? 0);
      if (this.#grams[entry] !== gram || needle === undefined || start < 0) continue;
      // A longer key would explain the whole needle, whatever stands there.
      if (this.#keys[entry] !== key) continue;
      if (!differsAlike(bytes, start, needle, key)) continue;
      const found = keyOf(bytes, start, needle, key);
      // Under a key of zeros it stands there in plain.
      if (found.some((byte) => byte !== 0)) return found;
    }
    return null;
  }
}

/** The key that makes a needle of what stands from a place on. */
export function keyOf(bytes: Buffer, start: number, needle: Buffer, length: number): Buffer {
  const key = Buffer.alloc(length);
  for (let at = 0; at < length; at++)
    key[(start + at) % length] = (bytes[start + at] ?? 0) ^ (needle[at] ?? 0);
  return key;
}

/** Whether bytes one key apart differ from a place on as they do in the needle. */
function differsAlike(bytes: Buffer, start: number, needle: Buffer, key: number): boolean {
  if (start + needle.length > bytes.length) return false;
  for (let at = key; at < needle.length; at++) {
    const other = (bytes[start + at] ?? 0) ^ (bytes[start + at - key] ?? 0);
    if (other !== ((needle[at] ?? 0) ^ (needle[at - key] ?? 0))) return false;
  }
  return true;
}

/** Longer bytes are searched by the sieves. */
export const LONGEST_SHORT = 512;
const LEAST_BITS = 18;
const SPREAD = 0x9e3779b1;
const OTHER_SPREAD = 0x85ebca77;
const WORDS = new Int32Array(LONGEST_SHORT);

/** Four bytes from every place on. */
function readWords(bytes: Buffer): void {
  let word = 0;
  for (let at = 0; at < bytes.length; at++) {
    word = (word >>> 8) | ((bytes[at] ?? 0) << 24);
    if (at >= 3) WORDS[at - 3] = word;
  }
}

function wordAt(bytes: Buffer, at: number): number {
  const high = ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | high;
}

/** The same four differences mean something else under a key of another length. */
function salted(gram: number, key: number): number {
  return gram ^ Math.imul(key, 0x27d4eb2f);
}
