import type { Dose } from '../../canary.ts';
import { charactersOf, DOSES } from '../../canary.ts';
import type { Chance } from '../../lib/seed.ts';
import type { Design } from '../statistics/strata.ts';
import { rerandomise } from '../statistics/rerandomise.ts';
import { noiseOf } from './noise.ts';

/** One trial with a dose or sham; `twin`: of the A/A pair, it has no part in the slope. In order of time. */
export interface Given {
  readonly replicate: number;
  readonly dose: Dose;
  readonly twin: boolean;
}

/** What the bytes to one recipient say. p under the maximum over all recipients. */
export interface Weighed {
  readonly answer: 'talks about it' | 'inconclusive';
  readonly reasons: readonly ('too-few' | 'batched' | 'no-slope')[];
  /** Of the slope over doses: alone, and under the maximum over recipients. */
  readonly own: number;
  readonly p: number;
  /** More bytes with a visit than without; other bytes for a page of chance than for a fixed one as long. */
  readonly visits: number;
  readonly content: number;
  /** More bytes after a longer address in one of the three trials before: a queue that outlasts the window. */
  readonly late: number;
  /** Standard deviation from trial to trial, from dose 0, its twin and the fixed page. */
  readonly noise: number;
  /** The smallest p of a slope that these trials could give. */
  readonly smallest: number;
}

/**
 * Whether bytes grow with the dose, recipient by recipient: `bytes[recipient][trial]`. No slope is never silence: what is
 * hashed has none, and what waits in a queue comes later.
 */
export function weigh(
  trials: readonly Given[],
  bytes: readonly (readonly number[])[],
  chance: (test: string) => Chance,
  draws = 19_999,
): Weighed[] {
  const at = (which: (trial: Given) => boolean): number[] =>
    trials.flatMap((trial, slot) => (which(trial) ? [slot] : []));
  const test = (name: string, slots: number[], score: (trial: Given) => number): Tests => {
    const design = designOf(trials, slots, score);
    const columns = bytes.map((one) => ({ outcomes: slots.map((slot) => one[slot] ?? 0) }));
    return rerandomise(design, columns, chance(name), { scaled: true, draws });
  };
  const dosed = at(({ dose, twin }) => typeof dose === 'number' && !twin);
  const slope = test('slope', dosed, ({ dose }) => charactersOf(dose));
  const visits = test(
    'visits',
    at(({ dose }) => dose === 0 || dose === 'no visit'),
    ({ dose }) => Number(dose === 0),
  );
  const longest = Math.max(...DOSES);
  const content = test(
    'content',
    at(({ dose }) => dose === longest || dose === 'fixed value'),
    ({ dose }) => Number(dose === longest),
  );
  const late = lateOf(trials, bytes, chance, draws);
  return bytes.map((one, h) => {
    const shams = at(({ dose }) => dose === 0 || dose === 'fixed value');
    const noise = noiseOf(
      shams.flatMap((slot) => {
        const trial = trials[slot];
        if (!trial) return [];
        const arm = `${trial.dose}${trial.twin ? ' again' : ''}`;
        return [{ replicate: trial.replicate, arm, value: one[slot] ?? 0 }];
      }),
    );
    const shown = {
      own: slope.own[h] ?? 1,
      p: slope.max[h] ?? 1,
      visits: positive(visits, h),
      content: content.max[h] ?? 1,
      late: late[h] ?? 1,
      noise,
      smallest: slope.smallest,
    };
    const reasons = reasonsOf(shown);
    return { ...shown, reasons, answer: reasons.length === 0 ? 'talks about it' : 'inconclusive' };
  });
}

/** Where bytes follow an earlier trial, the slope means nothing; where no visit shows in time, no queue is known to be empty. */
function reasonsOf(shown: Pick<Weighed, 'p' | 'late' | 'visits' | 'smallest'>): Weighed['reasons'] {
  if (shown.smallest > ALPHA) return ['too-few'];
  if (shown.late <= ALPHA) return ['batched'];
  if (shown.p <= ALPHA) return [];
  return shown.visits <= ALPHA ? ['no-slope'] : ['no-slope', 'batched'];
}

const ALPHA = 0.05;
/** Trials back that a queue is looked for. */
const LAGS = [1, 2, 3] as const;

type Tests = ReturnType<typeof rerandomise>;

/** Doses of earlier trials against what is left of a trial's bytes when its own arm's level is taken out. */
function lateOf(
  trials: readonly Given[],
  bytes: readonly (readonly number[])[],
  chance: (test: string) => Chance,
  draws: number,
): number[] {
  const slots = [...trials.keys()];
  const design = designOf(trials, slots, ({ dose }) => charactersOf(dose));
  const columns = bytes.flatMap((one) => {
    const outcomes = withoutArms(trials, one);
    return LAGS.map((lag) => ({ outcomes, lag }));
  });
  const tested = rerandomise(design, columns, chance('late'), { scaled: true, draws });
  return bytes.map((_, h) =>
    Math.min(...LAGS.map((_lag, i) => positive(tested, h * LAGS.length + i))),
  );
}

function positive({ statistics, max }: Tests, h: number): number {
  return (statistics[h] ?? 0) > 0 ? (max[h] ?? 1) : 1;
}

function withoutArms(trials: readonly Given[], values: readonly number[]): number[] {
  const arms = Map.groupBy(values.keys(), (slot) => trials[slot]?.dose);
  const left = [...values];
  for (const slots of arms.values()) {
    const mean = slots.reduce((sum, slot) => sum + (values[slot] ?? 0), 0) / slots.length;
    for (const slot of slots) left[slot] = (values[slot] ?? 0) - mean;
  }
  return left;
}

function designOf(
  trials: readonly Given[],
  slots: readonly number[],
  score: (trial: Given) => number,
): Design {
  const own = slots.flatMap((slot) => trials[slot] ?? []);
  return { replicates: own.map(({ replicate }) => replicate), scores: own.map(score) };
}
