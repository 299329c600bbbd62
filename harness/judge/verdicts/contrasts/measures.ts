import type { Block, Plan, Statistic } from '../../../record/plan/plan.ts';
import type { TrialRecord } from '../../../record/trial.ts';
import type { Amounts } from '../../outside/amounts.ts';
import type { Finding, Findings } from '../findings.ts';
import { classOf } from '../recipients.ts';
import { hostsOf, leaksOf, sightedIn } from '../rows.ts';

/** One thing that a contrast asks about: a canary at a recipient, or how much a recipient is told; one number a trial. */
export interface Hypothesis {
  /** Null where recipients are asked about, whatever they are told. */
  readonly canary: string | null;
  /** Null: all whom the claim is about, together. */
  readonly host: string | null;
  /** Null where it was not counted. */
  value(trial: TrialRecord): number | null;
}

interface Asked {
  readonly plan: Plan;
  readonly block: Block;
  /** Of this block. */
  readonly trials: readonly TrialRecord[];
  readonly findings: Findings;
  readonly amounts: Pick<Amounts, 'of' | 'hosts'>;
}

/** What each statistic counts, and in which unit differences are told. */
export const MEANINGS: Readonly<Record<Statistic, string>> = {
  presence: 'difference in the number of trials with a sighting',
  delay:
    'difference in seconds from planting to the first sighting in the window; without one, the longest window',
  exchanges: 'difference in requests, messages and unread connections a trial',
  bytes: 'difference in bytes a trial, as far as they can be counted',
  'first contact':
    'difference in seconds from the first step to the first exchange; without one, the longest window',
};

/** All that a contrast with this statistic asks of a block: they share one maximum. */
export function hypothesesOf(asked: Asked, statistic: Statistic): Hypothesis[] {
  if (statistic === 'presence' || statistic === 'delay') return ofCanaries(asked, statistic);
  const { plan, trials, amounts } = asked;
  const about = new Set([...plan.recipientClasses, 'unknown']);
  const hosts = amounts.hosts(trials).filter((host) => about.has(classOf(host)));
  const valueAt = amountOf(asked, statistic);
  return [
    { canary: null, host: null, value: (trial) => valueAt(trial, hosts) },
    ...hosts.map((host) => ({
      canary: null,
      host,
      value: (trial: TrialRecord) => valueAt(trial, [host]),
    })),
  ];
}

function ofCanaries(asked: Asked, statistic: 'presence' | 'delay'): Hypothesis[] {
  const longest = longestOf(asked, 'steps');
  return Object.keys(asked.plan.canaries).flatMap((canary) => {
    const leaks = leaksOf(asked, canary);
    const delay = delayOf(leaks, canary, longest, asked.block);
    return [null, ...hostsOf(asked, canary)].map((host): Hypothesis => ({
      canary,
      host,
      value: (trial) =>
        statistic === 'presence' ? Number(sightedIn(leaks, trial, host)) : delay(trial, host),
    }));
  });
}

/** What is not seen within the window counts as the longest there was: the same number for every such trial. */
function delayOf(
  leaks: readonly Finding[],
  canary: string,
  longest: number,
  { expected }: Block,
): (trial: TrialRecord, host: string | null) => number {
  return (trial, host) => {
    const typed = trial.planted[canary];
    const left = leaks.flatMap(({ planted, inWindow, exchange }) =>
      planted.id === trial.id && inWindow && (host === null || exchange.host === host)
        ? (exchange.at ?? [])
        : [],
    );
    const wall = left.length === 0 || typed === undefined ? longest : Math.min(...left) - typed;
    return (Math.min(wall, longest) * expected.timelapse) / 1000;
  };
}

/** From a stage to the end, in the longest of these trials; ms on the wall. */
function longestOf({ trials }: Asked, stage: string): number {
  const windows = trials.map(({ timings }) => (timings['ended'] ?? 0) - (timings[stage] ?? 0));
  return windows.reduce((longest, one) => Math.max(longest, one), 0);
}

function amountOf(
  asked: Asked,
  statistic: Exclude<Statistic, 'presence' | 'delay'>,
): (trial: TrialRecord, hosts: readonly string[]) => number | null {
  const { amounts, block } = asked;
  if (statistic === 'first contact') {
    const longest = longestOf(asked, 'steps');
    return (trial, hosts) => {
      const since = trial.timings['steps'] ?? 0;
      const times = hosts.flatMap((host) => amounts.of(trial, host).firstAt ?? []);
      const wall = Math.min(longest, ...times.map((at) => at - since));
      return (wall * block.expected.timelapse) / 1000;
    };
  }
  return (trial, hosts) =>
    hosts.reduce<number | null>((sum, host) => {
      const more = amounts.of(trial, host)[statistic];
      return sum === null || more === null ? null : sum + more;
    }, 0);
}
