import type { Spotter } from '../spot.ts';
import type { Hit } from '../spot/needle.ts';
import type { Leaves, Opened, Part, Wrapping } from '../wrappings/wrapping.ts';
import { Value, kindsOf } from '../wrappings/value.ts';
import { insideJoins } from './apart/joined.ts';
import type { Piece } from './apart/pieces.ts';
import { LONGEST_PIECE, leafPieces, pieceOf, piecesOf } from './apart/pieces.ts';
import { acrossLeaves, acrossNeighbours, saltedAmong } from './apart/split.ts';
import { Gathered } from './outcome/gathered.ts';
import { NONE, RawHits } from './outcome/hits.ts';
import { isNothing, placeIn, under } from './outcome/outward.ts';
import type { Peeled, Reading } from './outcome/reading.ts';
import { NOTHING, best, likeliest } from './outcome/reading.ts';
import type { Purse } from './budget.ts';
import { IN_PLACE } from './budget.ts';
import type { Progress } from './progress.ts';
import { Batch } from './short/batch.ts';
import { Glance, UNSURE } from './short/glance.ts';
import { insideLeaves } from './short/leaves.ts';
import { SeenShort } from './short/seen-short.ts';
import type { Ways } from './ways.ts';

/** What is known of bytes that were searched with their surroundings already. */
export interface Searched<Owner> {
  readonly kinds: number;
  readonly hits: readonly Hit<Owner>[];
}

/** Looks into bytes that came out of a row. */
export type Visit<Owner> = (
  bytes: Buffer,
  from: string,
  depth: number,
  searched: Searched<Owner> | null,
) => Reading<Owner>;

/** Opens a value under one row, and looks into all that comes out: parts, leaves, and what lies across them. */
export class Inside<Owner> {
  readonly #spot: Spotter<Owner>;
  readonly #fields: boolean;
  readonly #keyed: boolean;
  readonly #ways: Ways<Owner>;
  readonly #progress: Progress;
  readonly #visit: Visit<Owner>;
  readonly #batch: Batch<Owner>;
  readonly #glance: Glance<Owner>;
  readonly #seen = new SeenShort();

  /** `fields`: whether the fields of forms and JSON are wanted, too. `keyed`: whether keys are tried on what is unexplained. */
  constructor(
    spot: Spotter<Owner>,
    ways: Ways<Owner>,
    { fields, keyed }: { readonly fields: boolean; readonly keyed: boolean },
    progress: Progress,
    visit: Visit<Owner>,
  ) {
    this.#spot = spot;
    this.#ways = ways;
    this.#fields = fields;
    this.#keyed = keyed;
    this.#progress = progress;
    this.#visit = visit;
    this.#batch = new Batch(spot);
    this.#glance = new Glance(this.#batch, ways);
  }

  /** Whether a glance is enough to say that no canary is in what was put together from pieces. */
  isNothing(bytes: Buffer, from: string, purse: Purse, depth: number): boolean {
    if (bytes.length > LONGEST_PIECE || this.#fields) return false;
    const kinds = kindsOf(bytes, 0, bytes.length);
    const around = { purse, hasPieces: true, fields: this.#fields, gaps: this.#keyed };
    this.#batch.add(bytes, kinds);
    const sure = this.#glance.at(bytes, from, kinds, depth, around);
    return this.#batch.searched()?.length === 0 && sure !== UNSURE;
  }

  /** What a row gives for a value, and what was in it. `raw`: hits in the value that its leaves take theirs from. */
  open(
    row: Wrapping,
    value: Value,
    depth: number,
    raw: RawHits<Owner> | null,
  ): { reading: Reading<Owner>; what: Opened } {
    const room = this.#progress.purse.room(value.bytes.length);
    const what = row.open(value, room.piece);
    if (what.parts.length + what.leaves.length === 0 && what.rest === null) {
      this.#progress.purse.opened(0);
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
      this.#progress.purse.opened(size);
      for (const part of piece.parts) {
        inside.add(this.into(part, value.bytes, row.name, depth + 1));
        const short = part.bytes.length <= LONGEST_PIECE && !this.#progress.hasText;
        const isText =
          row.textProves && (part.bytes.length >= 16 || short) && new Value(part.bytes).isText;
        solid ||= isText && part.bytes.length >= 16;
        if (isText && short) {
          this.#progress.hasText = true;
          this.#progress.pieces = [pieceOf(part.bytes, () => part.name), ...this.#progress.pieces];
        }
      }
      // Parts without a place are several readings of one value.
      if (piece.parts.length > 1 && piece.parts[0]?.name.includes(':') === true) {
        const pieces = piecesOf(piece.parts);
        const across = acrossNeighbours(pieces, this.#spot);
        this.#across(pieces, across, inside, depth, [row.name], value.bytes.length);
      }
      for (const leaves of piece.leaves) {
        this.#progress.purse.charge(0, leaves.bytes?.length ?? 0);
        const below = depth + (leaves.bytes === null ? IN_PLACE : 1);
        inside.add(this.#leaves(leaves, value.bytes, row.name, below, raw));
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

  /** Adds canaries that lie across neighbours of a structure, beside those that were found in one of them. */
  #across(
    pieces: readonly Piece[],
    across: readonly Peeled<Owner>[],
    inside: Gathered<Owner>,
    depth: number,
    wrappings: readonly string[],
    size: number,
  ): void {
    if (this.#progress.pieces.length === 0) this.#progress.pieces = pieces;
    const allowance = this.#progress.purse.salts;
    const joined =
      this.#progress.purse.out(depth) === null
        ? insideJoins(pieces, (bytes) => {
            const { purse } = this.#progress;
            purse.opened(bytes.length);
            if (this.isNothing(bytes, 'split', purse, depth + 1)) return NOTHING;
            return this.#visit(bytes, 'split', depth + 1, null);
          })
        : NONE;
    const salted = saltedAmong(pieces, (values) => this.#ways.salted(values, allowance));
    const why = allowance.refusal();
    if (why !== null) inside.say({ kind: 'truncated', why, wrappings, bytes: size });
    if (across.length + joined.length + salted.length === 0) return;
    const { found } = inside;
    inside.sighted(best(found, [...across, ...joined, ...salted]).slice(found.length));
  }

  into(part: Part, outer: Buffer, row: string, depth: number): Reading<Owner> {
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
      glance: (leaf, kinds) => {
        const { purse, pieces } = this.#progress;
        const hasPieces = pieces.length > 0;
        const around = { purse, hasPieces, fields: this.#fields, gaps: true };
        return this.#glance.at(leaf, row, kinds, depth, around);
      },
      look: (leaf, kinds, own) => this.#visit(leaf, row, depth, { kinds, hits: own }),
      isFirst: () => this.#progress.pieces.length === 0,
      row,
      seen: this.#seen,
      node: () => this.#progress.purse.node(),
    });
    if (leaves.around !== undefined && hits !== null) {
      // What stands there all the same before anything is taken off was never under it.
      const found = hits.left().filter(({ needle }) => around?.has(needle) !== true);
      const plain = { ...NOTHING, found: best(NONE, found) };
      inside.add(under(plain, [leaves.around], null, structure, 0, structure.length));
      return inside.reading(inside.solid);
    }
    const across = acrossLeaves(leaves, bytes, this.#spot);
    this.#across(leafPieces(leaves, bytes), across, inside, depth, [row], structure.length);
    return inside.reading(inside.solid);
  }
}
