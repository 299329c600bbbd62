import type { Condition } from '../../../record/plan/plan.ts';
import { classOf } from '../../verdicts/recipients.ts';
import type { Happened } from '../apart.ts';
import { countOf, differsFromItself, isApart, isChange, pooled } from '../apart.ts';
import type { Cell } from '../cells.ts';
import { blocksIn } from '../cells.ts';
import type { Count, Facts, Side } from '../side.ts';
import { counted } from '../side.ts';
import type { Change, Where } from '../shape.ts';

/** A recipient, endpoint, field or word on the screen that is there on one side only, or in far more trials of it. */
export interface PresenceChange {
  readonly kind: Exclude<Change['kind'], 'class' | 'switch' | 'bytes'>;
  readonly change: 'appeared' | 'vanished' | 'more often' | 'less often';
  readonly scenario: string;
  readonly what: string;
  readonly host: string | null;
  /** The endpoint of a field. */
  readonly endpoint: string | null;
  readonly under: readonly { readonly a: Condition; readonly b: Condition }[];
  readonly a: Change['a'];
  readonly b: Change['b'];
}

/** One thing that can be there or not, trial by trial of one block. */
interface Item extends Pick<PresenceChange, 'kind' | 'what' | 'host' | 'endpoint'> {
  /** A word: the factor whose screen it stands on. */
  readonly factor: string | null;
  /** The line of its trial that carried it first; 0 where it was not there; 1 for what no line carries. */
  line(place: number): number;
}

export interface Presence {
  readonly changed: readonly PresenceChange[];
  readonly compared: number;
  readonly dropped: number;
}

/**
 * Everything that was there under a condition on one side and not on the other. All blocks of a side must agree, and
 * neither side may differ from itself in the same way.
 */
export function presenceOf(a: Side, b: Side, cells: readonly Cell[]): Presence {
  const found = new Map<string, PresenceChange>();
  const unsteady = new Set<string>();
  const looked = new Set<string>();
  for (const cell of cells) {
    const [ours, theirs] = [at(a, cell.scenario, cell.a), at(b, cell.scenario, cell.b)];
    const items = new Map([...ours, ...theirs].flatMap(({ items }) => [...items]));
    for (const [name, item] of items) {
      // A screen that was looked at on one side only says nothing about the other.
      if (item.factor !== null && !(item.factor in cell.a && item.factor in cell.b)) continue;
      const key = `${cell.scenario} ${name}`;
      looked.add(key);
      const [one, other] = [tally(ours, name), tally(theirs, name)];
      if (!isApart(one.count, other.count)) continue;
      if (one.isMixed || other.isMixed) {
        unsteady.add(key);
        continue;
      }
      if (!isChange(one.count, other.count)) continue;
      const change = changeOf(one.count, other.count);
      const under = { a: { ...cell.a }, b: { ...cell.b } };
      const known = found.get(`${key} ${change}`);
      const { kind, what, host, endpoint } = item;
      found.set(`${key} ${change}`, {
        ...(known ?? {
          kind,
          change,
          scenario: cell.scenario,
          what,
          host,
          endpoint,
          a: { ...one.count, evidence: one.evidence },
          b: { ...other.count, evidence: other.evidence },
        }),
        under: [...(known?.under ?? []), under],
      });
    }
  }
  const changed = [...found].filter(
    ([key]) => ![...unsteady].some((name) => key.startsWith(`${name} `)),
  );
  return {
    changed: changed.map(([, change]) => change),
    compared: looked.size,
    dropped: unsteady.size,
  };
}

interface Held {
  readonly facts: Facts;
  readonly places: readonly number[];
  readonly items: ReadonlyMap<string, Item>;
}

function at(side: Side, scenario: string, condition: Condition): Held[] {
  return blocksIn(side, scenario, condition).map((facts) => ({
    facts,
    places: counted(facts, condition),
    items: itemsOf(facts),
  }));
}

const KNOWN = new WeakMap<Facts, ReadonlyMap<string, Item>>();

/** What a block's phone said and showed, by kind and name; sites of the experiment are left out. */
function itemsOf(facts: Facts): ReadonlyMap<string, Item> {
  const known = KNOWN.get(facts);
  if (known !== undefined) return known;
  const items = new Map<string, Item>();
  const add = (item: Item): void => {
    if (item.host === null || classOf(item.host) !== 'page')
      items.set(`${item.kind} ${item.what}`, item);
  };
  const { table, words } = facts;
  for (const { kind, what, host, lines } of table.present)
    add({ kind, what, host, endpoint: null, factor: null, line: (place) => lines[place] ?? 0 });
  for (const { endpoint, host, field, lines } of table.fields) {
    const what = `${endpoint} ${field}`;
    add({ kind: 'field', what, host, endpoint, factor: null, line: (place) => lines[place] ?? 0 });
  }
  for (const factor of new Set(words.flatMap((shown) => [...shown.keys()]))) {
    for (const word of new Set(words.flatMap((shown) => [...(shown.get(factor) ?? [])]))) {
      const line = (place: number): number => Number(words[place]?.get(factor)?.has(word) === true);
      const what = `“${word}” on the screen of ${factor}`;
      add({ kind: 'caption', what, host: null, endpoint: null, factor, line });
    }
  }
  KNOWN.set(facts, items);
  return items;
}

function tally(
  held: readonly Held[],
  name: string,
): { count: Count; isMixed: boolean; evidence: Where } {
  const counts = held.map(({ facts, places, items }) => {
    const happened: Happened = (place) => (items.get(name)?.line(place) ?? 0) > 0;
    return { facts, places, items, ...countOf(places, happened), happened };
  });
  const with_ = counts.find(({ k }) => k > 0);
  const { facts, items, places, happened } = with_ ??
    counts[0] ?? { facts: null, items: null, places: [], happened: () => false };
  const place = places.find(happened);
  const item = items?.get(name);
  const line = place === undefined ? 0 : (item?.line(place) ?? 0);
  return {
    count: pooled(counts),
    isMixed:
      counts.some((one) => counts.some((other) => isApart(one, other))) ||
      counts.some((one) => differsFromItself(one.facts, one.places, one.happened)),
    evidence: {
      run: facts?.run ?? '',
      ledgerHead: facts?.ledgerHead ?? '',
      trial: place === undefined ? null : (facts?.table.trials[place]?.id ?? null),
      line: line === 0 || item?.kind === 'caption' ? null : line,
    },
  };
}

function changeOf(one: Count, other: Count): PresenceChange['change'] {
  if (one.k === 0) return 'appeared';
  if (other.k === 0) return 'vanished';
  return one.k * other.n < other.k * one.n ? 'more often' : 'less often';
}
