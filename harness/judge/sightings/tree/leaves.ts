import type { Hit } from '../spot/needle.ts';
import { kindsOf } from '../wrappings/value.ts';
import type { Leaves } from '../wrappings/wrapping.ts';
import { Gathered } from './gathered.ts';
import type { RawHits } from './hits.ts';
import { NONE } from './hits.ts';
import { isNothing, under } from './outward.ts';
import type { Reading } from './reading.ts';
import { NOTHING } from './reading.ts';
import { SHORTEST, mayHold } from './rows.ts';

/**
 * Leaves are searched all together; here the hits get their names, and what may hold more is looked into. `fields`: the
 * values themselves are wanted, too.
 */
export function insideLeaves<Owner>(
  leaves: Leaves,
  structure: Buffer,
  all: RawHits<Owner> | null,
  fields: boolean,
  look: (leaf: Buffer, kinds: number, hits: readonly Hit<Owner>[]) => Reading<Owner>,
): Gathered<Owner> {
  const { spans } = leaves;
  const bytes = leaves.bytes ?? structure;
  const inside = new Gathered<Owner>();
  for (let leaf = 0; 2 * leaf < spans.length; leaf++) {
    const start = spans[2 * leaf] ?? 0;
    const end = spans[2 * leaf + 1] ?? 0;
    let inner: Reading<Owner> = NOTHING;
    if (end - start >= SHORTEST) {
      const kinds = kindsOf(bytes, start, end);
      const hits = leaves.plainIsOuter === true ? NONE : (all?.take(start, end) ?? NONE);
      if (hits.length > 0 || mayHold(kinds, bytes, start, end))
        inner = look(bytes.subarray(start, end), kinds, hits);
    }
    const field = fields && !leaves.isLabel(leaf);
    if (isNothing(inner) && !field) {
      if (inner.solid) inside.solid = true;
      continue;
    }
    const value = field ? bytes.subarray(start, end) : null;
    const [from, to] = leaves.placeOf(leaf);
    inside.add(under(inner, [leaves.nameOf(leaf)], value, structure, from, to));
  }
  return inside;
}
