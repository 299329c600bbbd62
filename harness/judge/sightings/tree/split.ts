import type { Spotter } from '../spot.ts';
import type { Hit } from '../spot/needle.ts';
import type { Salted } from '../spot/salted.ts';
import { HAS, kindsOf } from '../wrappings/value.ts';
import type { Leaves, Part } from '../wrappings/wrapping.ts';
import { excerptOf } from './excerpt.ts';
import type { Peeled } from './reading.ts';

/** A value that may hold part of a canary, and its name where somebody asks for it. */
export interface Piece {
  readonly bytes: Buffer;
  name(): string;
}

export function piecesOf(parts: readonly Part[]): Piece[] {
  return parts
    .filter(({ label, bytes }) => label === undefined && isPiece(bytes, 0, bytes.length))
    .map((part) => ({ bytes: part.bytes, name: () => part.name }));
}

/** The first of them: what salts and requests that follow are held against. */
export function leafPieces(leaves: Leaves, bytes: Buffer): Piece[] {
  const pieces: Piece[] = [];
  for (let leaf = 0; 2 * leaf < leaves.spans.length && pieces.length < FIELDS; leaf++) {
    const start = leaves.spans[2 * leaf] ?? 0;
    const end = leaves.spans[2 * leaf + 1] ?? 0;
    if (leaves.isLabel(leaf) || !isPiece(bytes, start, end)) continue;
    pieces.push({ bytes: bytes.subarray(start, end), name: () => leaves.nameOf(leaf) });
  }
  return pieces;
}

/** Longer values hold canaries whole; more values than that are a table. */
const LONGEST = 512;
const MOST = 4096;
const ROOM = 2 ** 16;

/** Whether a value can be part of one that was split: numbers and single letters are counters and flags. */
function isPiece(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < 2 || end - start > LONGEST) return false;
  const kinds = kindsOf(bytes, start, end);
  return (kinds & ~(HAS.DIGIT | HAS.DOT | HAS.DASH)) !== 0 || end - start >= 6;
}

/**
 * Canaries that lie across the border of neighbours: halves in two fields, chunks in an array. The values are put one
 * behind the other, and what stands in one of them alone was seen already.
 */
export function acrossNeighbours<Owner>(
  pieces: readonly Piece[],
  spot: Spotter<Owner>,
): readonly Peeled<Owner>[] {
  const row = new Row();
  for (const [at, { bytes }] of pieces.entries()) if (!row.take(bytes, 0, bytes.length, at)) break;
  return row.across(spot, (at) => pieces[at]?.name() ?? '');
}

/** The same among the leaves of a structure. */
export function acrossLeaves<Owner>(
  leaves: Leaves,
  bytes: Buffer,
  spot: Spotter<Owner>,
): readonly Peeled<Owner>[] {
  const { spans } = leaves;
  if (spans.length < 4) return [];
  const row = new Row();
  for (let leaf = 0; 2 * leaf < spans.length; leaf++) {
    const start = spans[2 * leaf] ?? 0;
    const end = spans[2 * leaf + 1] ?? 0;
    if (leaves.isLabel(leaf) || !isPiece(bytes, start, end)) continue;
    if (!row.take(bytes, start, end, leaf)) break;
  }
  return row.across(spot, (leaf) => leaves.nameOf(leaf));
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

  across<Owner>(spot: Spotter<Owner>, nameOf: (which: number) => string): readonly Peeled<Owner>[] {
    if (this.#count < 2) return [];
    const joined = ROW.subarray(0, this.#size);
    const hits = spot(joined);
    if (hits.length === 0) return [];
    const starts = [...STARTS.subarray(0, this.#count)];
    return hits.flatMap((hit) => {
      const first = starts.findLastIndex((start) => start <= hit.at);
      const last = starts.findLastIndex((start) => start < hit.at + hit.needle.form.bytes.length);
      if (first === last) return [];
      const names = [...WHICH.subarray(first, last + 1)].map(nameOf);
      return [peeled(joined, hit, `split:${names.join(' + ')}`)];
    });
  }
}

const STARTS = new Int32Array(MOST);
const WHICH = new Int32Array(MOST);
const ROW = Buffer.alloc(ROOM);

/** The same across two requests to one recipient: each field with what stood in it the time before. */
export function acrossRequests<Owner>(
  before: readonly Buffer[],
  now: readonly Piece[],
  spot: Spotter<Owner>,
): readonly Peeled<Owner>[] {
  const found: Peeled<Owner>[] = [];
  for (let at = 0; at < Math.min(before.length, now.length, FIELDS); at++) {
    const [one, other] = [before[at], now[at]];
    if (!one || !other || one.equals(other.bytes)) continue;
    const tail = one.subarray(-LONGEST);
    const joined = Buffer.concat([tail, other.bytes.subarray(0, LONGEST)]);
    for (const hit of spot(joined)) {
      const end = hit.at + hit.needle.form.bytes.length;
      if (hit.at < tail.length && end > tail.length)
        found.push(
          peeled(joined, hit, `split:${other.name()} of the request before + ${other.name()}`),
        );
    }
  }
  return found;
}

/** Digests among the values of one structure that were salted with another of them. */
export function saltedAmong<Owner>(
  pieces: readonly Piece[],
  salted: (values: readonly Buffer[]) => readonly Salted<Owner>[],
): readonly Peeled<Owner>[] {
  const chosen = pieces.slice(0, FIELDS);
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
