import type { Exchange } from '../../record/exchange.ts';
import { declared } from './wrappings/compressed.ts';
import type { Gap, Leaf, Peeled } from './peel.ts';
import { FULL_BUDGET, peel } from './peel.ts';
import type { BodyReader, Place } from './places.ts';
import { placesOf } from './places.ts';
import type { Spotter } from './spot.ts';
import { roomFor } from './wrappings/wrapping.ts';

/** A canary found at a place of one exchange, under what, and in which form. */
export interface Sighting<Owner> {
  readonly owner: Owner;
  readonly where: string;
  readonly direction: 'up' | 'down';
  readonly wrappings: readonly string[];
  readonly form: string;
}

/** What one exchange gave, and what of it could not be searched. */
export interface Searched<Owner> {
  readonly sightings: readonly Sighting<Owner>[];
  readonly gaps: readonly (Gap & { readonly where: string; readonly direction: 'up' | 'down' })[];
  /** Fields the phone sent: query values, headers' names left out, leaves of decoded bodies. */
  readonly fields: readonly { readonly where: string; readonly leaf: Leaf }[];
}

/** Searches one exchange at all its places, raw and opened. */
export async function searchExchange<Owner>(
  exchange: Exchange,
  read: BodyReader,
  spot: Spotter<Owner>,
): Promise<Searched<Owner>> {
  const sightings: Sighting<Owner>[] = [];
  const gaps: Searched<Owner>['gaps'][number][] = [];
  const fields: Searched<Owner>['fields'][number][] = [];
  for (const place of await placesOf(exchange, read)) {
    const { where, direction } = place;
    const searched = await searchPlace(place, spot);
    sightings.push(
      ...searched.found.map(({ needle, wrappings }) => ({
        owner: needle.owner,
        where,
        direction,
        wrappings,
        form: needle.form.name,
      })),
    );
    gaps.push(...searched.gaps.map((gap) => ({ ...gap, where, direction })));
    if (direction === 'down') continue;
    if (where.startsWith('request.url.query')) {
      fields.push({ where, leaf: { wrappings: [], value: place.bytes.toString('utf8', 0, 256) } });
    }
    fields.push(...searched.leaves.map((leaf) => ({ where, leaf })));
  }
  return { sightings, gaps, fields };
}

interface Found<Owner> {
  readonly found: readonly Peeled<Owner>[];
  readonly gaps: readonly Gap[];
  readonly leaves: readonly Leaf[];
}

/** Undoes the declared codings first, the last one named first; the bytes as sent are searched as well. */
async function searchPlace<Owner>(place: Place, spot: Spotter<Owner>): Promise<Found<Owner>> {
  const gaps: Gap[] = [];
  const opened: string[] = [];
  let bytes = place.bytes;
  if (place.missing !== null) gaps.push({ kind: 'truncated', why: place.missing, wrappings: [] });
  for (const coding of bytes.length === 0 ? [] : place.codings.toReversed()) {
    const what = await declared(coding, bytes, roomFor(bytes.length, FULL_BUDGET.bytes));
    const part = what?.parts[0];
    if (what?.truncated != null)
      gaps.push({ kind: 'truncated', why: what.truncated, wrappings: opened });
    if (!part) {
      const why = what?.undecoded ?? `content-encoding ${coding} is not known`;
      gaps.push({ kind: 'undecoded', why, wrappings: [...opened] });
      break;
    }
    opened.push(part.name);
    bytes = part.bytes;
  }
  const inside = await peel(bytes, spot, {
    ...FULL_BUDGET,
    depth: FULL_BUDGET.depth - opened.length,
  });
  const found = inside.found.map((one) => ({ ...one, wrappings: [...opened, ...one.wrappings] }));
  const raw =
    opened.length === 0 ? [] : spot(place.bytes).map((needle) => ({ needle, wrappings: [] }));
  const fresh = raw.filter(({ needle }) => !found.some((one) => one.needle.owner === needle.owner));
  // Undecoded bytes are a gap already; calling them opaque as well would say the same twice.
  const known = gaps.some(({ kind }) => kind === 'undecoded');
  return {
    found: [...found, ...fresh],
    gaps: [
      ...gaps,
      ...inside.gaps
        .filter(({ kind }) => !(known && kind === 'opaque'))
        .map((gap) => ({ ...gap, wrappings: [...opened, ...gap.wrappings] })),
    ],
    leaves: inside.leaves,
  };
}
