import { seeded } from '../../lib/seed.ts';
import { FEWEST_PAIRS, lot } from '../../record/plan/lot.ts';
import { paired } from '../statistics/strata.ts';
import { rerandomise } from '../statistics/rerandomise.ts';
import type { Cell } from './cells.ts';
import type { Facts, Side } from './side.ts';
import { counted } from './side.ts';

/** Installations of two firmwares, flashed in turn, one of each in a pair, in the order that the lot drew. */
export type Pairs = readonly (readonly [Facts, Facts])[];

/**
 * The pairs of one phone's flashes where the records show that a lot drew their order: one seed for all runs, at least six
 * pairs, one scenario and browser, and the order in time is the lot's. Else why there is none, in words.
 */
export function pairsOf(a: Side, b: Side): Pairs | string {
  const blocks = [...a.blocks, ...b.blocks];
  const several = (of: (facts: Facts) => string): boolean => new Set(blocks.map(of)).size > 1;
  if (several(({ device, scenario, browser }) => JSON.stringify([device, scenario, browser])))
    return 'more than one phone, scenario or browser';
  if (several(({ seed }) => seed)) return 'the runs have several seeds: no lot orders them';
  if (blocks.some(({ at }) => at === null)) return 'a run does not say when it began';
  const inTime = blocks.toSorted((x, y) => (x.at ?? 0) - (y.at ?? 0));
  const pairs: [Facts, Facts][] = [];
  const order: boolean[] = [];
  const low = a.term < b.term ? a : b;
  for (let i = 0; i + 1 < inTime.length; i += 2) {
    const [first, second] = [inTime[i], inTime[i + 1]];
    if (!first || !second) break;
    const [one, other] = a.blocks.includes(first) ? [first, second] : [second, first];
    if (!a.blocks.includes(one) || !b.blocks.includes(other))
      return 'flashes were not made in pairs';
    pairs.push([one, other]);
    order.push(low.blocks.includes(first));
  }
  if (inTime.length % 2 === 1 || pairs.length < FEWEST_PAIRS)
    return `${pairs.length} whole pairs of flashes, and at least ${FEWEST_PAIRS} are needed`;
  const drawn = lot(blocks[0]?.seed ?? '', pairs.length);
  return order.every((one, i) => one === drawn[i])
    ? pairs
    : 'the order of flashes is not the lot’s';
}

/** What can be asked of a pair: a canary's answer, or a recipient, endpoint or field, each under a cell. */
export interface PairTest {
  readonly smallest: number;
  /** p under the largest over everything that was looked at, by `answerKey` or `itemKey`; null: it was not looked at. */
  p(key: string): number | null;
}

/** One number an installation, the share of its trials: labels change places within pairs, as the lot could have had it. */
export function testPairs(pairs: Pairs, cells: readonly Cell[]): PairTest {
  const columns = new Map<string, number[]>();
  for (const cell of cells) {
    const shares = pairs.map(([one, other]) => [
      sharesOf(one, cell, 'a'),
      sharesOf(other, cell, 'b'),
    ]);
    const keys = new Set(shares.flatMap((both) => both.flatMap((each) => [...each.keys()])));
    for (const key of keys)
      columns.set(
        key,
        shares.flatMap((both) => both.map((each) => each.get(key) ?? 0)),
      );
  }
  const keys = [...columns.keys()];
  const chance = seeded('whole plots', pairs[0]?.[0].seed ?? '');
  const { max, smallest } = rerandomise(
    paired(pairs.length),
    [...columns.values()].map((outcomes) => ({ outcomes })),
    chance,
  );
  const known = new Map(keys.map((key, i) => [key, max[i] ?? 1]));
  return { smallest, p: (key) => known.get(key) ?? null };
}

export function answerKey(
  canary: string,
  host: string | null,
  { a, b }: Pick<Cell, 'a' | 'b'>,
): string {
  return JSON.stringify(['answer', canary, host, a, b]);
}

export function itemKey(kind: string, what: string, { a, b }: Pick<Cell, 'a' | 'b'>): string {
  return JSON.stringify([kind, what, a, b]);
}

function sharesOf(facts: Facts, cell: Cell, side: 'a' | 'b'): Map<string, number> {
  const shares = new Map<string, number>();
  for (const { canary, host, condition, seen, sound } of facts.rows) {
    const same = Object.entries(cell[side]).every(([factor, level]) => condition[factor] === level);
    if (same && sound > 0) shares.set(answerKey(canary, host, cell), seen / sound);
  }
  const places = counted(facts, cell[side]);
  const share = (lines: Uint32Array): number =>
    places.filter((place) => (lines[place] ?? 0) > 0).length / Math.max(1, places.length);
  for (const { kind, what, lines } of facts.table.present)
    shares.set(itemKey(kind, what, cell), share(lines));
  for (const { endpoint, field, lines } of facts.table.fields)
    shares.set(itemKey('field', `${endpoint} ${field}`, cell), share(lines));
  return shares;
}
