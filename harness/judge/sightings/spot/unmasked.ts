import type { Spotter } from '../spot.ts';
import { makeSpotter } from '../spot.ts';
import type { Needle } from './needle.ts';

/**
 * Bytes that hold a needle under XOR with a repeated key, opened: c[i] ^ c[i + n] is the same whatever the key of n
 * bytes is, so the needles' differences are looked for, and a hit gives the key. One spotter a length, made when first
 * needed. Null when there is none, or when the bytes or the needles are too many.
 */
export function makeUnmask<Owner>(
  needles: readonly Needle<Owner>[],
): (bytes: Buffer) => Buffer | null {
  const spotters = new Map<number, Spotter<Owner>>();
  return (bytes) => {
    if (needles.length > MOST_NEEDLES || bytes.length > LONGEST) return null;
    for (let length = 1; length <= LONGEST_KEY && bytes.length >= length + LEAST; length++) {
      const spot = spotters.get(length) ?? makeSpotter(differing(needles, length));
      spotters.set(length, spot);
      for (const { needle, at } of spot(differences(bytes, length))) {
        const key = Buffer.alloc(length);
        const plain = original.get(needle.form)?.bytes ?? needle.form.bytes;
        for (let i = 0; i < length; i++)
          key[(at + i) % length] = (bytes[at + i] ?? 0) ^ (plain[i] ?? 0);
        if (key.some((byte) => byte !== 0))
          return Buffer.from(bytes.map((byte, i) => byte ^ (key[i % length] ?? 0)));
      }
    }
    return null;
  };
}

const LONGEST_KEY = 8;
/** Differences shorter than this would be met by chance. */
const LEAST = 8;
const LEAST_BITS = 48;
const LONGEST = 2 ** 16;
/** Eight more spotters of more needles than this would take too much memory. */
const MOST_NEEDLES = 20_000;
/** The form of which a difference was made. */
const original = new WeakMap<Needle<unknown>['form'], Needle<unknown>['form']>();

/** A key of n bytes explains n bytes of any needle: what is left has to be enough by itself. */
function differing<Owner>(needles: readonly Needle<Owner>[], length: number): Needle<Owner>[] {
  return needles.flatMap(({ owner, form }) => {
    const left = form.bytes.length - length;
    const entropy = (form.entropy * left) / form.bytes.length;
    if (left < LEAST || entropy < LEAST_BITS) return [];
    const differs = { ...form, bytes: differences(form.bytes, length), entropy };
    original.set(differs, form);
    return [{ owner, form: differs }];
  });
}

function differences(bytes: Buffer, length: number): Buffer {
  const out = Buffer.allocUnsafe(bytes.length - length);
  for (let at = 0; at < out.length; at++) out[at] = (bytes[at] ?? 0) ^ (bytes[at + length] ?? 0);
  return out;
}
