import type { Chance } from '../../lib/seed.ts';
import type { Design } from './strata.ts';
import { arrangementsOf } from './arrangements.ts';

/** How much an outcome grows with the dose: by least squares within replicates. */
export interface Slope {
  /** Units of the outcome for a unit of dose. */
  readonly slope: number;
  /** Every slope that re-randomisation does not speak against at `alpha`; infinite where trials are too few. */
  readonly interval: readonly [number, number];
  /** Standard deviation of what is left within replicates once the slope is taken out, in the outcome's unit. */
  readonly residual: number;
}

/**
 * The interval inverts the test: once the true slope is taken out, labels are exchangeable. The slopes at which one
 * arrangement is at least as extreme as the observed one lie around the estimate, between the roots of two linear equations;
 * p of a slope is the share of arrangements between whose roots it lies. Null where no dose differs within a replicate.
 */
export function slopeOf(
  design: Design,
  outcomes: readonly number[],
  chance: Chance,
  { alpha = 0.05, draws = 99_999 }: { alpha?: number; draws?: number } = {},
): Slope | null {
  const { exact, total, all, sumOf } = arrangementsOf(design, chance, draws);
  const [cross, dose] = [sumOf({ outcomes }), sumOf({ outcomes: design.scores })];
  if (dose.observed <= dose.tolerance) return null;
  const [lower, upper] = [new Float64Array(total), new Float64Array(total)];
  let n = 0;
  for (const arrangement of all()) {
    const [a, b] = [cross.under(arrangement), dose.under(arrangement)];
    const [same, mirrored] = [dose.observed - b, dose.observed + b];
    // The observed arrangement and its mirror image are as extreme at every slope.
    const always = Math.min(same, mirrored) <= dose.tolerance;
    const roots = [(cross.observed - a) / same, (cross.observed + a) / mirrored];
    lower[n] = always ? -Infinity : Math.min(...roots);
    upper[n] = always ? Infinity : Math.max(...roots);
    n++;
  }
  lower.sort();
  upper.sort();
  // So many arrangements keep p above alpha; where they are drawn, the observed one counts beside them.
  const enough = Math.floor(alpha * (exact ? total : total + 1) + 1e-9) + (exact ? 1 : 0);
  return {
    slope: cross.observed / dose.observed,
    interval: [lower[enough - 1] ?? -Infinity, upper[total - enough] ?? Infinity],
    residual: residualOf(design, cross, dose),
  };
}

function residualOf(
  { replicates }: Design,
  cross: { observed: number; spread: number },
  dose: { observed: number },
): number {
  const freedom = replicates.length - new Set(replicates).size - 1;
  const left = Math.max(0, cross.spread ** 2 - cross.observed ** 2 / dose.observed);
  return freedom > 0 ? Math.sqrt(left / freedom) : Number.NaN;
}
