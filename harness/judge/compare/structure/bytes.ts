import type { Condition } from '../../../record/plan/plan.ts';
import { areApart, medianOf, splitsOf } from '../apart.ts';
import type { Cell } from '../cells.ts';
import { blocksIn } from '../cells.ts';
import type { Facts, Side } from '../side.ts';
import { counted } from '../side.ts';
import type { Change, Where } from '../shape.ts';

/** A recipient that nobody can read on either side, and that gets more bytes of a trial, or fewer. */
export interface BytesChange extends Pick<Change, 'scenario' | 'what' | 'a' | 'b'> {
  readonly change: 'more' | 'less';
  readonly host: string;
  readonly under: readonly Pick<Cell, 'a' | 'b'>[];
  /** The medians, in words. */
  readonly said: string;
}

/**
 * Bytes up, trial by trial, to recipients that stay closed. A change: the medians' intervals do not overlap, all blocks of a
 * side agree, and neither side differs from itself in the same way. It says nothing about what was sent.
 */
export function bytesOf(
  a: Side,
  b: Side,
  cells: readonly Cell[],
): { changed: BytesChange[]; compared: number; dropped: number } {
  const found = new Map<string, BytesChange>();
  const looked = new Set<string>();
  const unsteady = new Set<string>();
  for (const cell of cells) {
    const [ours, theirs] = [at(a, cell.scenario, cell.a), at(b, cell.scenario, cell.b)];
    const closedThere = new Set(theirs.flatMap(hostsOf));
    for (const host of new Set(ours.flatMap(hostsOf))) {
      // Whom only one side spoke to at all is told as a recipient that came or went.
      if (!closedThere.has(host)) continue;
      const key = `${cell.scenario} ${host}`;
      looked.add(key);
      const [one, other] = [seriesOf(ours, host), seriesOf(theirs, host)];
      const [was, is] = [medianOf(one.values), medianOf(other.values)];
      if (was === null || is === null || !areApart(one.values, other.values)) continue;
      if (one.isMixed || other.isMixed) {
        unsteady.add(key);
        continue;
      }
      const change = is.median > was.median ? 'more' : 'less';
      const known = found.get(`${key} ${change}`);
      found.set(`${key} ${change}`, {
        ...(known ?? {
          change,
          scenario: cell.scenario,
          what: `bytes to ${host}`,
          host,
          a: one.told,
          b: other.told,
          said: `median of a trial ${inWords(was)} → ${inWords(is)}`,
        }),
        under: [...(known?.under ?? []), { a: { ...cell.a }, b: { ...cell.b } }],
      });
    }
  }
  const changed = [...found.values()].filter(
    ({ scenario, host }) => !unsteady.has(`${scenario} ${host}`),
  );
  return { changed, compared: looked.size, dropped: unsteady.size };
}

interface Held {
  readonly facts: Facts;
  readonly places: readonly number[];
}

function at(side: Side, scenario: string, condition: Condition): Held[] {
  return blocksIn(side, scenario, condition).map((facts) => ({
    facts,
    places: counted(facts, condition),
  }));
}

function hostsOf({ facts, places }: Held): string[] {
  return places.flatMap((place) => [...(facts.closed[place]?.keys() ?? [])]);
}

function bytesAt({ closed }: Facts, place: number, host: string): number {
  return closed[place]?.get(host)?.bytesUp ?? 0;
}

function seriesOf(
  held: readonly Held[],
  host: string,
): { values: number[]; isMixed: boolean; told: Change['a'] } {
  const series = held.map(({ facts, places }) => places.map((one) => bytesAt(facts, one, host)));
  const isMixed =
    series.some((one) => series.some((other) => areApart(one, other))) ||
    held.some(({ facts, places }) =>
      splitsOf(facts, places).some(([some, others]) =>
        areApart(
          some.map((place) => bytesAt(facts, place, host)),
          others.map((place) => bytesAt(facts, place, host)),
        ),
      ),
    );
  const values = series.flat();
  const k = values.filter((bytes) => bytes > 0).length;
  return { values, isMixed, told: { k, n: values.length, evidence: evidenceOf(held, host) } };
}

/** The trial whose bytes are the median, and its first line to this recipient. */
function evidenceOf(held: readonly Held[], host: string): Where {
  const trials = held
    .flatMap(({ facts, places }) => places.map((place) => ({ facts, place })))
    .toSorted((x, y) => bytesAt(x.facts, x.place, host) - bytesAt(y.facts, y.place, host));
  const middle = trials[Math.floor((trials.length - 1) / 2)];
  const { facts, place } = middle ?? { facts: held[0]?.facts, place: -1 };
  const present = facts?.table.present.find((one) => one.kind === 'recipient' && one.host === host);
  const line = present?.lines[place] ?? 0;
  return {
    run: facts?.run ?? '',
    ledgerHead: facts?.ledgerHead ?? '',
    trial: facts?.table.trials[place]?.id ?? null,
    line: line === 0 ? null : line,
  };
}

function inWords({ low, median, high }: NonNullable<ReturnType<typeof medianOf>>): string {
  return `${median} bytes (${low}–${high})`;
}
