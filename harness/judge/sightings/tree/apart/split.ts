import type { Spotter } from '../../spot.ts';
import type { Hit } from '../../spot/needle.ts';
import type { Salted } from '../../spot/salted.ts';
import { mayBeDigest } from '../../spot/salted.ts';
import { excerptOf } from '../outcome/excerpt.ts';
import { isDigest, isTelling, isToken, readingsOf } from './joined.ts';
import { under } from '../outcome/outward.ts';
import type { Leaves } from '../../wrappings/wrapping.ts';
import type { Piece } from './pieces.ts';
import { isPiece, namesOf, saysSomething } from './pieces.ts';
import type { Peeled, Reading } from '../outcome/reading.ts';
import { NOTHING, best } from '../outcome/reading.ts';
import type { Trail } from './trails.ts';

/** More values than that are a table. */
const MOST = 4096;
const ROOM = 2 ** 16;

/**
 * Canaries that lie across the border of neighbours: halves in two fields, chunks in an array. The values are put one
 * behind the other, and what stands in one of them alone was seen already.
 */
export function acrossNeighbours<Owner>(
  pieces: readonly Piece[],
  spot: Spotter<Owner>,
): readonly Peeled<Owner>[] {
  const row = new Row();
  for (const [at, piece] of pieces.entries()) {
    const { bytes } = piece;
    if (saysSomething(piece) && !row.take(bytes, 0, bytes.length, at)) break;
  }
  return row.across(spot, (at) => pieces[at]?.name() ?? '');
}

/** The same among the leaves of a structure. */
export function acrossLeaves<Owner>(
  leaves: Leaves,
  bytes: Buffer,
  spot: Spotter<Owner>,
): readonly Peeled<Owner>[] {
  return leaves.spans.length < 4
    ? []
    : rowOfLeaves(leaves, bytes).across(spot, (leaf) => leaves.nameOf(leaf));
}

/** The bytes of leaves one behind the other, until the next row is made; null where nothing can lie across two. */
export function rowOf(leaves: Leaves, bytes: Buffer): Buffer | null {
  return rowOfLeaves(leaves, bytes).joined;
}

function rowOfLeaves(leaves: Leaves, bytes: Buffer): Row {
  const { spans } = leaves;
  const row = new Row();
  for (let leaf = 0; 2 * leaf < spans.length; leaf++) {
    const start = spans[2 * leaf] ?? 0;
    const end = spans[2 * leaf + 1] ?? 0;
    if (leaves.isLabel(leaf) || !isPiece(bytes, start, end)) continue;
    if (!row.take(bytes, start, end, leaf)) break;
  }
  return row;
}

/** Values one behind the other, in memory that all rows share. */
class Row {
  #count = 0;
  #size = 0;

  /** False when there is no room for more. */
  take(bytes: Buffer, start: number, end: number, which: number): boolean {
    if (this.#count === MOST || this.#size + end - start > ROOM) return false;
    STARTS[this.#count] = this.#size;
    WHICH[this.#count++] = which;
    for (let at = start; at < end; at++) ROW[this.#size++] = bytes[at] ?? 0;
    return true;
  }

  get joined(): Buffer | null {
    return this.#count < 2 ? null : ROW.subarray(0, this.#size);
  }

  across<Owner>(spot: Spotter<Owner>, nameOf: (which: number) => string): readonly Peeled<Owner>[] {
    const { joined } = this;
    if (joined === null) return [];
    const hits = spot(joined);
    if (hits.length === 0) return [];
    const starts = [...STARTS.subarray(0, this.#count)];
    return hits.flatMap((hit) => {
      const first = starts.findLastIndex((start) => start <= hit.at);
      const last = starts.findLastIndex((start) => start < hit.at + hit.needle.form.bytes.length);
      if (first === last) return [];
      const names = namesOf([...WHICH.subarray(first, last + 1)], nameOf);
      return [peeled(joined, hit, `split:${names}`)];
    });
  }
}

const STARTS = new Int32Array(MOST);
const WHICH = new Int32Array(MOST);
const ROW = Buffer.alloc(ROOM);

/** The same across requests to one recipient: each field behind what stood in it before, raw and under wrappings. */
export function acrossRequests<Owner>(
  trail: Trail,
  whole: boolean,
  spot: Spotter<Owner>,
  look: (bytes: Buffer) => Reading<Owner>,
): readonly Peeled<Owner>[] {
  const [now, before] = [trail.at(-1), trail.at(-2)];
  if (!now || !before) return [];
  const joined = Buffer.concat(trail.map(({ bytes }) => bytes));
  const border = joined.length - now.bytes.length;
  const plain = spot(joined)
    .filter(({ at, needle }) => at < border && at + needle.form.bytes.length > border)
    .map((hit) => peeled(joined, hit, nameOf(trail, joined, hit.at)));
  if (!whole && !arePieces(now, before)) return plain;
  return trailsIn(trail).reduce<readonly Peeled<Owner>[]>(
    (found, one) => best(found, deeper(one, joined, look)),
    plain,
  );
}

/** Two tokens one after the other, of which one looks packed. */
function arePieces(now: Piece, before: Piece): boolean {
  return isToken(now) && isToken(before) && (isTelling(now) || isTelling(before));
}

/** Where pieces came before that are of something else, the last two are enough; so they are of what looks like digests. */
function trailsIn(trail: Trail): readonly Trail[] {
  const [now] = trail.slice(-1);
  if (trail.length <= 2) return [trail];
  return now && isDigest(now.bytes.length, now.kinds)
    ? [trail.slice(-2)]
    : [trail, trail.slice(-2)];
}

/** What opens only when the pieces are put together, the one of now among them. */
function deeper<Owner>(
  trail: Trail,
  joined: Buffer,
  look: (bytes: Buffer) => Reading<Owner>,
): readonly Peeled<Owner>[] {
  const [now] = trail.slice(-1);
  const seen = (pieces: Trail): Peeled<Owner>[] =>
    readingsOf(pieces).flatMap(({ bytes }) => {
      const inner = { ...NOTHING, found: look(bytes).found };
      return under(inner, [nameOf(trail, joined, 0)], null, bytes, 0, bytes.length).found;
    });
  const found = seen(trail);
  if (found.length === 0 || !now) return found;
  // What was there without the piece of now was told when it came: it is seen without it, or with another in its place.
  const another = { ...now, bytes: Buffer.from(now.bytes).reverse() };
  const older = trail.slice(0, -1);
  const told = [older, [...older, another], ...trail.map((one) => [one])].flatMap(seen);
  return best(told, found).slice(told.length);
}

/** The requests over which a value lies that begins at this offset. */
function nameOf(trail: Trail, joined: Buffer, at: number): string {
  let [left, count] = [joined.length - at, 0];
  for (const { bytes } of trail.toReversed()) {
    if (left <= 0) break;
    left -= bytes.length;
    count++;
  }
  const name = trail.at(-1)?.name() ?? '';
  return count <= 2
    ? `split:${name} of the request before + ${name}`
    : `split:${name} of ${count} requests`;
}

/** Digests among the values of one structure that were salted with another of them. */
export function saltedAmong<Owner>(
  pieces: readonly Piece[],
  salted: (values: readonly Buffer[]) => readonly Salted<Owner>[],
): readonly Peeled<Owner>[] {
  const chosen = pieces.filter(saysSomething).slice(0, FIELDS);
  return salted(chosen.map(({ bytes }) => bytes)).flatMap(({ needle, which, salt }) => {
    const [digest, mixed] = [chosen[which], chosen[salt]];
    if (!digest || !mixed) return [];
    const names = [digest.name(), `salt:${mixed.name()}`];
    const layers = [digest, digest, mixed].map(({ bytes }, at) => ({
      wrapping: at === 0 ? null : (names[at - 1] ?? null),
      excerpt: excerptOf(bytes, 0, bytes.length),
    }));
    return [{ needle, wrappings: names, layers }];
  });
}

/** Whether one of the values is a digest, which another may have salted. */
export function withDigest(pieces: readonly Piece[]): boolean {
  return pieces.length >= 2 && pieces.some(({ bytes }) => mayBeDigest(bytes));
}

const FIELDS = 64;

function peeled<Owner>(joined: Buffer, { needle, at }: Hit<Owner>, name: string): Peeled<Owner> {
  const excerpt = excerptOf(joined, at, at + needle.form.bytes.length);
  return {
    needle,
    wrappings: [name],
    layers: [
      { wrapping: null, excerpt },
      { wrapping: name, excerpt },
    ],
  };
}
