import type { Block } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { classOf } from '../verdicts/recipients.ts';
import { isTwin, sameCondition } from '../verdicts/rows.ts';
import type { OutsideRow } from './shape.ts';
import { standingOf } from '../verdicts/sound.ts';
import type { Outside, Unopened } from './outside.ts';

/**
 * What metadata answers by itself: each recipient that could not be read, under each condition of a block: in how many
 * sound trials it was spoken to, over how many connections, with how many bytes each way, and when first.
 */
export function outsideOf(
  block: Block,
  trials: readonly TrialRecord[],
  outside: Pick<Outside, 'of'>,
): OutsideRow[] {
  const hosts = hostsOf(trials, outside);
  return block.conditions.flatMap((condition) => {
    const own = trials.filter(
      (trial) =>
        standingOf(trial) === 'sound' &&
        !isTwin(block, trial) &&
        sameCondition(trial.condition, condition),
    );
    return hosts.map((host): OutsideRow => {
      const met = own.map((trial) => outside.of(trial).get(host) ?? NOTHING);
      const times = own.flatMap((trial, i) => startedAt(trial, met[i], block.expected.timelapse));
      return {
        device: block.device,
        browser: block.browser,
        host,
        recipientClass: classOf(host),
        condition: { ...condition },
        trials: met.filter(({ connections }) => connections > 0).length,
        of: own.length,
        connections: spread(met.map(({ connections }) => connections)),
        bytesUp: spread(met.map(({ bytesUp }) => bytesUp)),
        bytesDown: spread(met.map(({ bytesDown }) => bytesDown)),
        firstSeconds: times.length === 0 ? null : Math.round(spread(times)[1] * 10) / 10,
      };
    });
  });
}

/** Every recipient that could not be read in any of these trials, in alphabetical order. */
export function hostsOf(trials: readonly TrialRecord[], { of }: Pick<Outside, 'of'>): string[] {
  return [...new Set(trials.flatMap((trial) => [...of(trial).keys()]))].sort();
}

export const NOTHING: Unopened = { connections: 0, bytesUp: 0, bytesDown: 0, firstAt: null };

/** Seconds of phone time from the first step of the trial; before it they are negative. */
function startedAt(
  { timings }: TrialRecord,
  met: Unopened | undefined,
  timelapse: number,
): number[] {
  const steps = timings['steps'];
  if (!met || met.firstAt === null || steps === undefined) return [];
  return [((met.firstAt - steps) * timelapse) / 1000];
}

/** Smallest, median (the lower of two) and largest; zeros where there are none. */
function spread(values: readonly number[]): [number, number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (place: number): number => sorted[place] ?? 0;
  return [at(0), at(Math.floor((sorted.length - 1) / 2)), at(sorted.length - 1)];
}
