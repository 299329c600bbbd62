import type { Hit, Spotter } from '../spot.ts';
import { WRAPPINGS } from '../wrappings.ts';
import type { KnownKey } from '../wrappings/keyed.ts';
import { openedWith } from '../wrappings/keyed.ts';
import type { Leaves, Opened, Part, Wrapping } from '../wrappings/wrapping.ts';
import { HAS, Value, kindsOf } from '../wrappings/value.ts';
import { FULL_BUDGET, Purse } from './budget.ts';
import { excerptOf } from './excerpt.ts';
import { KnownValues } from './known.ts';
import type { Gap, Leaf, Peeled, Peeling, Reading } from './reading.ts';
import { NOTHING, best, likeliest, lost, together } from './reading.ts';
import { isOpaque, sealedKind } from './unexplained.ts';

/** Values shorter than that hold no form of any canary, dressed or not. */
const SHORTEST = 6;

/**
 * Searches bytes raw and under every wrapping of the table, as deep as the budget goes. Of one canary in one
 * branch only the innermost sighting is given, because it explains the outer ones. Never throws on any bytes. What
 * it has looked into it remembers, so one peeler serves a whole capture.
 */
export class Peeler<Owner> {
  readonly #spot: Spotter<Owner>;
  /** Whether the fields of forms and JSON are wanted, too: it takes time. */
  readonly #fields: boolean;
  readonly #known = new KnownValues<Owner>();
  #purse = new Purse(FULL_BUDGET);

  /** Tried on what nothing else explains. */
  readonly #keys: readonly KnownKey[];

  constructor(
    spot: Spotter<Owner>,
    { fields = false, keys = [] }: Partial<{ fields: boolean; keys: readonly KnownKey[] }> = {},
  ) {
    this.#spot = spot;
    this.#fields = fields;
    this.#keys = keys;
  }

  peel(bytes: Buffer, purse: Purse, depth = 0): Peeling<Owner> {
    this.#purse = purse;
    return this.#visit(bytes, '', depth, null);
  }

  /** `kinds` is given for what was searched with its surroundings already: then only what is inside is new. */
  #visit(bytes: Buffer, from: string, depth: number, kinds: number | null): Reading<Owner> {
    if (bytes.length < SHORTEST) return NOTHING;
    const key = `${from}${kinds === null ? ' ' : '|'}${KnownValues.keyOf(bytes)}`;
    const before = this.#known.get(key);
    if (before !== undefined) {
      this.#purse.charge(before.nodes, before.bytes);
      return before.reading;
    }
    const [nodes, opened] = this.#purse.spent;
    if (!this.#purse.node()) return lost(this.#purse.tooMany, bytes.length);
    const hits = kinds === null ? this.#spot(bytes) : [];
    const value = new Value(bytes, from, kinds ?? undefined);
    const reading = this.#unwrap(value, depth, hits);
    if (!reading.gaps.some(({ kind }) => kind === 'truncated')) {
      const [nodesNow, openedNow] = this.#purse.spent;
      this.#known.set(key, { reading, nodes: nodesNow - nodes, bytes: openedNow - opened });
    }
    return reading;
  }

  /** Every row in turn; the first that is certain ends the guessing. Then runs within the bytes. */
  #unwrap(value: Value, depth: number, hits: readonly Hit<Owner>[]): Reading<Owner> {
    const { bytes } = value;
    const tried: Reading<Owner>[] = [];
    const raw = new RawHits(bytes, hits);
    const finish = (reading: Reading<Owner>): Reading<Owner> =>
      hits.length === 0 ? reading : { ...reading, found: best(reading.found, raw.left()) };
    const rows = rowsFor(value.kinds);
    for (const row of rows.whole) {
      if (row.first !== null && !row.first.includes(bytes[0] ?? 0)) continue;
      if (!row.recognise(value)) continue;
      const out = this.#purse.out(depth);
      if (out !== null) return finish(together([...tried, lost(out, bytes.length)]));
      const { reading, what } = this.#open(row, value, depth, raw);
      const gave = what.parts.length > 0 || what.leaves !== null;
      if (gave || what.undecoded !== null) tried.push(reading);
      if (what.whole || what.undecoded !== null) return finish(together(tried));
    }
    const all = together(tried);
    return finish(all.solid ? all : this.#wild(value, depth, all, rows.wild));
  }

  /** Regions inside free bytes; what none of them explains may be opaque. */
  #wild(
    value: Value,
    depth: number,
    all: Reading<Owner>,
    rows: readonly Wrapping[],
  ): Reading<Owner> {
    const { bytes } = value;
    const wild: Reading<Owner>[] = [];
    const covered: Buffer[] = [];
    for (const row of rows) {
      for (const region of row.wild?.(value) ?? []) {
        const readings: Reading<Owner>[] = [];
        for (const span of region) {
          if (span.length === bytes.length) continue;
          const out = this.#purse.out(depth);
          if (out !== null) return together([all, ...wild, lost(out, bytes.length)]);
          const { reading, what } = this.#open(row, new Value(span), depth, null);
          // A run that only looked like a stream stays part of its surroundings.
          if (what.parts.length === 0 && what.leaves === null) continue;
          readings.push({ ...reading, found: seenFrom(bytes, span, reading.found) });
          covered.push(span);
          if (reading.solid) break;
        }
        wild.push(likeliest(readings));
      }
    }
    const free = value.isText ? new Value(without(bytes, covered)) : value;
    const unexplained = gapsOf(free, all !== NOTHING);
    if (this.#keys.length > 0 && unexplained.length > 0) {
      const opened = this.#withKeys(bytes, depth);
      if (opened !== null) return opened;
    }
    return {
      found: wild.reduce((found, one) => best(found, one.found), all.found),
      gaps: [...all.gaps, ...wild.flatMap(({ gaps }) => gaps), ...unexplained],
      leaves: [...all.leaves, ...wild.flatMap(({ leaves }) => leaves)],
      solid: false,
    };
  }

  #withKeys(bytes: Buffer, depth: number): Reading<Owner> | null {
    if (this.#purse.out(depth) !== null) return null;
    for (const known of this.#keys) {
      for (const part of openedWith(known, bytes).parts) {
        this.#purse.opened(part.bytes.length);
        return { ...this.#into(part, bytes, part.name, depth + 1), solid: true };
      }
    }
    return null;
  }

  #open(
    row: Wrapping,
    value: Value,
    depth: number,
    raw: RawHits<Owner> | null,
  ): { reading: Reading<Owner>; what: Opened } {
    const room = this.#purse.room(value.bytes.length);
    const what = row.open(value, room.piece);
    const found: Peeled<Owner>[] = [];
    const gaps: Gap[] = [];
    const leaves: Leaf[] = [];
    let solid = what.whole && what.truncated === null;
    let truncated = what.truncated;
    let given = 0;
    const say = (kind: Gap['kind'], why: string): void => {
      gaps.push({ kind, why, wrappings: [row.name], bytes: value.bytes.length });
    };
    const add = (inner: Reading<Owner>): void => {
      if (inner.found.length > 0) found.push(...inner.found);
      if (inner.gaps.length > 0) gaps.push(...inner.gaps);
      if (inner.leaves.length > 0) leaves.push(...inner.leaves);
      solid ||= inner.solid;
    };
    for (let piece = what; ;) {
      const size = piece.parts.reduce((sum, part) => sum + part.bytes.length, 0);
      given += size;
      this.#purse.opened(size);
      for (const part of piece.parts) {
        add(this.#into(part, value.bytes, row.name, depth + 1));
        solid ||= row.textProves && part.bytes.length >= 16 && new Value(part.bytes).isText;
      }
      if (piece.leaves !== null)
        add(this.#leaves(piece.leaves, value.bytes, row.name, depth + 1, raw));
      if (piece.rest === null) break;
      if (given >= room.all) {
        truncated = `${row.name} opens to more than ${given} bytes`;
        break;
      }
      piece = piece.rest(Math.min(room.piece, room.all - given));
      truncated ??= piece.truncated;
    }
    if (truncated !== null) say('truncated', truncated);
    if (what.undecoded !== null) say('undecoded', what.undecoded);
    // What is cut off may be cut off because this was the wrong reading.
    return { reading: { found, gaps, leaves, solid: solid && truncated === null }, what };
  }

  #into(part: Part, outer: Buffer, row: string, depth: number): Reading<Owner> {
    const first = this.#visit(part.bytes, row, depth, null);
    const inner = part.or ? likeliest([first, this.#visit(part.or, row, depth, null)]) : first;
    const [start, end] = part.at ?? placeIn(outer, part.bytes);
    return this.#under(inner, part, part.bytes, outer, start, end);
  }

  /** What stands unchanged in a structure was searched with it; here the hits get their names. */
  #leaves(
    leaves: Leaves,
    bytes: Buffer,
    row: string,
    depth: number,
    raw: RawHits<Owner> | null,
  ): Reading<Owner> {
    const { spans } = leaves;
    const found: Peeled<Owner>[] = [];
    const gaps: Gap[] = [];
    const told: Leaf[] = [];
    let solid = false;
    for (let leaf = 0; 2 * leaf < spans.length; leaf++) {
      const start = spans[2 * leaf] ?? 0;
      const end = spans[2 * leaf + 1] ?? 0;
      const here = raw === null ? [] : raw.take(start, end);
      if (here.length === 0 && !this.#fields && end - start < SHORTEST) continue;
      const kinds = kindsOf(bytes, start, end);
      const worth = end - start >= SHORTEST && mayHold(kinds);
      if (!worth && here.length === 0 && !this.#fields) continue;
      const value = bytes.subarray(start, end);
      const inside = worth ? this.#visit(value, row, depth, kinds) : NOTHING;
      const inner = here.length === 0 ? inside : { ...inside, found: best(inside.found, here) };
      if (inner === NOTHING && !this.#fields) continue;
      const name = (): string => leaves.names()[leaf] ?? row;
      const part = {
        bytes: value,
        get name() {
          return name();
        },
      };
      const label = leaves.isLabel(leaf) ? { ...part, label: true as const } : part;
      const reading = this.#under(inner, label, value, bytes, start, end);
      found.push(...reading.found);
      gaps.push(...reading.gaps);
      told.push(...reading.leaves);
      solid ||= reading.solid;
    }
    return { found, gaps, leaves: told, solid };
  }

  /** A reading of what was inside, as seen from around it. */
  #under(
    inner: Reading<Owner>,
    part: Part,
    value: Buffer,
    outer: Buffer,
    start: number,
    end: number,
  ): Reading<Owner> {
    const field = this.#fields && !part.label;
    if (inner.found.length + inner.gaps.length + inner.leaves.length === 0 && !field) return inner;
    const { name } = part;
    const names = part.also ? [name, ...part.also] : [name];
    const own =
      field && name.includes(':')
        ? [{ wrappings: [name], value: value.toString('utf8', 0, 256) }]
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
            i === 0 ? { ...layer, wrapping: names.at(-1) ?? name } : layer,
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
}

/** Hits in some bytes, from which leaves take theirs. */
class RawHits<Owner> {
  readonly #bytes: Buffer;
  #hits: readonly Hit<Owner>[];

  constructor(bytes: Buffer, hits: readonly Hit<Owner>[]) {
    this.#bytes = bytes;
    this.#hits = hits;
  }

  take(start: number, end: number): Peeled<Owner>[] {
    if (this.#hits.length === 0) return [];
    const isInside = ({ at, needle }: Hit<Owner>): boolean =>
      at >= start && at + needle.form.bytes.length <= end;
    const inside = this.#hits.filter(isInside);
    if (inside.length === 0) return [];
    this.#hits = this.#hits.filter((hit) => !isInside(hit));
    const leaf = this.#bytes.subarray(start, end);
    return firstOfEach(inside).map(({ needle, at }) => peeledAt(leaf, needle, at - start));
  }

  left(): Peeled<Owner>[] {
    return firstOfEach(this.#hits).map(({ needle, at }) => peeledAt(this.#bytes, needle, at));
  }
}

function firstOfEach<Owner>(hits: readonly Hit<Owner>[]): readonly Hit<Owner>[] {
  const seen = new Set<unknown>();
  return hits.filter(({ needle }) => !seen.has(needle) && seen.add(needle));
}

function peeledAt<Owner>(bytes: Buffer, needle: Hit<Owner>['needle'], at: number): Peeled<Owner> {
  const excerpt = excerptOf(bytes, at, at + needle.form.bytes.length);
  const { worn } = needle.form;
  const outer = { wrapping: null, excerpt };
  if (worn === undefined) return { needle, wrappings: [], layers: [outer] };
  const inner = { wrapping: worn.wrapping, excerpt: excerptOf(worn.plain, 0, worn.plain.length) };
  return { needle, wrappings: [worn.wrapping], layers: [outer, inner] };
}

/** Sightings under a region of some bytes, the outermost excerpt taken from around the region. */
function seenFrom<Owner>(
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
function placeIn(outer: Buffer, part: Buffer): readonly [number, number] {
  const start = part.byteOffset - outer.byteOffset;
  const within = part.buffer === outer.buffer && start >= 0 && start + part.length <= outer.length;
  return within ? [start, start + part.length] : [0, outer.length];
}

function gapsOf(value: Value, opened: boolean): Gap[] {
  const { bytes } = value;
  const sealed = sealedKind(bytes);
  if (sealed !== null)
    return [{ kind: 'undecoded', why: sealed, wrappings: [], bytes: bytes.length }];
  // What one row took for its own is judged by what came out.
  if (opened || !isOpaque(value)) return [];
  const why = `${bytes.length} bytes without structure`;
  return [{ kind: 'opaque', why, wrappings: [], bytes: bytes.length }];
}

/** What is left of a text when the spans within it are taken out. */
function without(bytes: Buffer, spans: readonly Buffer[]): Buffer {
  if (spans.length === 0) return bytes;
  const rest: Buffer[] = [];
  let at = 0;
  const placed = spans.map((span) => ({ start: span.byteOffset - bytes.byteOffset, span }));
  for (const { start, span } of placed.sort((a, b) => a.start - b.start)) {
    if (start > at) rest.push(bytes.subarray(at, start));
    at = Math.max(at, start + span.length);
  }
  return Buffer.concat([...rest, bytes.subarray(at)]);
}

interface Rows {
  readonly whole: readonly Wrapping[];
  readonly wild: readonly Wrapping[];
}

/** The rows that may apply to bytes in which these kinds occur. Few mixtures of kinds ever occur. */
function rowsFor(kinds: number): Rows {
  let rows = ROWS.get(kinds);
  if (rows === undefined) {
    const needed = WRAPPINGS.filter(({ needs }) => (kinds & needs) === needs);
    rows = {
      whole: needed.filter(({ lacks }) => (kinds & lacks) === 0),
      wild: needed.filter(({ wild }) => wild !== null),
    };
    ROWS.set(kinds, rows);
  }
  return rows;
}

const ROWS = new Map<number, Rows>();

/** Whether a leaf of these kinds may hold more than meets the eye: plain words and sentences do not. */
function mayHold(kinds: number): boolean {
  return (kinds & ~PLAIN) !== 0 || (kinds & HAS.BLANK) === 0 || (kinds & LETTERS) === 0;
}

const LETTERS = HAS.LOWER_HEX | HAS.LOWER | HAS.UPPER_HEX | HAS.UPPER;
const PLAIN =
  HAS.BLANK |
  HAS.DIGIT |
  HAS.LOWER_HEX |
  HAS.LOWER |
  HAS.UPPER_HEX |
  HAS.UPPER |
  HAS.DOT |
  HAS.COMMA;
