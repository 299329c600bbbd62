import type { Needle } from '../../spot/needle.ts';
import type { Layer } from './excerpt.ts';

/** What was found in some bytes, seen from there: `wrappings` names what was taken off, outermost first. */
export interface Peeling<Owner> {
  readonly found: readonly Peeled<Owner>[];
  readonly gaps: readonly Gap[];
  readonly leaves: readonly Leaf[];
}

export interface Peeled<Owner> {
  readonly needle: Needle<Owner>;
  readonly wrappings: readonly string[];
  /** The canary in its surroundings at each layer, outermost first: one more than there are wrappings. */
  readonly layers: readonly Layer[];
}

/** Something about these bytes that keeps them from counting as searched. */
export interface Gap {
  readonly kind: 'truncated' | 'opaque' | 'undecoded';
  readonly why: string;
  readonly wrappings: readonly string[];
  /** How many bytes are concerned, as they stand where the gap is; null where nobody can say. */
  readonly bytes: number | null;
  /** A picture that may be looked at once the tree is done: opening one is not synchronous. */
  readonly picture?: Buffer;
}

/** A value in a form or in JSON, at most 256 characters of it; the wrappings end with its place. */
export interface Leaf {
  readonly wrappings: readonly string[];
  readonly value: string;
}

/** A peeling, and whether the bytes were understood: then gaps of other readings of them mean nothing. */
export interface Reading<Owner> extends Peeling<Owner> {
  readonly solid: boolean;
}

export const NOTHING: Reading<never> = { found: [], gaps: [], leaves: [], solid: false };

/** Rows that all opened the same bytes: where one understood them, what the others stumbled over is nothing. */
export function together<Owner>(tried: readonly Reading<Owner>[]): Reading<Owner> {
  const [only] = tried;
  if (only === undefined) return NOTHING;
  if (tried.length === 1) return only;
  const solid = tried.filter((one) => one.solid);
  const counted = solid.length > 0 ? solid : tried;
  return {
    found: tried.reduce<readonly Peeled<Owner>[]>((found, one) => best(found, one.found), []),
    gaps: distinct(counted.flatMap(({ gaps }) => gaps)),
    leaves: counted.flatMap(({ leaves }) => leaves).slice(0, 5_000),
    solid: solid.length > 0,
  };
}

/** Readings of the same region of which at most one can be right: the one understood, else the first. */
export function likeliest<Owner>(readings: readonly Reading<Owner>[]): Reading<Owner> {
  const right = readings.find((one) => one.solid) ?? readings[0] ?? NOTHING;
  if (readings.length < 2) return right;
  return {
    ...right,
    found: readings.reduce((found, one) => best(found, one.found), right.found),
  };
}

export function lost(why: string, bytes: number): Reading<never> {
  return { ...NOTHING, gaps: [{ kind: 'truncated', why, wrappings: [], bytes }] };
}

function distinct(gaps: readonly Gap[]): readonly Gap[] {
  if (gaps.length < 2) return gaps;
  const told = new Map(gaps.map((gap) => [JSON.stringify(gap), gap]));
  return [...told.values()];
}

/** Adds to `first` what it does not already tell: another canary, a hash beside the text, or a stronger form. */
export function best<Owner>(
  first: readonly Peeled<Owner>[],
  more: readonly Peeled<Owner>[],
): readonly Peeled<Owner>[] {
  if (more.length === 0) return first;
  const fresh = strongest(more).filter(
    (one) => !first.some((known) => tells(known.needle, one.needle)),
  );
  return [...first, ...fresh];
}

/** Of sightings at the very same place, those that no stronger one contains. */
function strongest<Owner>(all: readonly Peeled<Owner>[]): readonly Peeled<Owner>[] {
  if (all.length < 2) return all;
  return all.filter(
    (one) =>
      !all.some(
        (other) =>
          other.needle.form.strength > one.needle.form.strength &&
          other.wrappings.join() === one.wrappings.join() &&
          tells(other.needle, one.needle),
      ),
  );
}

function tells<Owner>(known: Needle<Owner>, other: Needle<Owner>): boolean {
  const same = known.owner === other.owner && known.form.subject === other.form.subject;
  return same && known.form.strength >= other.form.strength;
}
