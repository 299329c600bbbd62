import type { Plan } from '../../../record/plan/plan.ts';
import type { TrialRecord } from '../../../record/trial.ts';
import { clopperPearson } from '../../statistics/rate.ts';
import type { Bounds } from '../shape.ts';

/** What a bound is divided by: a leak that happens and is not found makes silence look better than it is. */
export type Divisor = Bounds['sensitivity'];

/**
 * A reference handset's is the weakest of all ways that the calibration measured: silence does not say in which it would
 * have travelled. A phone's is how often its own known leak was found, in void trials too. The two are never mixed; null
 * where nothing was measured, and then the bounds are divided by nothing.
 */
export function divisorOf(
  { calibration }: Plan,
  { reference }: { readonly reference: boolean },
  trials: readonly TrialRecord[],
): Divisor {
  if (!reference) return onPhone(trials);
  const measured = (calibration?.ways ?? [])
    .map(({ way, found, of }) => ({ way, found, of, limit: lowerLimit(found, of) }))
    .sort((a, b) => a.limit - b.limit);
  const [weakest] = measured;
  if (calibration === null || weakest === undefined) return null;
  return {
    ...weakest,
    way: `the weakest of ${measured.length} ways, ${weakest.way}`,
    from: calibration.name,
  };
}

/** How often this phone's own known leak was found, with the least that it could be. */
export function onPhone(trials: readonly TrialRecord[]): Divisor {
  const tried = trials.flatMap(({ cutShort, checks }) =>
    cutShort ? [] : checks.filter(({ name }) => name === 'known-leak'),
  );
  if (tried.length === 0) return null;
  const found = tried.filter(({ held }) => held).length;
  return {
    way: 'the known leak on this phone',
    found,
    of: tried.length,
    limit: lowerLimit(found, tried.length),
    from: 'this run',
  };
}

/** One-sided exact lower 95 % limit. */
function lowerLimit(found: number, of: number): number {
  return clopperPearson(found, of, 0.1)?.[0] ?? 0;
}
