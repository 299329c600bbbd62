import { excerptOf } from './excerpt.ts';
import type { Peeled, Reading } from './reading.ts';

export function isNothing({ found, gaps, leaves }: Reading<unknown>): boolean {
  return found.length + gaps.length + leaves.length === 0;
}

/** A reading of what was inside, as seen from around it. `field`: the value itself, where fields are wanted. */
export function under<Owner>(
  inner: Reading<Owner>,
  names: readonly string[],
  field: Buffer | null,
  outer: Buffer,
  start: number,
  end: number,
): Reading<Owner> {
  const own =
    field !== null && names[0]?.includes(':')
      ? [{ wrappings: [names[0]], value: field.toString('utf8', 0, 256) }]
      : [];
  return {
    found: inner.found.map((one) => ({
      needle: one.needle,
      wrappings: [...names, ...one.wrappings],
      layers: [
        ...[null, ...names.slice(0, -1)].map((wrapping) => ({
          wrapping,
          excerpt: excerptOf(outer, start, end),
        })),
        ...one.layers.map((layer, i) =>
          i === 0 ? { ...layer, wrapping: names.at(-1) ?? null } : layer,
        ),
      ],
    })),
    gaps: inner.gaps.map((gap) => ({ ...gap, wrappings: [...names, ...gap.wrappings] })),
    leaves: [
      ...own,
      ...inner.leaves.map((leaf) => ({ ...leaf, wrappings: [...names, ...leaf.wrappings] })),
    ],
    solid: inner.solid,
  };
}

/** Sightings under a region of some bytes, the outermost excerpt taken from around the region. */
export function seenFrom<Owner>(
  bytes: Buffer,
  span: Buffer,
  found: readonly Peeled<Owner>[],
): readonly Peeled<Owner>[] {
  if (found.length === 0) return found;
  const [start, end] = placeIn(bytes, span);
  const excerpt = excerptOf(bytes, start, end);
  return found.map((one) => ({
    ...one,
    layers: one.layers.map((layer, i) => (i === 0 ? { ...layer, excerpt } : layer)),
  }));
}

/** Where a subarray stands in the bytes it was cut from; all of them for anything else. */
export function placeIn(outer: Buffer, part: Buffer): readonly [number, number] {
  const start = part.byteOffset - outer.byteOffset;
  const within = part.buffer === outer.buffer && start >= 0 && start + part.length <= outer.length;
  return within ? [start, start + part.length] : [0, outer.length];
}
