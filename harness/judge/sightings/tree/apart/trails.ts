import { HAS } from '../../wrappings/value.ts';
import type { Piece } from './pieces.ts';
import { pieceOf } from './pieces.ts';

/** What came at one place, request after request: the piece of now is the last one. */
export type Trail = readonly Piece[];

/**
 * The values that stood at each place of the requests before, by recipient and place: their bytes alone, as strings of
 * a byte a character, since a small Buffer keeps eight kilobytes in memory that it shares with others. Bounded in bytes:
 * the places that were longest silent are forgotten.
 */
export class Trails {
  readonly #places = new Map<string, readonly (readonly string[])[]>();
  #size = 0;

  /**
   * Puts the values of now behind those that came before, and gives each with what it may go on with. The first of them
   * is the whole body: `begins` says that it may go on in the next, `goesOn` that it may be more than an end.
   */
  follow(
    key: string,
    now: readonly Piece[],
    { begins, goesOn }: { readonly begins: boolean; readonly goesOn: boolean },
  ): readonly Trail[] {
    const before = this.#places.get(key) ?? [];
    this.#forget(key);
    const trails: Trail[] = [];
    const kept: (readonly string[])[] = [];
    for (const [at, piece] of now.entries()) {
      const older = before[at] ?? [];
      // What is the same in every request is no piece of anything.
      const letters = piece.bytes.toString('latin1');
      if (older.at(-1) === letters) {
        kept.push(older);
        continue;
      }
      const ends = at === 0 && !begins && !(goesOn && older.length > 0);
      if (older.length > 0)
        trails.push([
          ...older.map((one) => pieceOf(Buffer.from(one, 'latin1'), () => piece.name())),
          piece,
        ]);
      kept.push(
        ends
          ? []
          : lastOf(
              [...older, letters],
              numbers(piece) ? 1 : MOST_PIECES - 1,
              at === 0 ? BODY : FIELD,
            ),
      );
    }
    this.#places.set(key, kept);
    this.#size += weightOf(key, kept);
    for (const oldest of this.#places.keys()) {
      if (this.#size <= ROOM || oldest === key) break;
      this.#forget(oldest);
    }
    return trails;
  }

  #forget(key: string): void {
    const values = this.#places.get(key);
    if (values === undefined) return;
    this.#places.delete(key);
    this.#size -= weightOf(key, values);
  }
}

const ROOM = 8 * 2 ** 20;
/** What a string and an entry cost beside their letters. */
const WEIGHT = 64;
const MOST_PIECES = 12;
/** So many bytes of what came before are kept of a body, and of each of its fields. */
const BODY = 8192;
const FIELD = 1024;

function weightOf(key: string, values: readonly (readonly string[])[]): number {
  let weight = key.length + values.length * WEIGHT;
  for (const pieces of values) for (const { length } of pieces) weight += length + WEIGHT;
  return weight;
}

/** Numbers are mostly counters and moments: of these only one is kept. */
function numbers({ kinds }: Piece): boolean {
  return (kinds & ~HAS.DIGIT) === 0;
}

/** The newest, as many as there is room for. */
function lastOf(values: readonly string[], most: number, room: number): readonly string[] {
  let [first, size] = [values.length, 0];
  while (first > 0 && values.length - first < most) {
    size += values[first - 1]?.length ?? 0;
    if (size > room && first < values.length) break;
    first--;
  }
  return values.slice(first);
}
