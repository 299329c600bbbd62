import type { Events } from '../../experiment.ts';
import { Fault, messageOf } from '../../lib/fault.ts';
import type { Block, PlannedTrial } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';

/** A running experiment as it is shown: nothing here drives it, and no promise here ever rejects. */
export interface Show {
  readonly suites: readonly ShownSuite[];
  /** What the judge found, known at the very end; null when nothing was judged. */
  readonly claims: Promise<readonly ShownClaim[] | null>;
}

export interface ShownSuite {
  /** The device. */
  readonly title: string;
  readonly trials: readonly ShownTrial[];
}

export interface ShownTrial {
  /** "07/48": its place in the block, by the plan. */
  readonly place: string;
  /** The condition in words. */
  readonly title: string;
  readonly begun: Promise<void>;
  readonly outcome: Promise<ShownOutcome>;
}

/** `ms` is what the trial took on the wall, by its own record. */
export type ShownOutcome =
  | { readonly kind: 'sound'; readonly ms: number }
  | { readonly kind: 'void'; readonly ms: number; readonly reason: string }
  | {
      readonly kind: 'fault';
      readonly ms: number;
      readonly reason: string;
      /** What the person at the bench can do about it. */
      readonly advice: string;
    }
  | { readonly kind: 'not run'; readonly reason: string };

export interface ShownClaim {
  /** The device. */
  readonly suite: string;
  /** The claim with its answer. */
  readonly title: string;
}

/** The two ends of one experiment on show. */
export interface OnShow {
  readonly show: Show;
  readonly events: Events;
  /** Ends the show: what has not ended by now is not going to. Pass null when nothing was judged. */
  close(claims: readonly ShownClaim[] | null): void;
}

/**
 * Puts an experiment on show. `todo` is what is still to be run of each block: all of it, unless the run is resumed.
 * A trial that is run again under a new name keeps its place here.
 */
export function onShow(
  todo: readonly { readonly block: Block; readonly trials: readonly PlannedTrial[] }[],
): OnShow {
  const ends = new Map<string, Ends>();
  const suites = todo.map(({ block, trials }) => ({
    title: block.device,
    trials: trials.map((trial) => {
      const end: Ends = {
        block,
        begun: Promise.withResolvers(),
        outcome: Promise.withResolvers(),
      };
      ends.set(keyOf(block, trial), end);
      return {
        place: placeOf(block, trial),
        title: trial.arm,
        begun: end.begun.promise,
        outcome: end.outcome.promise,
      };
    }),
  }));
  const claims = Promise.withResolvers<readonly ShownClaim[] | null>();
  return {
    show: { suites, claims: claims.promise },
    events: {
      begin: (block, trial) => ends.get(keyOf(block, trial))?.begun.resolve(),
      end: (block, trial, record) => {
        ends.get(keyOf(block, trial))?.outcome.resolve(outcomeOf(record));
      },
      stopped: (block, error) => {
        for (const end of ends.values()) {
          if (end.block === block) end.outcome.resolve(stoppedBy(error));
        }
      },
    },
    close: (judged) => {
      for (const { outcome } of ends.values()) {
        outcome.resolve({ kind: 'not run', reason: 'the run ended first' });
      }
      claims.resolve(judged);
    },
  };
}

interface Ends {
  readonly block: Block;
  readonly begun: PromiseWithResolvers<void>;
  readonly outcome: PromiseWithResolvers<ShownOutcome>;
}

function keyOf({ device, browser }: Block, { replicate, arm }: PlannedTrial): string {
  return JSON.stringify([device, browser, replicate, arm]);
}

function placeOf(block: Block, trial: PlannedTrial): string {
  const of = String(block.trials.length);
  const index = block.trials.findIndex(
    ({ arm, replicate }) => arm === trial.arm && replicate === trial.replicate,
  );
  return `${String(index + 1).padStart(of.length, '0')}/${of}`;
}

/** What a record says of its controls. It cannot say what was sighted. */
function outcomeOf(record: TrialRecord): ShownOutcome {
  const times = Object.values(record.timings);
  const ms = times.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
  if (record.fault) {
    const { code, message, advice } = record.fault;
    return { kind: 'fault', ms, reason: `${code}: ${message}`, advice };
  }
  if (!record.sound) return { kind: 'void', ms, reason: record.void[0] ?? 'no reason recorded' };
  return { kind: 'sound', ms };
}

/** Why the rest of a block is not run. A bug is printed with its stack when the command ends, not here. */
function stoppedBy(error: unknown): ShownOutcome {
  const advice = error instanceof Fault ? ` ${error.advice}` : '';
  return { kind: 'not run', reason: `the block was stopped: ${messageOf(error)}${advice}` };
}
