import { GramIndex } from './spot/grams.ts';
import type { Hit, Needle } from './spot/needle.ts';
import { HAS, kindsOf } from './wrappings/value.ts';

/**
 * Gives the needles that occur in the bytes, in the order of their offsets, at most 64 places of each. `kinds` are
 * the kinds of bytes that occur in them, for those who know: most needles are digests, and no text can hold one.
 */
export type Spotter<Owner> = (bytes: Buffer, kinds?: number) => readonly Hit<Owner>[];

/**
 * Looks for any number of needles with two sieves, one for long needles that are plain ASCII text and one for all others;
 * bytes without a single byte beyond ASCII go through one of text alone. What a sieve lets through is compared in full: a
 * sieve may be wrong, a sighting never.
 */
export function makeSpotter<Owner>(needles: readonly Needle<Owner>[]): Spotter<Owner> {
  if (needles.length === 0) return () => [];
  if (needles.some(({ form }) => form.bytes.length < 4))
    throw new Error('a form under 4 bytes would be seen by chance');
  const tiny = needles.filter(({ form }) => form.bytes.length < SHORT_WINDOW);
  const rest = needles.filter(({ form }) => form.bytes.length >= SHORT_WINDOW);
  const plain = rest.filter(({ form }) => isPlain(form.bytes));
  const text = indexOf(
    plain.filter(({ form }) => form.bytes.length >= LONG_WINDOW),
    8,
  );
  const short = plain.filter(({ form }) => form.bytes.length < LONG_WINDOW);
  const inText = indexOf(short, 4);
  const beyond = indexOf([...short, ...rest.filter(({ form }) => !isPlain(form.bytes))], 4);
  return (bytes, kinds = kindsOf(bytes, 0, bytes.length)) => {
    const found: Hit<Owner>[] = [];
    text?.scan(bytes, found);
    ((kinds & BEYOND_ASCII) === 0 ? inText : beyond)?.scan(bytes, found);
    for (const needle of tiny) everyPlace(bytes, needle, found);
    if (found.length < 2) return found;
    return capped(found.sort((a, b) => a.at - b.at));
  };
}

const SHORT_WINDOW = 7;
const LONG_WINDOW = 11;
const PLACES = 64;
const BEYOND_ASCII = HAS.HIGH | HAS.NUL | HAS.CONTROL;

function indexOf<Owner>(needles: readonly Needle<Owner>[], gram: 4 | 8): GramIndex<Owner> | null {
  return needles.length === 0 ? null : new GramIndex(needles, gram);
}

function isPlain(bytes: Buffer): boolean {
  return (kindsOf(bytes, 0, bytes.length) & BEYOND_ASCII) === 0;
}

function everyPlace<Owner>(bytes: Buffer, needle: Needle<Owner>, found: Hit<Owner>[]): void {
  const wanted = needle.form.bytes;
  let at = bytes.indexOf(wanted);
  for (let n = 0; at >= 0 && n < PLACES; n++) {
    found.push({ needle, at });
    at = bytes.indexOf(wanted, at + 1);
  }
}

function capped<Owner>(hits: readonly Hit<Owner>[]): readonly Hit<Owner>[] {
  if (hits.length <= PLACES) return hits;
  const places = new Map<Needle<Owner>, number>();
  return hits.filter(({ needle }) => {
    const seen = places.get(needle) ?? 0;
    places.set(needle, seen + 1);
    return seen < PLACES;
  });
}
