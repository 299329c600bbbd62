import { isUtf8 } from 'node:buffer';
import { mixedWith, nameOfMixture } from '../forms/hashes/digests.ts';
import { MAIN } from '../forms/hashes/hashed.ts';
import { HAS, kindsOf } from '../wrappings/value.ts';
import type { Needle } from './needle.ts';

/** A digest among some values, told by another of them that was mixed in: `which` and `salt` are their places. */
export interface Salted<Owner> {
  readonly needle: Needle<Owner>;
  readonly which: number;
  readonly salt: number;
}

/** How many digests may still be made for one recipient: more are earned by what it is sent. */
export class SaltAllowance {
  #left = FIRST;
  #refused = false;

  /** Whether digests are made at all: what a server answers is no message of the phone's. */
  isOpen = true;

  earn(bytes: number): void {
    this.#left = Math.min(FIRST, this.#left + bytes / BYTES_A_DIGEST);
  }

  spend(digests: number): boolean {
    if (this.#left < digests) {
      this.#refused = true;
      return false;
    }
    this.#left -= digests;
    return true;
  }

  /** Why digests were asked for in vain since this was asked the last time; null where none were. */
  refusal(): string | null {
    if (!this.#refused) return null;
    this.#refused = false;
    return `more salts beside digests than ${FIRST} tries, and one more for every ${BYTES_A_DIGEST} bytes sent there`;
  }
}

const FIRST = 500_000;
/** Searching so many bytes takes about five times as long as a digest does. */
const BYTES_A_DIGEST = 50;

/**
 * Digests of needles that were salted, or keyed, with a value that stands beside them in the same structure: each of
 * the first few short values is tried with each spelling. Bounded by the allowance, because a digest costs a
 * microsecond and collectors sign every event.
 */
export function makeSalted<Owner>(
  needles: readonly Needle<Owner>[],
): (values: readonly Buffer[], allowance: SaltAllowance) => readonly Salted<Owner>[] {
  const inputs = needles.filter(
    ({ form }) => form.subject === 'value' && form.worn === undefined && MAIN.has(form.name),
  );
  // By algorithm and salt, the first 48 bits of each digest: told apart for certain by the digest itself.
  const mixed = new Map<string, Float64Array>();
  return (values, allowance) => {
    if (!allowance.isOpen || inputs.length === 0 || values.length < 2) return [];
    const digests = new Map<string, number>();
    for (const [at, value] of values.entries()) {
      const digest = digestIn(value);
      if (digest !== null && digests.size < MOST_DIGESTS) digests.set(digest.toString('hex'), at);
    }
    if (digests.size === 0) return [];
    const algorithms = new Set(
      [...digests.keys()].map((hex) => BY_LENGTH.get(hex.length / 2) ?? ''),
    );
    const found: Salted<Owner>[] = [];
    for (const [salt, text] of saltsOf(values)) {
      for (const algorithm of algorithms) {
        const key = `${algorithm} ${text}`;
        const known = mixed.get(key);
        // A version or a model stands in every event: what it was mixed to the last time is remembered.
        if (known !== undefined && ![...digests.keys()].some((hex) => holds(known, numberOf(hex))))
          continue;
        if (!allowance.spend(inputs.length * MIXTURES)) return found;
        const made: number[] = [];
        for (const { owner, form } of inputs) {
          const value = form.bytes.toString('utf8');
          for (const [place, hex] of mixedWith(text, value, algorithm).entries()) {
            made.push(numberOf(hex));
            const which = digests.get(hex);
            if (which === undefined || which === salt) continue;
            const name = nameOfMixture(place, form.name, algorithm);
            const bytes = Buffer.from(hex, 'hex');
            const worth = { strength: 0.5, entropy: form.entropy };
            const hash = { name, subject: name, bytes, ...worth };
            found.push({ needle: { owner, form: hash }, which, salt });
          }
        }
        if (known === undefined) mixed.set(key, Float64Array.from(made).sort());
      }
    }
    for (const oldest of mixed.keys()) {
      if (mixed.size * inputs.length <= MOST_REMEMBERED) break;
      mixed.delete(oldest);
    }
    return found;
  };
}

/** Mixtures of salts and needles, fourteen numbers each. */
const MOST_REMEMBERED = 2 ** 14;

/** Numbers in order take an eighth of the memory of a set of them. */
function holds(sorted: Float64Array, number: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === number;
}

function numberOf(hex: string): number {
  return Number.parseInt(hex.slice(0, 12), 16);
}

const MOST_DIGESTS = 8;
const MOST_SALTS = 24;
/** What `saltedDigests` makes of one input with one algorithm. */
const MIXTURES = 14;
const BY_LENGTH: ReadonlyMap<number, string> = new Map([
  [16, 'md5'],
  [20, 'sha1'],
  [32, 'sha256'],
  [64, 'sha512'],
]);

/** Values that may be a salt: neither so short that anything would do, nor longer than keys and names are. */
function saltsOf(values: readonly Buffer[]): [number, string][] {
  const salts = new Map<string, number>();
  for (const [at, value] of values.entries()) {
    if (value.length < 3 || value.length > 64 || salts.size === MOST_SALTS) continue;
    const text = value.toString('utf8');
    if (!salts.has(text)) salts.set(text, at);
  }
  return [...salts].map(([text, at]) => [at, text]);
}

/** Whether a value is as long as digests are, in hex or base64 or as bytes, and looks like one. */
export function mayBeDigest(value: Buffer): boolean {
  return digestIn(value) !== null;
}

/** The digest that a value is, in hex or base64 or as bytes; null where its length is that of none. */
function digestIn(value: Buffer): Buffer | null {
  const { length } = value;
  if (length < 16 || length > 128) return null;
  const kinds = kindsOf(value, 0, length);
  const isHex = (kinds & ~(HAS.DIGIT | HAS.LOWER_HEX | HAS.UPPER_HEX)) === 0;
  if (isHex) return BY_LENGTH.has(length / 2) ? Buffer.from(value.toString('latin1'), 'hex') : null;
  // Text in other scripts is often as long as a digest, and a digest is never text.
  if ((kinds & (HAS.HIGH | HAS.CONTROL | HAS.NUL)) !== 0)
    return BY_LENGTH.has(length) && !isUtf8(value) ? value : null;
  // Chance holds letters of both cases; a name of the same length does not.
  const isMixed = (kinds & SMALL) !== 0 && (kinds & LARGE) !== 0;
  if (!isMixed) return null;
  const plain = Buffer.from(value.toString('latin1'), 'base64');
  const packed = plain.toString('base64').replace(/=+$/, '').length;
  const isPacked = packed === value.toString('latin1').replace(/=+$/, '').length;
  return isPacked && BY_LENGTH.has(plain.length) ? plain : null;
}

const SMALL = HAS.LOWER | HAS.LOWER_HEX;
const LARGE = HAS.UPPER | HAS.UPPER_HEX;
