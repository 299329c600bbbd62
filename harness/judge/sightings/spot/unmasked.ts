import type { Spotter } from '../spot.ts';
import { makeSpotter } from '../spot.ts';
import type { Value } from '../wrappings/value.ts';
import { HAS, KIND_OF } from '../wrappings/value.ts';
import { LONGEST_SHORT, MaskedGrams, keyOf } from './masked-grams.ts';
import type { Needle } from './needle.ts';

/**
 * Bytes that hold a needle under XOR with a repeated key, opened: c[i] ^ c[i + n] is the same whatever the key of n
 * bytes is, so the needles' differences are looked for, and a hit gives the key. What they are looked for with is made
 * when first needed. Null when there is none, or when the bytes or the needles are too many.
 */
export function makeUnmask<Owner>(
  needles: readonly Needle<Owner>[],
): (bytes: Buffer) => Buffer | null {
  const letters = once(() => needles.flatMap(inLetters));
  const rawGrams = once(() => new MaskedGrams(needles, isEnough, LONGEST_RAW, 5));
  const writtenGrams = once(() => new MaskedGrams(letters(), isEnough, LONGEST_KEY, 1));
  const written = makeSpotters(letters);
  const raw = makeSpotters(() => needles);
  const inShort = (bytes: Buffer, aligned: number): Buffer | null => {
    // Of bytes that cannot be text under such a key, only what is likeliest is tried.
    const found = rawGrams().find(bytes, RAW_KEYS & ~aligned);
    return found ?? (aligned === 0 ? null : writtenGrams().find(bytes, aligned));
  };
  const inLong = (bytes: Buffer, aligned: number): Buffer | null => {
    for (let length = 1; length <= LONGEST_KEY; length++) {
      const isWritten = ((aligned >>> length) & 1) !== 0;
      if (!isWritten && length > LONGEST_RAW) continue;
      const spot = (isWritten ? written : raw)(length);
      for (const { needle, at } of spot(differences(bytes, length))) {
        const plain = ORIGINAL.get(needle.form) ?? needle.form.bytes;
        const key = keyOf(bytes, at, plain, length);
        if (key.some((byte) => byte !== 0)) return key;
      }
    }
    return null;
  };
  return (bytes) => {
    if (needles.length > MOST_NEEDLES || bytes.length > LONGEST || bytes.length <= LEAST)
      return null;
    const key = (bytes.length <= LONGEST_SHORT ? inShort : inLong)(bytes, alignedKeys(bytes));
    if (key === null) return null;
    return Buffer.from(bytes.map((byte, at) => byte ^ (key[at % key.length] ?? 0)));
  };
}

/** Whether it is worth asking: bytes that are no text, or a short text of signs that nobody writes. */
export function mayBeMasked({ bytes, isText, kinds }: Value): boolean {
  if (!isText) return true;
  if ((kinds & HAS.OTHER) === 0) return false;
  const odd = (kinds & (HAS.BLANK | HAS.HIGH | HAS.SLASH)) === 0 || isStrange(bytes);
  return (
    odd &&
    bytes.length >= LEAST_TEXT &&
    bytes.length <= 512 &&
    bytes[0] !== 0x7b &&
    bytes[0] !== 0x5b
  );
}

/** Whether signs that hardly any text holds are every eighth letter of it. */
export function isStrange(bytes: Buffer): boolean {
  const end = Math.min(64, bytes.length);
  let count = 0;
  for (let at = 0; at < end; at++) if (KIND_OF[bytes[at] ?? 0] === HAS.OTHER) count++;
  return 8 * count >= end;
}

/**
 * Bit n for each key of n bytes, up to sixteen, under which the bytes may be ASCII text: that never has its highest bit
 * set, so each byte agrees in that bit with the one n bytes before it. Chance hardly ever does.
 */
export function alignedKeys(bytes: Buffer): number {
  const first = Math.min(32, bytes.length);
  let high = 0;
  for (let at = 0; at < first; at++) high |= ((bytes[at] ?? 0) >> 7) << at;
  let keys = 0;
  for (let length = 1; length <= LONGEST_KEY && length < bytes.length; length++) {
    const looked = first > length ? 0xffffffff >>> (32 - first + length) : 0;
    if (((high ^ (high >>> length)) & looked) !== 0) continue;
    if (bytes.length <= 32 || isAligned(bytes, length)) keys |= 1 << length;
  }
  return keys;
}

function isAligned(bytes: Buffer, length: number): boolean {
  const end = Math.min(bytes.length, SAMPLE);
  let at = length;
  while (at < end && (((bytes[at] ?? 0) ^ (bytes[at - length] ?? 0)) & 0x80) === 0) at++;
  return at === end;
}

const SAMPLE = 256;
const LONGEST_KEY = 16;
const LONGEST_RAW = 8;
/** Bit n for each key of so many bytes. */
const RAW_KEYS = 2 ** (LONGEST_RAW + 1) - 2;
/** Differences shorter than this would be met by chance. */
const LEAST = 8;
const LEAST_TEXT = 15;
const LEAST_BITS = 48;
const LONGEST = 2 ** 16;
/** More spotters of more needles than this would take too much memory. */
const MOST_NEEDLES = 20_000;
/** The bytes of which a difference was made, by the form that stands for it. */
const ORIGINAL = new WeakMap<Needle<unknown>['form'], Buffer>();

function once<Made>(make: () => Made): () => Made {
  let made: { readonly value: Made } | null = null;
  return () => (made ??= { value: make() }).value;
}

function makeSpotters<Owner>(
  needles: () => readonly Needle<Owner>[],
): (length: number) => Spotter<Owner> {
  const spotters = new Map<number, Spotter<Owner>>();
  return (length) => {
    const spot = spotters.get(length) ?? makeSpotter(differing(needles(), length));
    spotters.set(length, spot);
    return spot;
  };
}

/** A needle as it stands in a text: a digest as its hex digits in either case, and in base64. */
function inLetters<Owner>(needle: Needle<Owner>): Needle<Owner>[] {
  const { owner, form } = needle;
  if (form.bytes.every((byte) => byte < 0x80)) return [needle];
  const hex = form.bytes.toString('hex');
  const base64 = ['base64', 'base64url'] as const;
  const packed = base64.map((how) => form.bytes.toString(how).replace(/=+$/, ''));
  return [...new Set([hex, hex.toUpperCase(), ...packed])].map((text) => ({
    owner,
    form: { ...form, bytes: Buffer.from(text) },
  }));
}

/** A key of n bytes explains n bytes of any needle: what is left has to be enough by itself. */
function differing<Owner>(needles: readonly Needle<Owner>[], length: number): Needle<Owner>[] {
  return needles.flatMap((needle) => {
    if (!isEnough(needle, length)) return [];
    const { owner, form } = needle;
    const entropy = entropyLeft(form, length);
    const differs = { ...form, bytes: differences(form.bytes, length), entropy };
    ORIGINAL.set(differs, form.bytes);
    return [{ owner, form: differs }];
  });
}

function isEnough({ form }: Needle<unknown>, length: number): boolean {
  return form.bytes.length - length >= LEAST && entropyLeft(form, length) >= LEAST_BITS;
}

function entropyLeft({ entropy, bytes }: Needle<unknown>['form'], length: number): number {
  return (entropy * (bytes.length - length)) / bytes.length;
}

function differences(bytes: Buffer, length: number): Buffer {
  const out = Buffer.allocUnsafe(bytes.length - length);
  for (let at = 0; at < out.length; at++) out[at] = (bytes[at] ?? 0) ^ (bytes[at + length] ?? 0);
  return out;
}
