import { seeded } from '../../lib/seed.ts';
import type { Block, DeclaredContrast, Plan } from '../../record/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { differenceInterval } from '../statistics/interval.ts';
import { paired } from '../statistics/strata.ts';
import { rerandomise } from '../statistics/rerandomise.ts';
import { stepDown } from '../statistics/stepdown.ts';
import type { Findings } from './findings.ts';
import { hostsOf, leaksOf, sameCondition, sightedIn } from './rows.ts';
import type { Contrast, Verdict } from './shape.ts';
import { pairsOf, standingOf, tally } from './sound.ts';

interface Given {
  readonly plan: Plan;
  readonly findings: Findings;
  /** The trials of one block, in order of time. */
  readonly trialsOf: (block: Block) => readonly TrialRecord[];
  /** The rows of all blocks: a side without an answer cannot be compared. */
  readonly rows: readonly Verdict[];
}

/**
 * Every contrast that the plan declares, for each canary at each recipient and at any of them: labels permuted
 * within replicates, maxT within the contrast, step-down over all declared contrasts of the run, and again over the
 * primaries of the invocation. An A/A alarm is written on the contrasts of its block.
 */
export function contrastsOf(given: Given): Contrast[] {
  const intervalOf = remembered();
  const tested = given.plan.blocks.flatMap((block) =>
    block.contrasts.map((declared) => test(given, block, declared, intervalOf)),
  );
  const claims = tested.filter(({ declared }) => declared.role === 'claim');
  const ps = ({ rows }: Tested): number[] => rows.map(({ p }) => p ?? 1);
  const adjusted = stepDown(claims.map(ps));
  const primaries = claims.filter(({ declared }) => declared.primary);
  const invocation = Math.max(primaries.length, given.plan.primaries ?? 0);
  const over = stepDown(primaries.map(ps), invocation - primaries.length);
  return tested.flatMap(({ block, declared, rows, max }) => {
    const alarmed = tested.some((one) => one.block === block && isAlarm(one));
    const place = (among: readonly Tested[]): number =>
      among.findIndex((one) => one.block === block && one.declared === declared);
    const [which, first] = [place(claims), place(primaries)];
    return rows.map((row, h): Contrast => {
      const alarm = alarmed && declared.role === 'claim';
      return {
        ...row,
        p: row.p === null ? null : rounded(row.p),
        pAdjusted:
          row.p === null ? null : rounded((which < 0 ? max[h] : adjusted[which]?.[h]) ?? 1),
        family: which < 0 ? 1 : claims.length,
        pOverInvocation: row.p === null || first < 0 ? null : rounded(over[first]?.[h] ?? 1),
        invocation: first < 0 ? 1 : invocation,
        reasons: alarm ? [...row.reasons, 'a-a-alarm'] : row.reasons,
      };
    });
  });
}

interface Tested {
  readonly block: Block;
  readonly declared: DeclaredContrast;
  /** p is the one under maxT here; the adjustment over contrasts follows. */
  readonly rows: readonly Contrast[];
  readonly max: readonly number[];
}

/** Two arms with one condition differ: chance, or something of ours that moves with time. */
function isAlarm({ declared, rows }: Tested): boolean {
  return declared.role === 'control' && rows.some(({ p }) => p !== null && p <= 0.05);
}

function test(
  given: Given,
  block: Block,
  declared: DeclaredContrast,
  intervalOf: typeof differenceInterval,
): Tested {
  const { plan } = given;
  const trials = given.trialsOf(block).filter((trial) => standingOf(trial) !== 'cut short');
  const [first, second] = declared.arms.map((arm) => trials.filter((trial) => trial.arm === arm));
  const arms = { first: first ?? [], second: second ?? [] };
  const all = pairsOf(arms.first, arms.second);
  const pairs = all.filter((pair) => pair.every((trial) => standingOf(trial) === 'sound'));
  const hypotheses = Object.keys(plan.canaries).flatMap((canary) =>
    [null, ...hostsOf({ ...given, block }, canary)].map((host) => ({ canary, host })),
  );
  const sighted = hypotheses.map(({ canary, host }) => {
    const leaks = leaksOf({ ...given, block }, canary);
    return (trial: TrialRecord): number => Number(sightedIn(leaks, trial, host));
  });
  const chance = seeded('contrast', plan.seed, block.device, block.browser, ...declared.arms);
  const columns = sighted.map((seen) => ({ outcomes: pairs.flatMap((pair) => pair.map(seen)) }));
  const { own, max, smallest } = rerandomise(paired(pairs.length), columns, chance);
  const reasons = reasonsAgainst(arms, all, pairs.length, tally(given.trialsOf(block)).tooManyVoid);
  const rows = hypotheses.map(({ canary, host }, h): Contrast => {
    const count = (arm: readonly TrialRecord[]): { x: number; n: number } => {
      const sound = arm.filter((trial) => standingOf(trial) === 'sound');
      return {
        x: sound.reduce((sum, trial) => sum + (sighted[h]?.(trial) ?? 0), 0),
        n: sound.length,
      };
    };
    const [one, other] = [count(arms.first), count(arms.second)];
    const open = isOpen(given.rows, block, declared, { canary, host });
    const why: Contrast['reasons'] = open ? ['inconclusive', ...reasons] : reasons;
    const known = why.length === 0 && one.n > 0 && other.n > 0;
    const interval = known ? intervalOf(one.x, one.n, other.x, other.n) : null;
    return {
      scenario: plan.scenario,
      device: block.device,
      browser: block.browser,
      canary,
      host,
      factor: declared.factor,
      levels: declared.levels,
      held: declared.held,
      statistic:
        'difference in the number of trials with a sighting, labels permuted within replicates',
      difference: known ? rounded(one.x / one.n - other.x / other.n) : null,
      interval: interval === null ? null : [rounded(interval[0]), rounded(interval[1])],
      p: known ? (max[h] ?? 1) : null,
      pAdjusted: null,
      family: 1,
      pOverInvocation: null,
      invocation: 1,
      smallestP: smallest,
      primary: declared.primary,
      kind: 'randomised',
      role: declared.role,
      pairs: pairs.length,
      reasons: why,
      ownP: known ? rounded(own[h] ?? 1) : null,
    };
  });
  return { block, declared, rows, max };
}

/** Whether either side of a contrast has no answer for this claim. */
function isOpen(
  rows: readonly Verdict[],
  block: Block,
  { factor, levels, held, role }: DeclaredContrast,
  claim: { readonly canary: string; readonly host: string | null },
): boolean {
  // Both arms of the A/A pair have the condition that is held.
  const sides = role === 'control' ? [held] : levels.map((level) => ({ ...held, [factor]: level }));
  return rows.some(
    (row) =>
      row.answer === 'inconclusive' &&
      row.device === block.device &&
      row.canary === claim.canary &&
      row.host === claim.host &&
      sides.some((side) => sameCondition(side, row.condition)),
  );
}

/** Where trials are set aside more often under one level than under the other, what is left is no fair sample. */
function reasonsAgainst(
  arms: { first: readonly TrialRecord[]; second: readonly TrialRecord[] },
  all: readonly (readonly [TrialRecord, TrialRecord])[],
  pairs: number,
  blockVoid: boolean,
): Contrast['reasons'] {
  const reasons: Contrast['reasons'] = [];
  if (blockVoid || tally(arms.first).tooManyVoid || tally(arms.second).tooManyVoid)
    reasons.push('void-rate');
  const isVoid = (trial: TrialRecord): number => Number(standingOf(trial) === 'void');
  const column = { outcomes: all.flatMap((pair) => pair.map(isVoid)) };
  const { own } = rerandomise(paired(all.length), [column], seeded('void', String(all.length)));
  if ((own[0] ?? 1) <= 0.05) reasons.push('void-rates-differ');
  if (pairs === 0) reasons.push('too-few');
  return reasons;
}

/** Most claims of a run share their counts, and an exact interval takes its time. */
function remembered(): typeof differenceInterval {
  const known = new Map<string, ReturnType<typeof differenceInterval>>();
  return (...counts) => {
    const key = counts.join();
    const interval = known.get(key) ?? differenceInterval(...counts);
    known.set(key, interval);
    return interval;
  };
}

/** Twelve decimals: exact for any p of twelve pairs, and the same text on every machine. */
function rounded(value: number): number {
  return Math.round(value * 1e12) / 1e12;
}
