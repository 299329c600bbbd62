import { seeded } from '../../lib/seed.ts';
import type { DeclaredContrast } from '../../record/plan/plan.ts';
import type { BlockTable } from '../fields/table.ts';
import { paired } from '../statistics/strata.ts';
import { rerandomise } from '../statistics/rerandomise.ts';
import { classOf } from './recipients.ts';
import type { Difference } from '../fields/shape.ts';
import { armsCompared, standingOf } from './sound.ts';

/** A URL up to its query or fragment. */
export function withoutQuery(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

/**
 * Recipients, names, endpoints and fields that occur under one level of a declared contrast and in no sound trial of
 * the other; p under maxT over all of them, since modes and switches are shuffled. The first 500; our own sites are left
 * out. A name is told where the question alone differs, and not the connections to it.
 */
export function structureOf(table: BlockTable, seed: string): Difference[] {
  const items = itemsOf(table);
  return armsCompared(table.block.contrasts)
    .filter(({ role }) => role === 'claim')
    .flatMap((contrast) => onlyOnOneSide(table, contrast, items, seed))
    .slice(0, 500);
}

interface Item {
  readonly kind: Difference['kind'];
  readonly what: string;
  readonly lines: Uint32Array;
}

function itemsOf({ present, asked, fields }: BlockTable): Item[] {
  return [
    ...present.filter(({ host }) => classOf(host) !== 'page'),
    ...asked
      .filter(({ host }) => classOf(host) !== 'page')
      .map(({ host, lines }) => ({ kind: 'name' as const, what: host, lines })),
    ...fields
      .filter(({ host }) => classOf(host) !== 'page')
      .map(({ endpoint, field, lines }) => ({
        kind: 'field' as const,
        what: `${endpoint} ${field}`,
        lines,
      })),
  ];
}

function onlyOnOneSide(
  { block, trials }: BlockTable,
  { factor, held, levels, arms }: DeclaredContrast,
  items: readonly Item[],
  seed: string,
): Difference[] {
  const [one, other] = arms.map((arm) =>
    [...trials.entries()].filter(([, trial]) => trial.arm === arm && standingOf(trial) === 'sound'),
  );
  if (!one || !other) return [];
  const pairs = one.flatMap(([place, { replicate }]): [number, number][] => {
    const twin = other.find(([, trial]) => trial.replicate === replicate);
    return twin ? [[place, twin[0]]] : [];
  });
  const count = (side: typeof one, { lines }: Item): number =>
    side.filter(([place]) => (lines[place] ?? 0) > 0).length;
  const pOf = maxT(items, pairs, seeded('structure', seed, block.device, block.browser, ...arms));
  const rows = items.flatMap((item, i): (Difference & { only: string })[] => {
    const [k, j] = [count(one, item), count(other, item)];
    if ((k === 0) === (j === 0)) return [];
    const [first, second] = k > 0 ? levels : [levels[1], levels[0]];
    const [n, m] = k > 0 ? [one.length, other.length] : [other.length, one.length];
    const { kind, what } = item;
    const common = { device: block.device, browser: block.browser, factor, held, kind, what };
    return [{ ...common, only: first, k: k > 0 ? k : j, n, against: second, j: 0, m, p: pOf(i) }];
  });
  const connected = new Set(
    rows.filter(({ kind }) => kind === 'recipient').map(({ what, only }) => `${what} ${only}`),
  );
  const told = rows.filter(
    ({ kind, what, only }) => kind !== 'name' || !connected.has(`${what} ${only}`),
  );
  const place = ({ kind, only }: Difference): number =>
    KINDS.indexOf(kind) * 2 + (only === levels[0] ? 0 : 1);
  return told.sort((a, b) => place(a) - place(b) || (a.what < b.what ? -1 : 1));
}

const KINDS: readonly Difference['kind'][] = ['recipient', 'name', 'endpoint', 'field'];

/** What comes and goes together is one column to the test: few columns tell all. Null where there is no whole pair. */
function maxT(
  items: readonly Item[],
  pairs: readonly (readonly [number, number])[],
  chance: ReturnType<typeof seeded>,
): (item: number) => number | null {
  if (pairs.length === 0) return () => null;
  const columns = items.map(({ lines }) => {
    const there = (place: number): number => Number((lines[place] ?? 0) > 0);
    return { outcomes: pairs.flatMap((pair) => pair.map(there)) };
  });
  const { max } = rerandomise(paired(pairs.length), columns, chance);
  return (item) => Math.round((max[item] ?? 1) * 1e12) / 1e12;
}
