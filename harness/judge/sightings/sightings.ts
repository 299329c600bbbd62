import type { Exchange } from '../../record/exchange.ts';
import type { BodyReader, Place } from './places.ts';
import { placesOf } from './places.ts';
import { Darkroom } from './pictures/darkroom.ts';
import { makeLikeness } from './pictures/pictures.ts';
import type { Spotter } from './spot.ts';
import type { Needle } from './spot/needle.ts';
import { SaltAllowance, makeSalted } from './spot/salted.ts';
import { makeUnmask } from './spot/unmasked.ts';
import { makeSpotter } from './spot.ts';
import type { Budget } from './tree/budget.ts';
import { FULL_BUDGET, Purse } from './tree/budget.ts';
import type { Layer } from './tree/outcome/excerpt.ts';
import { makeShares } from './forms/share.ts';
import type { Share } from './forms/share.ts';
import { covers, excerptOf } from './tree/outcome/excerpt.ts';
import { Peeler } from './tree/peel.ts';
import type { Gap, Leaf, Peeled, Reading } from './tree/outcome/reading.ts';
import { best } from './tree/outcome/reading.ts';
import type { Apart } from './tree/apart/requests.ts';
import { makeApart } from './tree/apart/requests.ts';
import { Trails } from './tree/apart/trails.ts';
import { declared } from './wrappings/compressed.ts';
import type { KnownKey } from './wrappings/keyed.ts';

/** A canary found at a place of one exchange, under what, and in which form. */
export interface Sighting<Owner> {
  readonly owner: Owner;
  readonly where: string;
  readonly direction: 'up' | 'down';
  /** What was taken off, the outermost first: "form:data_list", "base64", "gzip". */
  readonly wrappings: readonly string[];
  readonly form: string;
  /** How much of the canary it is, in words: "the first 16 of 43 characters". */
  readonly share: string;
  /** Bits of the canary's chance that the form holds. */
  readonly entropy: number;
  /** The canary in its surroundings, from the captured bytes inwards: what `--explain` prints. */
  readonly layers: readonly Layer[];
}

/** What one exchange gave, and what of it could not be searched. */
export interface Searched<Owner> {
  readonly sightings: readonly Sighting<Owner>[];
  readonly gaps: readonly (Gap & { readonly where: string; readonly direction: 'up' | 'down' })[];
  /** With `fields`: what was said either way, query values and leaves of decoded bodies. */
  readonly fields: readonly {
    readonly where: string;
    readonly direction: 'up' | 'down';
    readonly leaf: Leaf;
  }[];
}

export interface SearchOptions {
  readonly budget: Partial<Budget>;
  /** Whether the fields that the phone sent are wanted as well (the judge names what travelled alongside). */
  readonly fields: boolean;
  /** Keys that somebody knows: tried on values that nothing else explains. */
  readonly keys: readonly KnownKey[];
}

/**
 * Searches the exchanges of one capture, in their order: it remembers what it has looked into. Disposal ends the process in
 * which pictures are opened; where none came, there is none.
 */
export interface Search<Owner> extends AsyncDisposable {
  exchange(exchange: Exchange, read: BodyReader): Promise<Searched<Owner>>;
}

/** Gets ready to look for needles at every place of exchanges, raw and under every wrapping. */
export function makeSearch<Owner>(
  needles: readonly Needle<Owner>[],
  { budget = {}, fields = false, keys = [] }: Partial<SearchOptions> = {},
): Search<Owner> {
  const spot = makeSpotter(needles);
  const unmask = makeUnmask(needles);
  const salted = makeSalted(needles);
  const peeler = new Peeler(spot, { fields, keys }, { unmask, salted, pictures: true });
  const darkroom = new Darkroom();
  const look = makeLikeness(needles, darkroom);
  const share = makeShares(needles);
  const allowances = new Map<string, SaltAllowance>();
  const allowanceOf = (host: string): SaltAllowance => {
    const known = allowances.get(host) ?? new SaltAllowance();
    if (allowances.size < MOST_RECIPIENTS) allowances.set(host, known);
    return known;
  };
  const trails = new Trails();
  return {
    exchange: async (exchange, read) => {
      const purse = new Purse({ ...FULL_BUDGET, ...budget }, allowanceOf(exchange.host));
      const searched = searchPlaces(await placesOf(exchange, read), {
        spot,
        peeler,
        purse,
        fields,
        share,
        apart: makeApart(exchange, { trails, spot, peeler }),
      });
      return await withPictures(searched, { look, peeler, purse, share });
    },
    [Symbol.asyncDispose]: async () => {
      await darkroom[Symbol.asyncDispose]();
    },
  };
}

const MOST_RECIPIENTS = 100_000;

const LABELS = /^(?:request\.url\.host|sni|dns)$/;
const GROUP = /^request\.(?:url\.query|header)/;

interface Tools<Owner> {
  readonly spot: Spotter<Owner>;
  readonly peeler: Peeler<Owner>;
  readonly purse: Purse;
  readonly fields: boolean;
  readonly share: Share<Owner>;
  readonly apart: Apart<Owner>;
}

function searchPlaces<Owner>(places: readonly Place[], tools: Tools<Owner>): Searched<Owner> {
  const sightings: Sighting<Owner>[] = [];
  const gaps: Searched<Owner>['gaps'][number][] = [];
  const fields: Searched<Owner>['fields'][number][] = [];
  const { apart, purse } = tools;
  for (const place of places) {
    const { where, direction } = place;
    purse.salts.isOpen = direction === 'up';
    if (direction === 'up') purse.salts.earn(place.bytes.length);
    const searched = searchPlace(place, tools);
    const found =
      direction === 'up'
        ? best(searched.found, apart.requests(place, searched.plain, searched, purse))
        : searched.found;
    for (const one of found) {
      const { owner, form } = one.needle;
      // A name is searched with its dots and without them.
      const told = sightings.some(
        (known) => known.owner === owner && known.where === where && known.form === form.name,
      );
      if (told && LABELS.test(where)) continue;
      sightings.push(sightingOf(one, { where, direction }, tools.share));
    }
    for (const gap of searched.gaps) gaps.push({ ...gap, where, direction });
    if (!tools.fields) continue;
    if (where.startsWith('request.url.query')) {
      const leaf = { wrappings: [], value: place.bytes.toString('utf8', 0, 256) };
      fields.push({ where, direction, leaf });
    }
    for (const leaf of searched.leaves) fields.push({ where, direction, leaf });
  }
  purse.salts.isOpen = true;
  for (const { where, found } of apart.places(places, purse)) {
    const { owner } = found.needle;
    // What stands in one of them alone was told already.
    if (
      sightings.some(
        (one) => one.owner === owner && GROUP.exec(one.where)?.[0] === GROUP.exec(where)?.[0],
      )
    )
      continue;
    sightings.push(sightingOf(found, { where, direction: 'up' }, tools.share));
  }
  return { sightings, gaps, fields };
}

function sightingOf<Owner>(
  { needle, wrappings, layers }: Peeled<Owner>,
  place: Pick<Sighting<Owner>, 'where' | 'direction'>,
  shareOf: Share<Owner>,
): Sighting<Owner> {
  const { owner, form } = needle;
  const { name, entropy } = form;
  const share = shareOf(needle, layers.at(-1)?.excerpt ?? { before: '', after: '' });
  return { owner, ...place, wrappings, form: name, share, entropy, layers };
}

/** Looks at the pictures that the tree came across: what is written in them, and what they show. */
async function withPictures<Owner>(
  searched: Searched<Owner>,
  {
    look,
    peeler,
    purse,
    share,
  }: Pick<Tools<Owner>, 'peeler' | 'purse' | 'share'> & {
    readonly look: ReturnType<typeof makeLikeness<Owner>>;
  },
): Promise<Searched<Owner>> {
  const sightings = [...searched.sightings];
  const gaps: Searched<Owner>['gaps'][number][] = [];
  for (const { picture, ...gap } of searched.gaps) {
    if (picture === undefined) {
      gaps.push(gap);
      continue;
    }
    const { where, direction, wrappings, why } = gap;
    const seen = (owner: Owner): boolean =>
      sightings.some((one) => one.owner === owner && one.where === where);
    const around = covers(picture, wrappings);
    const { written, alike, failed } = await look(picture);
    gaps.push(failed === null || failed.limit ? gap : { ...gap, why: `${why}: ${failed.why}` });
    if (failed?.limit === true)
      gaps.push({ ...gap, kind: 'truncated', why: `${why}: ${failed.why}` });
    const { found } =
      written === null ? { found: [] } : peeler.peel(written, purse, wrappings.length + 1);
    for (const one of found) {
      if (seen(one.needle.owner)) continue;
      const [first, ...others] = one.layers;
      const layers = [
        ...covers(picture, [...wrappings, 'exif']),
        ...(first ? [{ ...first, wrapping: 'exif' }] : []),
        ...others,
      ];
      const told = { ...one, wrappings: [...wrappings, 'exif', ...one.wrappings], layers };
      sightings.push(sightingOf(told, { where, direction }, share));
    }
    for (const { owner, form, entropy, share: differing } of alike) {
      if (seen(owner)) continue;
      const found = `${why} that differs in ${Math.round(100 * differing)} of 100 signs`;
      const last = {
        wrapping: wrappings.at(-1) ?? null,
        excerpt: { before: '', found, after: '', at: 0 },
      };
      sightings.push({
        owner,
        where,
        direction,
        wrappings,
        form,
        share: `what it shows: ${100 - Math.round(100 * differing)} of 100 signs alike`,
        entropy,
        layers: [...around, last],
      });
    }
  }
  return { ...searched, sightings, gaps };
}

/** Undoes the declared codings first, the last one named first; the bytes as sent are searched as well. */
function searchPlace<Owner>(
  place: Place,
  { spot, peeler, purse }: Tools<Owner>,
): Reading<Owner> & { readonly plain: Buffer } {
  if (place.codings.length === 0 && place.missing === null)
    return { ...peeler.peel(place.bytes, purse), plain: place.bytes };
  const gaps: Gap[] = [];
  const opened: string[] = [];
  let bytes = place.bytes;
  const say = (kind: Gap['kind'], why: string): void => {
    gaps.push({ kind, why, wrappings: [...opened], bytes: place.bytes.length });
  };
  if (place.missing !== null) say('truncated', place.missing);
  for (const coding of bytes.length === 0 ? [] : place.codings.toReversed()) {
    if (opened.length === FULL_BUDGET.depth) {
      say('truncated', `more than ${FULL_BUDGET.depth} content codings`);
      break;
    }
    const room = purse.room(bytes.length);
    const what = declared(coding, bytes, room.all);
    const part = what?.parts[0];
    if (what?.truncated != null) say('truncated', what.truncated);
    if (what?.rest != null) say('truncated', `${coding} opens to more than ${room.all} bytes`);
    if (!part) {
      say('undecoded', what?.undecoded ?? `content-encoding ${coding} is not known`);
      break;
    }
    purse.opened(part.bytes.length);
    opened.push(part.name);
    bytes = part.bytes;
  }
  const inside = peeler.peel(bytes, purse, opened.length);
  const found = inside.found.map((one) => ({
    ...one,
    wrappings: [...opened, ...one.wrappings],
    layers: [...covers(place.bytes, opened), ...one.layers],
  }));
  const raw = opened.length === 0 ? [] : spot(place.bytes);
  const fresh = raw
    .filter(({ needle }) => !found.some((one) => one.needle.owner === needle.owner))
    .map(({ needle, at }) => {
      const excerpt = excerptOf(place.bytes, at, at + needle.form.bytes.length);
      return { needle, wrappings: [], layers: [{ wrapping: null, excerpt }] };
    });
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
    solid: inside.solid,
    plain: bytes,
  };
}
