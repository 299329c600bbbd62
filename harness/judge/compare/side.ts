import type { Block, Condition } from '../../record/plan/plan.ts';
import type { Stamp } from '../../record/stamp.ts';
import type { TrialRecord } from '../../record/trial.ts';
import type { BlockTable } from '../fields/table.ts';
import type { Unopened } from '../outside/outside.ts';
import { isDosed, isTwin, sameCondition } from '../verdicts/rows.ts';
import type { Contrast } from '../verdicts/contrasts/shape.ts';
import type { Verdict } from '../verdicts/shape.ts';
import { standingOf } from '../verdicts/sound.ts';

/** One block of one run, judged: the unit that sides are made of. */
export interface Facts {
  readonly run: string;
  readonly ledgerHead: string;
  readonly scenario: string;
  /** Of its plan: in the ledger before the first trial. */
  readonly seed: string;
  readonly question: string;
  /** When the run began, ms since the epoch; null where `run.json` does not say. */
  readonly at: number | null;
  readonly codeVersion: string;
  readonly device: string;
  readonly stamp: Stamp;
  readonly model: string;
  readonly rom: string;
  readonly browser: string;
  readonly appVersion: string;
  readonly reach: Verdict['reach'];
  readonly block: Block;
  readonly rows: readonly Verdict[];
  readonly contrasts: readonly Contrast[];
  readonly table: BlockTable;
  /** What was seen of each recipient that could not be read, trial by trial of the table. */
  readonly closed: readonly ReadonlyMap<string, Unopened>[];
  /** Words on the screens of the manipulation checks, by factor, trial by trial of the table. */
  readonly words: readonly ReadonlyMap<string, ReadonlySet<string>>[];
}

/** One side of a comparison: what was asked for, and the blocks that it means. */
export interface Side {
  readonly term: string;
  readonly blocks: readonly Facts[];
}

export interface Count {
  readonly k: number;
  readonly n: number;
}

/** Trials of a block that count under a condition, by their place in the table: sound ones, without the A/A twin. */
export function counted(facts: Facts, condition: Condition): number[] {
  return placesOf(
    facts,
    (trial) =>
      sameCondition(trial.condition, condition) && !isTwin(facts.block, trial) && !isDosed(trial),
  );
}

/** The two arms of a block's A/A pair, by place; empty where it has none. */
export function pairOf(facts: Facts): readonly [number[], number[]] {
  const control = facts.block.contrasts.find(({ role }) => role === 'control');
  const [one, other] = (control?.arms ?? []).map((arm) =>
    placesOf(facts, (trial) => trial.arm === arm),
  );
  return [one ?? [], other ?? []];
}

function placesOf({ table }: Facts, wanted: (trial: TrialRecord) => boolean): number[] {
  return table.trials.flatMap((trial, place) =>
    standingOf(trial) === 'sound' && wanted(trial) ? [place] : [],
  );
}
