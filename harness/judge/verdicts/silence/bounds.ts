import type { Plan } from '../../../record/plan/plan.ts';
import type { TrialRecord } from '../../../record/trial.ts';
import { boundsOf } from '../../statistics/bounds.ts';
import { divisorOf } from './sensitivity.ts';
import type { Bounds, Verdict } from '../shape.ts';

interface Given {
  readonly plan: Plan;
  /** All trials of the block. */
  readonly trials: readonly TrialRecord[];
  readonly device: { readonly reference: boolean };
}

/** What silence on one phone excludes, in `sound` trials beside `voids`. */
export function silence(
  { plan, trials, device }: Given,
  { sound, voids }: { readonly sound: number; readonly voids: number },
): Bounds {
  const sensitivity = divisorOf(plan, device, trials);
  const counts = { sound, voids, family: plan.family, phones: 1 };
  return { ...boundsOf(counts, sensitivity?.limit), ofPhones: 1, sensitivity };
}

/**
 * The bound on phones, once the rows of all of them are there: over phones that are alike in ROM, browser and version and
 * in which the same was not seen. Where one of them leaks, nothing is said of how few may.
 */
export function overPhones(rows: readonly Verdict[]): Verdict[] {
  const groups = Map.groupBy(rows, alike);
  return rows.map((row) => {
    if (row.bounds === null) return row;
    const here = groups.get(alike(row)) ?? [];
    const leaking = here.some(({ answer, host }) => answer === 'leaks' && isOf(row, host));
    const silent = here.filter(
      ({ answer, host }) => answer === 'not seen' && (host === null || host === row.host),
    );
    const ofPhones = leaking ? 1 : new Set(silent.map(({ device }) => device)).size;
    const { phones } = boundsOf(
      { sound: row.sound, voids: row.void, family: 1, phones: ofPhones },
      row.bounds.sensitivity?.limit,
    );
    return { ...row, bounds: { ...row.bounds, phones, ofPhones } };
  });
}

/** Whether a leak to `host` speaks against the row: against the row of all recipients any does. */
function isOf(row: Verdict, host: string | null): boolean {
  return row.host === null || row.host === host;
}

function alike({ rom, browser, appVersion, stamp, canary, condition }: Verdict): string {
  const factors = Object.entries(condition).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([rom, browser, appVersion, stamp, canary, factors]);
}
