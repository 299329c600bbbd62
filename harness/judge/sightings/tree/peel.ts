import type { Spotter } from '../spot.ts';
import type { Hit } from '../spot/needle.ts';
import type { KnownKey } from '../wrappings/keyed.ts';
import { WRAPPINGS } from '../wrappings.ts';
import type { Leaves, Opened, Part, Wrapping } from '../wrappings/wrapping.ts';
import { Value } from '../wrappings/value.ts';
import { FULL_BUDGET, Purse } from './budget.ts';
import { Gathered } from './gathered.ts';
import { NONE, RawHits } from './hits.ts';
import { insideLeaves } from './leaves.ts';
import { KnownValues } from './known.ts';
import type { Peeled, Reading } from './reading.ts';
import { NOTHING, best, likeliest, lost, together } from './reading.ts';
import { isNothing, placeIn, under } from './outward.ts';
import type { Region } from './rows.ts';
import { SHORTEST, SHORTEST_DRESSED, Seen, nextRow, regionsOf } from './rows.ts';
import { insideJoins } from './apart/joined.ts';
import type { Piece } from './apart/pieces.ts';
import { LONGEST_PIECE, keptOf, leafPieces, pieceOf, piecesOf } from './apart/pieces.ts';
import { acrossLeaves, acrossNeighbours, saltedAmong } from './apart/split.ts';
import { gapsOf, sealedGap, sealedKind, without } from './unexplained.ts';
import { Batch } from './short/batch.ts';
import type { Glancing } from './short/glance.ts';
import { Glance } from './short/glance.ts';
import type { Ways } from './ways.ts';
import { NO_WAYS, unmasked, withKeys } from './ways.ts';
import { insideRegions } from './wild.ts';

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
  #pieces: readonly Piece[] = [];
  /** Whether the innermost text is among them. */
  #hasText = false;
  #toldTooMany = false;

  /** Tried on what nothing else explains. */
  readonly #keys: readonly KnownKey[];
  readonly #ways: Ways<Owner>;
  readonly #batch: Batch<Owner>;
  readonly #glance: Glance<Owner>;

  constructor(
    spot: Spotter<Owner>,
    { fields = false, keys = [] }: Partial<{ fields: boolean; keys: readonly KnownKey[] }> = {},
    ways: Ways<Owner> = NO_WAYS,
  ) {
    this.#ways = ways;
    this.#spot = spot;
    this.#fields = fields;
    this.#keys = keys;
    this.#batch = new Batch(spot);
    this.#glance = new Glance(this.#batch, ways);
  }

  #around(): Glancing {
    return { purse: this.#purse, hasPieces: this.#pieces.length > 0, fields: this.#fields };
  }

  peel(bytes: Buffer, purse: Purse, depth = 0): Reading<Owner> {
    this.#purse = purse;
    this.#pieces = [];
    this.#hasText = false;
    this.#toldTooMany = false;
    return this.#visit(bytes, '', depth, null);
  }

  /** Looks into what was put together from pieces that were peeled already. */
  look(bytes: Buffer, purse: Purse): Reading<Owner> {
    const pieces = this.#pieces;
    const reading = this.peel(bytes, purse, 1);
    this.#pieces = pieces;
    return reading;
  }

  /** The values of the first structure in what was peeled last, else the text in it: each may be part of a canary. */
  get pieces(): readonly Piece[] {
    return this.#pieces;
  }

  /** `searched`: what is known of bytes that were searched with their surroundings already. */
  #visit(
    bytes: Buffer,
    from: string,
    depth: number,
    searched: { readonly kinds: number; readonly hits: readonly Hit<Owner>[] } | null,
  ): Reading<Owner> {
    if (bytes.length < SHORTEST) return NOTHING;
    if (!this.#purse.node()) return this.#tooMany();
    const value = new Value(bytes, from, searched?.kinds);
    const sealed = bytes.length < SHORTEST_DRESSED ? null : sealedKind(bytes);
    const first = sealed === null ? nextRow(0, value) : -1;
    const regions = sealed === null && first < 0 ? regionsOf(value) : NONE;
    if (first < 0 && regions.length === 0) {
      const hits = searched?.hits ?? this.#spot(bytes, value.kinds);
      return this.#plain(value, sealed, depth, hits);
    }
    // What opens to something is worth remembering; to look once more at what does not is quicker.
    const key = `${from} ${KnownValues.keyOf(bytes)}`;
    const before = this.#known.get(key);
    if (before !== undefined) {
      this.#purse.charge(before.nodes, before.bytes);
      if (this.#pieces.length === 0) this.#pieces = before.pieces;
      return before.reading;
    }
    const { nodesSpent, bytesSpent } = this.#purse;
    const had = this.#pieces.length > 0;
    const raw = new RawHits(bytes, searched?.hits ?? this.#spot(bytes, value.kinds));
    const inside = this.#unwrap(value, depth, raw, first, regions);
    const reading = raw.isEmpty ? inside : { ...inside, found: best(inside.found, raw.left()) };
    // Nor is a picture remembered: it would stay in memory.
    const cut = this.#toldTooMany || reading.gaps.some(({ kind }) => kind === 'truncated');
    if (!cut && !reading.gaps.some(({ picture }) => picture)) {
      this.#known.set(key, {
        reading,
        nodes: this.#purse.nodesSpent - nodesSpent,
        bytes: this.#purse.bytesSpent - bytesSpent,
        pieces: had ? NONE : keptOf(this.#pieces),
      });
    }
    return reading;
  }

  /** Told once a place: a list of a million values would be a million gaps. Nobody counts the bytes of the others. */
  #tooMany(): Reading<Owner> {
    if (this.#toldTooMany) return NOTHING;
    this.#toldTooMany = true;
    const why = this.#purse.tooMany;
    return { ...NOTHING, gaps: [{ kind: 'truncated', why, wrappings: [], bytes: null }] };
  }

  /** Bytes in which no row sees anything of its own. */
  #plain(
    value: Value,
    sealed: string | null,
    depth: number,
    hits: readonly Hit<Owner>[],
  ): Reading<Owner> {
    const { bytes } = value;
    const wanted = (): boolean => this.#ways.pictures && this.#purse.picture(bytes.length);
    const gaps = sealed === null ? gapsOf(value, false) : [sealedGap(sealed, bytes, wanted)];
    if (sealed === null) {
      const opened = this.#lastResort(value, depth, gaps.length > 0, hits.length === 0);
      if (opened !== null) return opened;
    }
    if (gaps.length + hits.length === 0) return NOTHING;
    return { ...NOTHING, gaps, found: best([], new RawHits(bytes, hits).left()) };
  }

  /** Every row in turn; the first that is certain ends the guessing. Then runs within the bytes. */
  #unwrap(
    value: Value,
    depth: number,
    raw: RawHits<Owner>,
    first: number,
    regions: readonly Region[],
  ): Reading<Owner> {
    const { bytes } = value;
    const tried: Reading<Owner>[] = [];
    const seen = new Seen(bytes);
    for (let at = first; at >= 0; at = nextRow(at + 1, value)) {
      const row = WRAPPINGS[at];
      const out = this.#purse.out(depth);
      if (out !== null) return together([...tried, lost(out, bytes.length)]);
      if (!row) break;
      const { reading, what } = this.#open(row, value, depth, raw);
      const gave = what.parts.length > 0 || what.leaves.length > 0;
      if (gave || what.undecoded !== null) tried.push(reading);
      if (gave) seen.note(row, what);
      if (what.whole || reading.solid || what.undecoded !== null) return together(tried);
    }
    const all = together(tried);
    return this.#wild(value, depth, all, first < 0 ? regions : regionsOf(value), seen);
  }

  /** Regions inside free bytes; what none of them explains may be opaque. */
  #wild(
    value: Value,
    depth: number,
    all: Reading<Owner>,
    regions: readonly Region[],
    seen: Seen,
  ): Reading<Owner> {
    const { bytes } = value;
    const {
      readings: wild,
      covered,
      cut,
    } = insideRegions(
      bytes,
      regions,
      seen,
      () => this.#purse.out(depth),
      (row, span) => this.#open(row, new Value(span), depth, null),
    );
    if (cut) return together([all, ...wild]);
    const free = value.isText && covered.length > 0 ? new Value(without(bytes, covered)) : value;
    const unexplained = gapsOf(free, all !== NOTHING);
    const silent = covered.length === 0 && all.found.length === 0 && !all.solid;
    const opened = this.#lastResort(value, depth, unexplained.length > 0, silent);
    if (opened !== null) return opened;
    if (wild.length + unexplained.length === 0) return all.solid ? { ...all, solid: false } : all;
    return {
      found: wild.reduce((found, one) => best(found, one.found), all.found),
      gaps: [...all.gaps, ...wild.flatMap(({ gaps }) => gaps), ...unexplained],
      leaves: [...all.leaves, ...wild.flatMap(({ leaves }) => leaves)],
      solid: false,
    };
  }

  /** Known keys on what is `unexplained`, then XOR with a key that only the canary tells where all is `silent`. */
  #lastResort(
    value: Value,
    depth: number,
    unexplained: boolean,
    silent: boolean,
  ): Reading<Owner> | null {
    if ((!unexplained && !silent) || this.#purse.out(depth) !== null) return null;
    const known = unexplained ? withKeys(this.#keys, value.bytes) : null;
    if (known !== null) return { ...this.#guess(known, value, depth), solid: true };
    const plain = silent ? unmasked(value, this.#ways) : null;
    const reading = plain === null ? NOTHING : this.#guess(plain, value, depth);
    return reading.found.length === 0 ? null : { ...reading, solid: true };
  }

  #guess(part: Part, { bytes }: Value, depth: number): Reading<Owner> {
    this.#purse.opened(part.bytes.length);
    return this.#into(part, bytes, part.name, depth + 1);
  }

  #open(
    row: Wrapping,
    value: Value,
    depth: number,
    raw: RawHits<Owner> | null,
  ): { reading: Reading<Owner>; what: Opened } {
    const room = this.#purse.room(value.bytes.length);
    const what = row.open(value, room.piece);
    if (what.parts.length + what.leaves.length === 0 && what.rest === null) {
      this.#purse.opened(0);
      if (what.truncated === null && what.undecoded === null) return { reading: NOTHING, what };
    }
    const inside = new Gathered<Owner>();
    let solid = what.whole && what.truncated === null;
    let truncated = what.truncated;
    let given = 0;
    for (let piece = what; ;) {
      let size = 0;
      for (const part of piece.parts) size += part.bytes.length;
      given += size;
      this.#purse.opened(size);
      for (const part of piece.parts) {
        inside.add(this.#into(part, value.bytes, row.name, depth + 1));
        const short = part.bytes.length <= LONGEST_PIECE && !this.#hasText;
        const isText =
          row.textProves && (part.bytes.length >= 16 || short) && new Value(part.bytes).isText;
        solid ||= isText && part.bytes.length >= 16;
        if (isText && short) {
          this.#hasText = true;
          this.#pieces = [pieceOf(part.bytes, () => part.name), ...this.#pieces];
        }
      }
      // Parts without a place are several readings of one value.
      if (piece.parts.length > 1 && piece.parts[0]?.name.includes(':') === true) {
        const pieces = piecesOf(piece.parts);
        const across = acrossNeighbours(pieces, this.#spot);
        inside.sighted(this.#across(pieces, across, inside.found, depth));
      }
      for (const leaves of piece.leaves) {
        this.#purse.charge(0, leaves.bytes?.length ?? 0);
        inside.add(this.#leaves(leaves, value.bytes, row.name, depth + 1, raw));
      }
      if (piece.rest === null) break;
      if (given >= room.all) {
        truncated = `${row.name} opens to more than ${given} bytes`;
        break;
      }
      piece = piece.rest(Math.min(room.piece, room.all - given));
      truncated ??= piece.truncated;
    }
    const wrappings = [row.name];
    const bytes = value.bytes.length;
    if (truncated !== null) inside.say({ kind: 'truncated', why: truncated, wrappings, bytes });
    if (what.undecoded !== null)
      inside.say({ kind: 'undecoded', why: what.undecoded, wrappings, bytes });
    // What is cut off may be cut off because this was the wrong reading.
    return { reading: inside.reading((solid || inside.solid) && truncated === null), what };
  }

  /** Canaries that lie across neighbours of a structure, beside those that were found in one of them. */
  #across(
    pieces: readonly Piece[],
    across: readonly Peeled<Owner>[],
    found: readonly Peeled<Owner>[],
    depth: number,
  ): readonly Peeled<Owner>[] {
    if (this.#pieces.length === 0) this.#pieces = pieces;
    const allowance = this.#purse.salts;
    const joined =
      this.#purse.out(depth) === null
        ? insideJoins(pieces, (bytes) => {
            this.#purse.opened(bytes.length);
            return this.#visit(bytes, 'split', depth + 1, null);
          })
        : NONE;
    const salted = saltedAmong(pieces, (values) => this.#ways.salted(values, allowance));
    if (across.length + joined.length + salted.length === 0) return NONE;
    return best(found, [...across, ...joined, ...salted]).slice(found.length);
  }

  #into(part: Part, outer: Buffer, row: string, depth: number): Reading<Owner> {
    const first = this.#visit(part.bytes, row, depth, null);
    const other = part.or && !first.solid ? this.#visit(part.or, row, depth, null) : null;
    const inner = other === null ? first : likeliest([first, other]);
    const field = this.#fields && part.label === undefined;
    if (isNothing(inner) && !field) return inner;
    const [start, end] = part.at ?? placeIn(outer, part.bytes);
    const names = part.also ? [part.name, ...part.also] : [part.name];
    return under(inner, names, field ? part.bytes : null, outer, start, end);
  }

  #leaves(
    leaves: Leaves,
    structure: Buffer,
    row: string,
    depth: number,
    around: RawHits<Owner> | null,
  ): Reading<Owner> {
    const bytes = leaves.bytes ?? structure;
    const hits = leaves.bytes === null ? around : new RawHits(bytes, this.#spot(bytes));
    const inside = insideLeaves(leaves, structure, hits, {
      fields: this.#fields,
      batch: this.#batch,
      glance: (leaf, kinds) => this.#glance.at(leaf, row, kinds, depth, this.#around()),
      look: (leaf, kinds, own) => this.#visit(leaf, row, depth, { kinds, hits: own }),
      isFirst: () => this.#pieces.length === 0,
    });
    const across = acrossLeaves(leaves, bytes, this.#spot);
    inside.sighted(this.#across(leafPieces(leaves, bytes), across, inside.found, depth));
    return inside.reading(inside.solid);
  }
}
