import type { Exchange } from '../../../../record/exchange.ts';
import type { Place } from '../../places.ts';
import type { Spotter } from '../../spot.ts';
import { unescaped } from '../../wrappings/form.ts';
import { HAS, kindsOf } from '../../wrappings/value.ts';
import type { Purse } from '../budget.ts';
import type { Peeler } from '../peel.ts';
import type { Peeled, Reading } from '../outcome/reading.ts';
import { insideJoins } from './joined.ts';
import type { Piece } from './pieces.ts';
import { FEW, pieceOf, LONGEST_PIECE, saysSomething } from './pieces.ts';
import { acrossNeighbours, acrossRequests } from './split.ts';
import type { Trails } from './trails.ts';

/** Looks for what lies across places of one request, and across requests to one recipient. */
export interface Apart<Owner> {
  /** Across this request and those before, at the place that was peeled last; `plain` without its content codings. */
  requests(
    place: Place,
    plain: Buffer,
    reading: Reading<Owner>,
    purse: Purse,
  ): readonly Peeled<Owner>[];
  /** Across the query values, and across the headers, of one request. */
  places(
    places: readonly Place[],
    purse: Purse,
  ): readonly { where: string; found: Peeled<Owner> }[];
}

export function makeApart<Owner>(
  { host, connection, kind }: Pick<Exchange, 'host' | 'connection' | 'kind'>,
  { trails, spot, peeler }: { trails: Trails; spot: Spotter<Owner>; peeler: Peeler<Owner> },
): Apart<Owner> {
  return {
    requests: ({ where }, plain, reading, purse) => {
      // A stream's frames belong to their connection; requests to whom they went.
      const key = JSON.stringify([host, where, kind === 'http' ? null : connection]);
      if (where === 'dns' && !plain.includes(DOT)) return [];
      const carries = where === 'request.body' || where === 'frame';
      const whole = carries ? wholeOf(where, plain) : null;
      const now = [
        whole ?? pieceOf(NOTHING, () => where),
        ...valuesOf(where, plain, peeler.pieces),
      ];
      const begins = carries && isBegun(plain, reading);
      const goesOn = kind !== 'http' || !reading.solid;
      return trails
        .follow(key, now, { begins, goesOn })
        .flatMap((trail) =>
          acrossRequests(trail, trail.at(-1) === whole && plain.length <= LONGEST, spot, (bytes) =>
            peeler.look(bytes, purse),
          ),
        );
    },
    places: (places, purse) =>
      GROUPS.flatMap((group) => {
        const pieces = places
          .filter(({ where }) => where.startsWith(group))
          .map(({ where, bytes }) =>
            pieceOf(group === QUERY ? unescaped(bytes, true) : bytes, () => where),
          );
        if (pieces.length < 2) return [];
        const joins = insideJoins(pieces, (joined) => peeler.look(joined, purse));
        const where = pieces[0]?.name() ?? group;
        return [...acrossNeighbours(pieces, spot), ...joins].map((found) => ({ where, found }));
      }),
  };
}

/** Of a name that is asked for, each label goes on in that of the next; of other places, each value. */
function valuesOf(where: string, plain: Buffer, pieces: readonly Piece[]): readonly Piece[] {
  if (where === 'dns')
    return plain
      .toString('latin1')
      .split('.')
      .map((label) => pieceOf(Buffer.from(label, 'latin1'), () => where));
  if (where === 'request.body' || where === 'frame' || where === 'request.url.path')
    return pieces.length > FEW ? [] : pieces.filter(saysSomething);
  return plain.length > LONGEST_PIECE ? [] : [pieceOf(plain, () => where)];
}

const DOT = 0x2e;
const QUERY = 'request.url.query[';
const GROUPS = [QUERY, 'request.header['];

/** The whole, or the two ends of what is long. */
function wholeOf(where: string, plain: Buffer): Piece {
  const long = plain.length > LONGEST;
  return pieceOf(
    long ? Buffer.concat([plain.subarray(0, 512), plain.subarray(-512)]) : plain,
    () => where,
  );
}

/** Whether something begins here that the next request may go on with: text, or what is cut off. */
function isBegun(plain: Buffer, { solid, gaps }: Reading<unknown>): boolean {
  if (gaps.some(({ kind }) => kind === 'truncated')) return true;
  // A character that is cut in its middle does not make it another thing.
  const kinds = kindsOf(plain, 0, plain.length);
  return (
    !solid && ((kinds & (HAS.NUL | HAS.CONTROL)) === 0 || (plain[0] === 0x1f && plain[1] === 0x8b))
  );
}

const NOTHING = Buffer.alloc(0);
const LONGEST = 4096;
