import type { Facts, Side } from '../side.ts';
import { scenariosOf } from '../cells.ts';
import type { Change, Where } from '../shape.ts';

type SwitchChange = Pick<Change, 'change' | 'scenario' | 'what' | 'a' | 'b'> & {
  readonly kind: 'switch' | 'caption';
  readonly said: string;
};

/** Switches that one side has and the other has not, and captions that are not the same, as read back in every trial. */
export function switchesOf(a: Side, b: Side): SwitchChange[] {
  return scenariosOf(a).flatMap((scenario) => {
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
      const [was, is] = [[...one.keys()].join(' / '), [...other.keys()].join(' / ')];
      if (was === is) return [];
      return [
        { ...common, kind: 'caption', change: 'changed', what: factor, said: `“${was}” → “${is}”` },
      ];
    });
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
