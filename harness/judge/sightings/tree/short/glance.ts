import { Value, kindsOf } from '../../wrappings/value.ts';
import { WRAPPINGS } from '../../wrappings.ts';
import type { Leaves, Part, Wrapping } from '../../wrappings/wrapping.ts';
import { NOT_THIS } from '../../wrappings/wrapping.ts';
import { mayJoin } from '../apart/joined.ts';
import { leafPieces } from '../apart/pieces.ts';
import { rowOf, withDigest } from '../apart/split.ts';
import { FULL_BUDGET, IN_PLACE, Purse } from '../budget.ts';
import type { Region } from '../rows.ts';
import { SHORTEST, SHORTEST_DRESSED, Seen, mayHold, nextRow, regionsOf } from '../rows.ts';
import { gapsOf, sealedKind, without } from '../unexplained.ts';
import type { Ways } from '../ways.ts';
import { unmasked } from '../ways.ts';
import type { Batch } from './batch.ts';
import { isChance } from './chance.ts';

/** What a glance says of a value: that it must be looked into, that nothing is in it, or that and what it was. */
export type Sure = typeof UNSURE | typeof NOTHING | typeof UNDERSTOOD;
export const UNSURE = 0;
export const NOTHING = 1;
/** Nothing is in it, and there is no doubt what it was: other readings of it are not asked for. */
export const UNDERSTOOD = 2;
/** The row opened it to nothing at all. */
const NOT_OPENED = 3;

/** What a glance needs to know of its surroundings. */
export interface Glancing {
  readonly purse: Purse;
  /** Whether a structure was met before: the first one's values are remembered. */
  readonly hasPieces: boolean;
  readonly fields: boolean;
  /** Whether it is to be told of what nothing explains. */
  readonly gaps: boolean;
}

/**
 * Walks the same rows as a look into a value, and keeps nothing: no names, no places, no readings. Nine in ten short
 * values are identifiers and digests that open to chance under every row, and of these nothing else need be known. All
 * bytes met on the way go into the batch; the word counts only when the sieve finds none in it.
 */
export class Glance<Owner> {
  readonly #batch: Batch<Owner>;
  readonly #ways: Ways<Owner>;
  #with: Glancing = {
    purse: new Purse(FULL_BUDGET),
    hasPieces: false,
    fields: false,
    gaps: true,
  };

  constructor(batch: Batch<Owner>, ways: Ways<Owner>) {
    this.#batch = batch;
    this.#ways = ways;
  }

  /** `bytes` themselves were searched with their surroundings already. */
  at(bytes: Buffer, from: string, kinds: number, depth: number, around: Glancing): Sure {
    this.#with = around;
    const { purse } = around;
    const { nodesSpent, bytesSpent } = purse;
    const sure = this.#value(bytes, from, kinds, depth);
    // Whoever looks once more pays for it.
    if (sure === UNSURE) purse.charge(nodesSpent - purse.nodesSpent, bytesSpent - purse.bytesSpent);
    return sure;
  }

  #value(bytes: Buffer, from: string, kinds: number, depth: number): Sure {
    const { purse } = this.#with;
    if (bytes.length < SHORTEST) return NOTHING;
    if (!purse.node()) return UNSURE;
    const value = new Value(bytes, from, kinds);
    if (bytes.length < SHORTEST_DRESSED) return this.#left(value, 0, true);
    if (!value.isText && isChance(value))
      return unmasked(value, this.#ways) === null ? NOTHING : UNSURE;
    if (sealedKind(bytes) !== null) return UNSURE;
    let seen: Seen | null = null;
    let tried = 0;
    for (let at = nextRow(0, value); at >= 0; at = nextRow(at + 1, value)) {
      const row = WRAPPINGS[at];
      if (row === undefined || purse.out(depth) !== null) return UNSURE;
      const what = row.open(value, purse.room(bytes.length).piece);
      if (what === NOT_THIS) {
        purse.opened(0);
        continue;
      }
      const sure = this.#opened(row, value, what, depth);
      if (sure === UNSURE || sure === UNDERSTOOD) return sure;
      if (sure === NOT_OPENED) continue;
      tried++;
      (seen ??= new Seen(bytes)).note(row, what);
    }
    const regions = regionsOf(value);
    if (regions.length === 0) return this.#left(value, tried, true);
    return this.#regions(value, regions, seen ?? new Seen(bytes), tried, depth);
  }

  #regions(
    value: Value,
    regions: readonly Region[],
    seen: Seen,
    tried: number,
    depth: number,
  ): Sure {
    const { purse } = this.#with;
    const covered: Buffer[] = [];
    for (const { row, spans } of regions) {
      for (const span of spans) {
        if (seen.has(row, span)) continue;
        if (purse.out(depth) !== null) return UNSURE;
        const inner = new Value(span);
        const what = row.open(inner, purse.room(span.length).piece);
        const sure = this.#opened(row, inner, what, depth);
        if (sure === UNSURE) return UNSURE;
        if (sure === NOT_OPENED) continue;
        covered.push(span);
        if (sure === UNDERSTOOD) break;
      }
    }
    const free =
      value.isText && covered.length > 0 ? new Value(without(value.bytes, covered)) : value;
    return this.#left(free, tried, covered.length === 0, value);
  }

  /** What no row explains: it may be a gap, or stand under a key that only a canary tells. */
  #left(free: Value, tried: number, silent: boolean, value = free): Sure {
    if (this.#with.gaps && gapsOf(free, tried > 1).length > 0) return UNSURE;
    return silent && unmasked(value, this.#ways) !== null ? UNSURE : NOTHING;
  }

  #opened(
    row: Wrapping,
    { bytes }: Value,
    what: ReturnType<Wrapping['open']>,
    depth: number,
  ): Sure | typeof NOT_OPENED {
    const { parts, leaves, whole, truncated, undecoded, rest } = what;
    const { purse } = this.#with;
    if (truncated !== null || undecoded !== null || rest !== null) return UNSURE;
    if (parts.length + leaves.length === 0) {
      purse.opened(0);
      return NOT_OPENED;
    }
    let solid = whole;
    let size = 0;
    for (const part of parts) {
      size += part.bytes.length;
      const sure = this.#part(part, parts.length, row, depth);
      if (sure === UNSURE) return UNSURE;
      if (sure === UNDERSTOOD) solid = true;
    }
    purse.opened(size);
    for (const one of leaves) {
      const sure = this.#leaves(one, bytes, row, depth + IN_PLACE);
      if (sure === UNSURE) return UNSURE;
      if (sure === UNDERSTOOD) solid = true;
    }
    return solid ? UNDERSTOOD : NOTHING;
  }

  #part(part: Part, count: number, row: Wrapping, depth: number): Sure {
    // A field among others: they may belong together.
    if (part.name.includes(':') && (count > 1 || this.#with.fields)) return UNSURE;
    const { bytes } = part;
    const kinds = kindsOf(bytes, 0, bytes.length);
    if (row.textProves && new Value(bytes, '', kinds).isText) return UNSURE;
    this.#batch.add(bytes, kinds);
    const first = this.#value(bytes, row.name, kinds, depth + 1);
    if (first !== NOTHING || part.or === undefined) return first;
    const other = kindsOf(part.or, 0, part.or.length);
    this.#batch.add(part.or, other);
    return this.#value(part.or, row.name, other, depth + 1);
  }

  #leaves(leaves: Leaves, structure: Buffer, row: Wrapping, depth: number): Sure {
    const { fields, hasPieces } = this.#with;
    if (leaves.bytes !== null || fields || !hasPieces) return UNSURE;
    const { spans } = leaves;
    let solid = false;
    for (let at = 0; at < spans.length; at += 2) {
      const start = spans[at] ?? 0;
      const end = spans[at + 1] ?? 0;
      if (end - start < SHORTEST) continue;
      const kinds = kindsOf(structure, start, end);
      if (!mayHold(kinds, structure, start, end)) continue;
      const sure = this.#value(structure.subarray(start, end), row.name, kinds, depth);
      if (sure === UNSURE) return UNSURE;
      if (sure === UNDERSTOOD) solid = true;
    }
    if (spans.length >= 4) {
      const pieces = leafPieces(leaves, structure);
      if (mayJoin(pieces) || withDigest(pieces)) return UNSURE;
      const joined = rowOf(leaves, structure);
      if (joined !== null) this.#batch.add(joined, kindsOf(joined, 0, joined.length));
    }
    return solid ? UNDERSTOOD : NOTHING;
  }
}
