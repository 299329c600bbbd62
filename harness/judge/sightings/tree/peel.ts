import type { Spotter } from '../spot.ts';
import type { Hit } from '../spot/needle.ts';
import type { KnownKey } from '../wrappings/keyed.ts';
import { WRAPPINGS } from '../wrappings.ts';
import type { Part } from '../wrappings/wrapping.ts';
import { Value } from '../wrappings/value.ts';
import type { Piece } from './apart/pieces.ts';
import { keptOf } from './apart/pieces.ts';
import type { Purse } from './budget.ts';
import type { Searched } from './inside.ts';
import { Inside } from './inside.ts';
import { KnownValues } from './known.ts';
import { NONE, RawHits } from './outcome/hits.ts';
import type { Reading } from './outcome/reading.ts';
import { NOTHING, best, lost, together } from './outcome/reading.ts';
import { Progress } from './progress.ts';
import type { Region } from './rows.ts';
import { SHORTEST, SHORTEST_DRESSED, Seen, nextRow, regionsOf } from './rows.ts';
import { gapsOf, sealedGap, sealedKind, without } from './unexplained.ts';
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
  readonly #known = new KnownValues<Owner>();
  readonly #progress = new Progress();
  readonly #inside: Inside<Owner>;
  /** Tried on what nothing else explains. */
  readonly #keys: readonly KnownKey[];
  readonly #ways: Ways<Owner>;

  constructor(
    spot: Spotter<Owner>,
    { fields = false, keys = [] }: Partial<{ fields: boolean; keys: readonly KnownKey[] }> = {},
    ways: Ways<Owner> = NO_WAYS,
  ) {
    this.#ways = ways;
    this.#spot = spot;
    this.#keys = keys;
    this.#inside = new Inside(
      spot,
      ways,
      { fields, keyed: keys.length > 0 },
      this.#progress,
      (...what) => this.#visit(...what),
    );
  }

  peel(bytes: Buffer, purse: Purse, depth = 0): Reading<Owner> {
    this.#progress.begin(purse);
    const reading = this.#visit(bytes, '', depth, null);
    const { refused } = purse;
    if (refused === null || reading.gaps.some(({ kind }) => kind === 'truncated')) return reading;
    // It was said in a reading that another one beat: what nobody looked into is a gap all the same.
    const gap = { kind: 'truncated' as const, why: refused, wrappings: [], bytes: bytes.length };
    return { ...reading, gaps: [...reading.gaps, gap] };
  }

  /** Looks into what was put together from pieces that were peeled already: a glance first, since most are nothing. */
  look(bytes: Buffer, purse: Purse): Reading<Owner> {
    if (this.#inside.isNothing(bytes, '', purse, 1)) return NOTHING;
    const pieces = this.#progress.pieces;
    const reading = this.peel(bytes, purse, 1);
    this.#progress.pieces = pieces;
    return reading;
  }

  /** The values of the first structure in what was peeled last, else the text in it: each may be part of a canary. */
  get pieces(): readonly Piece[] {
    return this.#progress.pieces;
  }

  /** `searched`: what is known of bytes that were searched with their surroundings already. */
  #visit(
    bytes: Buffer,
    from: string,
    depth: number,
    searched: Searched<Owner> | null,
  ): Reading<Owner> {
    if (bytes.length < SHORTEST) return NOTHING;
    if (!this.#progress.purse.node()) return this.#progress.tooMany();
    const value = new Value(bytes, from, searched?.kinds);
    const sealed = bytes.length < SHORTEST_DRESSED ? null : sealedKind(bytes);
    const first = sealed === null ? nextRow(0, value) : -1;
    const regions = sealed === null && first < 0 ? regionsOf(value) : NONE;
    if (first < 0 && regions.length === 0) {
      const hits = searched?.hits ?? this.#spot(bytes, value.kinds);
      return this.#plain(value, sealed, depth, hits);
    }
    // What opens to something is worth remembering; to look once more at what does not is quicker.
    // In what a server answers, salts are not tried: the same bytes from a phone are another matter.
    const way = this.#progress.purse.salts.isOpen ? '' : '<';
    const key = `${way}${from} ${KnownValues.keyOf(bytes)}`;
    const before = this.#known.get(key);
    if (before !== undefined) {
      this.#progress.purse.charge(before.nodes, before.bytes);
      if (this.#progress.pieces.length === 0) this.#progress.pieces = before.pieces;
      return before.reading;
    }
    const { nodesSpent, bytesSpent } = this.#progress.purse;
    const had = this.#progress.pieces.length > 0;
    const raw = new RawHits(bytes, searched?.hits ?? this.#spot(bytes, value.kinds));
    const inside = this.#unwrap(value, depth, raw, first, regions);
    const reading = raw.isEmpty ? inside : { ...inside, found: best(inside.found, raw.left()) };
    // Nor is a picture remembered: it would stay in memory.
    const cut =
      this.#progress.purse.refused !== null ||
      reading.gaps.some(({ kind }) => kind === 'truncated');
    if (!cut && !reading.gaps.some(({ picture }) => picture)) {
      this.#known.set(key, {
        reading,
        nodes: this.#progress.purse.nodesSpent - nodesSpent,
        bytes: this.#progress.purse.bytesSpent - bytesSpent,
        pieces: had ? NONE : keptOf(this.#progress.pieces),
      });
    }
    return reading;
  }

  /** Bytes in which no row sees anything of its own. */
  #plain(
    value: Value,
    sealed: string | null,
    depth: number,
    hits: readonly Hit<Owner>[],
  ): Reading<Owner> {
    const { bytes } = value;
    const wanted = (): boolean | null =>
      this.#ways.pictures ? this.#progress.purse.picture(bytes.length) : null;
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
      const out = this.#progress.purse.out(depth);
      if (out !== null) return together([...tried, lost(out, bytes.length)]);
      if (!row) break;
      const { reading, what } = this.#inside.open(row, value, depth, raw);
      const gave = what.parts.length > 0 || what.leaves.length > 0;
      if (gave || what.undecoded !== null) tried.push(reading);
      if (gave) seen.note(row, what);
      if (what.whole || reading.solid || what.undecoded !== null) return together(tried);
    }
    const all = together(tried);
    return this.#wild(value, depth, all, first < 0 ? regions : regionsOf(value), seen, raw.isEmpty);
  }

  /** Regions inside free bytes; what none of them explains may be opaque. `unseen`: nothing stands there in plain. */
  #wild(
    value: Value,
    depth: number,
    all: Reading<Owner>,
    regions: readonly Region[],
    seen: Seen,
    unseen: boolean,
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
      () => this.#progress.purse.out(depth),
      (row, span) => this.#inside.open(row, new Value(span), depth, null),
    );
    if (cut) return together([all, ...wild]);
    const free = value.isText && covered.length > 0 ? new Value(without(bytes, covered)) : value;
    const unexplained = gapsOf(free, all !== NOTHING);
    const silent = unseen && covered.length === 0 && all.found.length === 0 && !all.solid;
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
    if ((!unexplained && !silent) || this.#progress.purse.out(depth) !== null) return null;
    const known = unexplained ? withKeys(this.#keys, value.bytes) : null;
    if (known !== null) return { ...this.#guess(known, value, depth), solid: true };
    const plain = silent ? unmasked(value, this.#ways) : null;
    const reading = plain === null ? NOTHING : this.#guess(plain, value, depth);
    return reading.found.length === 0 ? null : { ...reading, solid: true };
  }

  #guess(part: Part, { bytes }: Value, depth: number): Reading<Owner> {
    this.#progress.purse.opened(part.bytes.length);
    return this.#inside.into(part, bytes, part.name, depth + 1);
  }
}
