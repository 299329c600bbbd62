import type { Block } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { rungSchema } from '../../record/trial.ts';

/** What can lie between two values of a field, from the least to the most (method, section 9); time is ours. */
export const RUNGS = ['request', ...rungSchema.options, 'a day'] as const;

export type Rung = (typeof RUNGS)[number];

/** The bit of a rung in a mask of rungs. */
export function bitOf(rung: Rung): number {
  return 1 << RUNGS.indexOf(rung);
}

/** A harder rung is also every rung that it brings about. */
const BRINGS: Readonly<Record<Rung, readonly Rung[]>> = {
  request: [],
  visit: [],
  'app start': [],
  'data cleared': ['app start'],
  reboot: ['app start'],
  'account change': [],
  'factory reset': ['app start', 'data cleared', 'reboot', 'account change'],
  clock: [],
  'a day': [],
};

/**
 * When a request was sent: how often each rung had been climbed on this phone until then; of the clock, by how many days
 * our hands had set it on.
 */
export interface Moment {
  readonly climbed: readonly number[];
  /** Counts requests of the block. */
  readonly request: number;
  /** Phone time in ms; null where the exchange has no time. */
  readonly at: number | null;
}

/** The rungs between two moments of one block, as a mask; 0 within one request. */
export function between(one: Moment, other: Moment): number {
  if (one.request === other.request) return 0;
  let mask = bitOf('request');
  // Moments of one stretch share their counts.
  if (one.climbed !== other.climbed) {
    for (let rung = 1; rung < RUNGS.length; rung++) {
      if (one.climbed[rung] !== other.climbed[rung]) mask |= 1 << rung;
    }
  }
  if (one.at !== null && other.at !== null && Math.abs(other.at - one.at) >= DAY)
    mask |= bitOf('a day');
  return mask;
}

/** Where each request of a block stands on the ladder. Trials in the order in which they were run. */
export interface Ladder {
  moment(trial: string, at: number | null): Moment;
}

/**
 * Reads the ladder off the trials: data cleared and the clock put back in the wash-out, the app started after it, a visit for each page or
 * search, and whatever else the steps say they did to the phone.
 */
export function ladderOf(block: Pick<Block, 'expected'>, trials: readonly TrialRecord[]): Ladder {
  const climbed = RUNGS.map(() => 0);
  const climb = (rung: Rung): void => {
    for (const one of [rung, ...BRINGS[rung]]) {
      const index = RUNGS.indexOf(one);
      climbed[index] = (climbed[index] ?? 0) + 1;
    }
  };
  const byTrial = new Map<string, { at: number; climbed: readonly number[] }[]>();
  for (const trial of trials) {
    const stretches = [{ at: -Infinity, climbed: [...climbed] }];
    for (const step of stepsOf(trial)) {
      if (step.rung !== 'clock') climb(step.rung);
      else climbed[CLOCK] = step.days === null ? 0 : daysAhead(climbed) + step.days;
      stretches.push({ at: step.at, climbed: [...climbed] });
    }
    byTrial.set(trial.id, stretches);
  }
  let request = 0;
  const { timelapse } = block.expected;
  return {
    moment: (trial, at) => {
      const stretches = byTrial.get(trial) ?? [];
      const stretch = stretches.findLast((one) => at === null || one.at <= at);
      return {
        climbed: stretch?.climbed ?? climbed,
        request: request++,
        at: at === null ? null : at * timelapse,
      };
    },
  };
}

/** By how many days the phone's clock was ahead of ours then. */
export function aheadAt({ climbed }: Moment): number {
  return daysAhead(climbed);
}

function daysAhead(climbed: readonly number[]): number {
  return climbed[CLOCK] ?? 0;
}

const CLOCK = RUNGS.indexOf('clock');

/** 23 hours: whoever comes back at the same time the next day counts. */
const DAY = 23 * 3_600_000;

/** `days`: null where the clock is put back. */
type Step =
  | { readonly at: number; readonly rung: Exclude<Rung, 'clock'> }
  | { readonly at: number; readonly rung: 'clock'; readonly days: number | null };

function stepsOf(trial: TrialRecord): Step[] {
  const { timings, planted, rungs = [] } = trial;
  const told = (name: string, rung: 'data cleared' | 'app start' | 'visit'): Step[] => {
    const at = timings[name];
    return at === undefined ? [] : [{ at, rung }];
  };
  const washed = timings['wash out'];
  return [
    ...(washed === undefined ? [] : [{ at: washed, rung: 'clock' as const, days: null }]),
    ...told('wash out', 'data cleared'),
    ...told('make ready', 'app start'),
    ...told('beacon', 'visit'),
    ...[...new Set(Object.values(planted))].map((at) => ({ at, rung: 'visit' as const })),
    ...rungs,
  ].sort((a, b) => a.at - b.at);
}
