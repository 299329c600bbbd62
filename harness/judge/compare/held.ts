import type { Facts, Side } from './side.ts';
import type { Comparison, Sided } from './shape.ts';

/** Facts of a block that may differ between firmwares, in the words of the print. */
const FACTS: readonly (readonly [string, (facts: Facts) => string])[] = [
  ['app version', ({ browser, appVersion }) => `${browser} ${appVersion}`],
  ['ROM', ({ rom }) => rom],
  ['model', ({ model }) => model],
  ['phone', ({ device }) => device],
  ['reach', ({ reach }) => reach],
  ['code that gathered', ({ codeVersion }) => codeVersion],
];

/** What can change what a phone sends. The phone itself and our code are told, and only weigh where nothing else differs. */
const WEIGHTY: ReadonlySet<string> = new Set(['app version', 'ROM', 'model', 'reach']);

export function heldAndDiffering(
  a: Side,
  b: Side,
): Pick<Comparison, 'held' | 'differs' | 'confounded'> {
  const told = FACTS.map(([what, of]) => ({ what, a: valuesOf(a, of), b: valuesOf(b, of) }));
  const same = (one: (typeof told)[number]): boolean => one.a.join('\n') === one.b.join('\n');
  const differs = told.filter((one) => !same(one));
  const weighty = differs.filter(({ what }) => WEIGHTY.has(what)).map(({ what }) => what);
  return {
    held: told.filter(same).map(({ what, a: values }) => ({ what, value: values.join(', ') })),
    differs,
    confounded: weighty.length > 1 ? weighty : [],
  };
}

/** Blocks of both sides that can be held against each other: they agree in all but what was asked about. */
export interface Stratum {
  readonly a: Side;
  readonly b: Side;
}

/**
 * Devices are blocks: the same phone on both sides, else phones of one model that agree in the rest (ROM for app versions,
 * app version for ROMs), else all with all, and then it is said what is confounded. What has no counterpart is left out, and
 * said. Scenario and browser always agree.
 */
export function strataOf(
  a: Side,
  b: Side,
  kind: Sided['kind'],
): { strata: Stratum[]; leftOut: string[] } {
  for (const rest of KEYS[kind]) {
    const key = (facts: Facts): string => `${facts.scenario}\n${facts.browser}\n${rest(facts)}`;
    const [ours, theirs] = [grouped(a, key), grouped(b, key)];
    const shared = [...ours.keys()].filter((name) => theirs.has(name)).sort();
    if (shared.length === 0) continue;
    const only = (side: Side, other: ReadonlyMap<string, Facts[]>, letter: string): string[] =>
      side.blocks.flatMap(({ scenario, device, browser, appVersion, run }, i) => {
        const facts = side.blocks[i];
        if (facts === undefined || other.has(key(facts))) return [];
        return [
          `${letter}: ${scenario} on ${device}, ${browser} ${appVersion} (${run}) has no counterpart`,
        ];
      });
    return {
      strata: shared.map((name) => ({
        a: { term: a.term, blocks: ours.get(name) ?? [] },
        b: { term: b.term, blocks: theirs.get(name) ?? [] },
      })),
      leftOut: [...only(a, theirs, 'A'), ...only(b, ours, 'B')],
    };
  }
  return { strata: [], leftOut: [] };
}

type Key = (facts: Facts) => string;
const ANY: Key = () => '';

/** What must agree, the strictest first; of several keys the first that anything has in common. */
const KEYS: Readonly<Record<Sided['kind'], readonly Key[]>> = {
  'app version': [
    ({ device, rom }) => `${device}\n${rom}`,
    ({ model, rom }) => `${model}\n${rom}`,
    ({ rom }) => rom,
    ANY,
  ],
  ROM: [
    ({ device, appVersion }) => `${device}\n${appVersion}`,
    ({ model, appVersion }) => `${model}\n${appVersion}`,
    ({ appVersion }) => appVersion,
    ANY,
  ],
  run: [
    ({ device }) => device,
    ({ model, rom, appVersion }) => `${model}\n${rom}\n${appVersion}`,
    ANY,
  ],
  date: [
    ({ device }) => device,
    ({ model, rom, appVersion }) => `${model}\n${rom}\n${appVersion}`,
    ANY,
  ],
  device: [ANY],
};

function grouped({ blocks }: Side, key: Key): Map<string, Facts[]> {
  const groups = new Map<string, Facts[]>();
  for (const facts of blocks) groups.set(key(facts), [...(groups.get(key(facts)) ?? []), facts]);
  return groups;
}

function valuesOf({ blocks }: Side, of: (facts: Facts) => string): string[] {
  return [...new Set(blocks.map(of))].sort();
}
