import type { Happened } from '../apart.ts';
import { countOf as countIn, differsFromItself, isChange, pooled } from '../apart.ts';
import type { Count, Facts, Side } from '../side.ts';
import { scenariosOf } from '../cells.ts';
import type { Change, Where } from '../shape.ts';

type SwitchChange = Pick<Change, 'change' | 'scenario' | 'what' | 'a' | 'b'> & {
  readonly kind: 'switch' | 'caption';
  readonly said: string;
};

/**
 * Switches that one side has and the other has not, and captions that are not the same, as read back in every trial. A
 * caption that only some trials show (a page in another language, a screen that came late) is no change of the firmware's
 * where the same rate may give both counts, or where one record differs from itself in it.
 */
export function switchesOf(a: Side, b: Side): { changed: SwitchChange[]; dropped: number } {
  let dropped = 0;
  const changed = scenariosOf(a).flatMap((scenario) => {
    const [ours, theirs] = [factorsOf(a, scenario), factorsOf(b, scenario)];
    const names = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
    return names.flatMap((factor): SwitchChange[] => {
      const [one, other] = [ours.get(factor), theirs.get(factor)];
      const common = { scenario, a: present(a, scenario, one), b: present(b, scenario, other) };
      if (one === undefined || other === undefined) {
        const change = one === undefined ? 'appeared' : 'vanished';
        const captions = [...(one ?? other ?? new Map<string, Where>()).keys()].join(' / ');
        return [{ ...common, kind: 'switch', change, what: factor, said: captions }];
      }
      const captions = new Set([...one.keys(), ...other.keys()]);
      const apart = [...captions].filter((caption) =>
        isChange(countOf(a, scenario, factor, caption), countOf(b, scenario, factor, caption)),
      );
      if (apart.length === 0) return [];
      if (
        apart.some((caption) => [a, b].some((side) => isMixed(side, scenario, factor, caption)))
      ) {
        dropped++;
        return [];
      }
      const [was, is] = [[...one.keys()].join(' / '), [...other.keys()].join(' / ')];
      return [
        { ...common, kind: 'caption', change: 'changed', what: factor, said: `“${was}” → “${is}”` },
      ];
    });
  });
  return { changed, dropped };
}

/** Trials of a block that read the switch, and of those the ones that show the caption. */
function shownIn(
  { table }: Facts,
  factor: string,
): { read: number[]; has: (caption: string) => Happened } {
  const captions = table.trials.map((trial) =>
    trial.readings.flatMap((one) => (one.factor === factor ? [one.caption] : [])),
  );
  return {
    read: captions.flatMap((some, place) => (some.length > 0 ? [place] : [])),
    has: (caption) => (place) => captions[place]?.includes(caption) === true,
  };
}

function countOf(side: Side, scenario: string, factor: string, caption: string): Count {
  return pooled(
    blocksOf(side, scenario).map((facts) => {
      const { read, has } = shownIn(facts, factor);
      return countIn(read, has(caption));
    }),
  );
}

function isMixed(side: Side, scenario: string, factor: string, caption: string): boolean {
  return blocksOf(side, scenario).some((facts) => {
    const { read, has } = shownIn(facts, factor);
    return differsFromItself(facts, read, has(caption));
  });
}

/** Factor → the captions that stood beside it, sorted, each with the first trial that shows it. */
function factorsOf(side: Side, scenario: string): ReadonlyMap<string, ReadonlyMap<string, Where>> {
  const factors = new Map<string, Map<string, Where>>();
  const read = blocksOf(side, scenario).flatMap((facts) =>
    facts.table.trials.flatMap((trial) =>
      trial.readings.map((reading) => ({ facts, trial, reading })),
    ),
  );
  for (const { facts, trial, reading } of read.sort((x, y) =>
    x.reading.caption < y.reading.caption ? -1 : 1,
  )) {
    const captions = factors.get(reading.factor) ?? new Map<string, Where>();
    factors.set(reading.factor, captions);
    if (!captions.has(reading.caption)) {
      const { run, ledgerHead } = facts;
      captions.set(reading.caption, { run, ledgerHead, trial: trial.id, line: null });
    }
  }
  return factors;
}

function present(
  side: Side,
  scenario: string,
  captions: ReadonlyMap<string, Where> | undefined,
): Change['a'] {
  const blocks = blocksOf(side, scenario);
  const n = blocks.reduce((sum, { table }) => sum + table.trials.length, 0);
  const [shown] = captions?.values() ?? [];
  const [first] = blocks;
  const nothing = {
    run: first?.run ?? '',
    ledgerHead: first?.ledgerHead ?? '',
    trial: null,
    line: null,
  };
  return { k: shown === undefined ? 0 : n, n, evidence: shown ?? nothing };
}

function blocksOf({ blocks }: Side, scenario: string): Facts[] {
  return blocks.filter((facts) => facts.scenario === scenario);
}
