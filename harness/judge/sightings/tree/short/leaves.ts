import type { Hit } from '../../spot/needle.ts';
import { kindsOf } from '../../wrappings/value.ts';
import type { Leaves } from '../../wrappings/wrapping.ts';
import { Gathered } from '../outcome/gathered.ts';
import type { RawHits } from '../outcome/hits.ts';
import { NONE } from '../outcome/hits.ts';
import { isNothing, under } from '../outcome/outward.ts';
import type { Reading } from '../outcome/reading.ts';
import { NOTHING } from '../outcome/reading.ts';
import { SHORTEST, mayHold } from '../rows.ts';
import type { Batch } from './batch.ts';
import type { Sure } from './glance.ts';
import { UNDERSTOOD, UNSURE } from './glance.ts';
import type { SeenShort } from './seen-short.ts';

/** How one leaf is looked into. */
export interface Looking<Owner> {
  /** The values themselves are wanted, too. */
  readonly fields: boolean;
  readonly batch: Batch<Owner>;
  glance(leaf: Buffer, kinds: number): Sure;
  look(leaf: Buffer, kinds: number, hits: readonly Hit<Owner>[]): Reading<Owner>;
  /** Whether what is looked into first will be remembered as such: then nothing may be put off. */
  isFirst(): boolean;
  /** The row that the leaves came out of, and what was found to hold nothing under it before. */
  readonly row: string;
  readonly seen: SeenShort;
  /** Counts a value; false when there were too many. */
  node(): boolean;
}

/**
 * Leaves are searched all together; here the hits get their names. What may hold more is glanced at, and only where the
 * glance is not sure, or the sieve finds something in what came out, it is looked into.
 */
export function insideLeaves<Owner>(
  leaves: Leaves,
  structure: Buffer,
  all: RawHits<Owner> | null,
  how: Looking<Owner>,
): Gathered<Owner> {
  const { spans } = leaves;
  const bytes = leaves.bytes ?? structure;
  const inside = new Gathered<Owner>();
  const chosen = new Chosen(bytes, spans, how);
  const count = spans.length >> 1;
  for (let leaf = 0; leaf < count; leaf++) {
    const start = spans[2 * leaf] ?? 0;
    const end = spans[2 * leaf + 1] ?? 0;
    if (end - start < SHORTEST) continue;
    const hits = leaves.plainIsOuter === true ? NONE : (all?.take(start, end) ?? NONE);
    const kinds = kindsOf(bytes, start, end);
    if (hits.length > 0) chosen.put(leaf, kinds, hits);
    else if (mayHold(kinds, bytes, start, end) && chosen.take(leaf, kinds)) inside.solid = true;
  }
  chosen.settle();
  const readings = chosen.looks;
  if (readings === null && !how.fields) return inside;
  for (let leaf = 0; leaf < count; leaf++) {
    const inner = readings?.get(leaf)?.() ?? NOTHING;
    const field = how.fields && !leaves.isLabel(leaf);
    if (isNothing(inner) && !field) {
      if (inner.solid) inside.solid = true;
      continue;
    }
    const value = field ? bytes.subarray(spans[2 * leaf], spans[2 * leaf + 1]) : null;
    const [from, to] = leaves.placeOf(leaf);
    inside.add(under(inner, [leaves.nameOf(leaf)], value, structure, from, to));
  }
  return inside;
}

/** The leaves that are looked into, and those that wait for the sieve. */
class Chosen<Owner> {
  readonly #bytes: Buffer;
  readonly #spans: ArrayLike<number>;
  readonly #how: Looking<Owner>;
  /** Leaf, its kinds, what the glance said, and where what came out of it ends in the batch. */
  #waiting: number[] = [];
  looks: Map<number, () => Reading<Owner>> | null = null;

  constructor(bytes: Buffer, spans: ArrayLike<number>, how: Looking<Owner>) {
    this.#bytes = bytes;
    this.#spans = spans;
    this.#how = how;
  }

  put(leaf: number, kinds: number, hits: readonly Hit<Owner>[]): void {
    const { look, isFirst } = this.#how;
    const value = this.#valueOf(leaf);
    this.looks ??= new Map();
    if (isFirst()) {
      this.settle();
      const reading = look(value, kinds, hits);
      this.looks.set(leaf, () => reading);
    } else this.looks.set(leaf, () => look(value, kinds, hits));
  }

  /** True when a glance shows for certain what the leaf is. */
  take(leaf: number, kinds: number): boolean {
    const { glance, batch, isFirst, seen, row, node } = this.#how;
    const [start = 0, end = 0] = [this.#spans[2 * leaf], this.#spans[2 * leaf + 1]];
    const known = isFirst() ? 0 : seen.word(this.#bytes, start, end, row);
    if (known !== 0 && node()) return known === UNDERSTOOD;
    const before = batch.size;
    const value = this.#valueOf(leaf);
    const sure = value.length > LONGEST ? UNSURE : glance(value, kinds);
    if (sure === UNSURE) {
      batch.size = before;
      this.put(leaf, kinds, NONE);
      return false;
    }
    if (batch.size > before) this.#waiting.push(leaf, kinds, sure, batch.size);
    else this.#note(leaf, sure);
    if (batch.isFull) this.settle();
    return sure === UNDERSTOOD;
  }

  /** Looks into those of the waiting in which the sieve found something, and remembers that the others hold nothing. */
  settle(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    const found = this.#how.batch.searched();
    for (let at = 0, from = 0; at < waiting.length; at += 4) {
      const leaf = waiting[at] ?? 0;
      const to = waiting[at + 3] ?? 0;
      if (found === null || found.some((place) => place >= from && place < to))
        this.put(leaf, waiting[at + 1] ?? 0, NONE);
      else this.#note(leaf, waiting[at + 2] ?? 0);
      from = to;
    }
  }

  #note(leaf: number, sure: number): void {
    const [start = 0, end = 0] = [this.#spans[2 * leaf], this.#spans[2 * leaf + 1]];
    this.#how.seen.note(this.#bytes, start, end, this.#how.row, sure);
  }

  #valueOf(leaf: number): Buffer {
    return this.#bytes.subarray(this.#spans[2 * leaf], this.#spans[2 * leaf + 1]);
  }
}

/** What is longer is looked into at once. */
const LONGEST = 512;
