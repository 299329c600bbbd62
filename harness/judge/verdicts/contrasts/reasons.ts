import { seeded } from '../../../lib/seed.ts';
import type { Block, DeclaredContrast } from '../../../record/plan/plan.ts';
import type { TrialRecord } from '../../../record/trial.ts';
import { paired } from '../../statistics/strata.ts';
import { rerandomise } from '../../statistics/rerandomise.ts';
import { sameCondition } from '../rows.ts';
import type { Verdict } from '../shape.ts';
import { standingOf, tally } from '../sound.ts';
import type { Hypothesis } from './measures.ts';
import type { Contrast } from './shape.ts';

/** Whether either side of a contrast has no answer for this claim. What is counted of recipients is no such answer. */
export function isOpen(
  rows: readonly Verdict[],
  block: Block,
  { factor, levels, held, role }: DeclaredContrast,
  { canary, host }: Pick<Hypothesis, 'canary' | 'host'>,
): boolean {
  // Both arms of the A/A pair have the condition that is held.
  const sides = role === 'control' ? [held] : levels.map((level) => ({ ...held, [factor]: level }));
  return rows.some(
    (row) =>
      row.answer === 'inconclusive' &&
      row.device === block.device &&
      row.canary === canary &&
      row.host === host &&
      sides.some((side) => sameCondition(side, row.condition)),
  );
}

/** Where trials are set aside more often under one level than under the other, what is left is no fair sample. */
export function reasonsAgainst(
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
