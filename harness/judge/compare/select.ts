import { Fault } from '../../lib/fault.ts';
import type { Plan } from '../../record/plan/plan.ts';
import type { RunInfo } from '../../record/run.ts';
import type { Sided } from './shape.ts';

/** One run of `results/`, as far as choosing needs it: nothing of it is judged yet. */
export interface Listed {
  readonly run: string;
  readonly folder: string;
  readonly plan: Plan;
  readonly info: RunInfo | null;
}

/** What a word of the command line stands for: blocks of runs. */
export interface Chosen {
  readonly term: string;
  readonly kind: Sided['kind'];
  readonly blocks: readonly ChosenBlock[];
}

export interface ChosenBlock {
  readonly run: string;
  readonly folder: string;
  readonly scenario: string;
  readonly device: string;
  readonly browser: string;
}

interface Block extends ChosenBlock {
  readonly names: Readonly<Record<Sided['kind'], readonly string[]>>;
}

/** Where a word may mean several things, the first of these that it does mean. */
const KINDS: readonly Sided['kind'][] = ['run', 'device', 'app version', 'ROM', 'date'];

/** The blocks that a word names, and as what; null where it names nothing. */
export function choose(term: string, listed: readonly Listed[]): Chosen | null {
  const blocks = listed.flatMap(blocksOf);
  const word = plain(term);
  for (const kind of KINDS) {
    const named = blocks.filter(({ names }) => names[kind].some((name) => plain(name) === word));
    if (named.length === 0) continue;
    return { term, kind, blocks: named.map(({ names: _, ...block }) => block) };
  }
  return null;
}

/** Every word that names something, for the advice after a slip of the pen; runs last, since they are many. */
export function namesIn(listed: readonly Listed[]): string[] {
  const blocks = listed.flatMap(blocksOf);
  const shown: readonly Sided['kind'][] = ['app version', 'ROM', 'device', 'date', 'run'];
  return [
    ...new Set(shown.flatMap((kind) => blocks.flatMap(({ names }) => names[kind].slice(0, 1)))),
  ];
}

/** Two words that mean different sorts of thing cannot be held against each other. */
export function refuseUnlike(a: Chosen, b: Chosen): void {
  if (a.kind === b.kind) return;
  throw new Fault(
    'unlike-sides',
    `"${a.term}" names ${article(a.kind)}, and "${b.term}" ${article(b.kind)}`,
    'Give two of a kind: two runs, two devices, two ROM builds, two app versions or two dates.',
  );
}

function article(kind: Sided['kind']): string {
  return kind === 'app version' ? 'an app version' : `a ${kind}`;
}

function blocksOf({ run, folder, plan, info }: Listed): Block[] {
  return plan.blocks.map(({ device, browser, expected }): Block => {
    const read = info?.devices.find(
      (one) => one.device === device && ['', browser].includes(one.browserName),
    );
    const [version, rom] = [read?.appVersion ?? expected.appVersion, read?.rom ?? expected.rom];
    const label = read?.browser ?? browser;
    const begun = info === null ? [] : [new Date(info.startedAt).toISOString()];
    return {
      run,
      folder,
      scenario: plan.scenario,
      device,
      browser,
      names: {
        run: [run, folder],
        device: [device],
        'app version': [`${browser} ${version}`, version, `${label} ${version}`],
        ROM: [
          rom.split(' ').find((part) => /\d/.test(part) && part.length > 4) ?? rom,
          rom,
          ...rom.split(' '),
        ],
        date: begun.flatMap((at) => [at.slice(0, 10), at.slice(0, 7)]),
      },
    };
  });
}

function plain(name: string): string {
  return name.replace(/\/+$/, '').trim().toLowerCase();
}
