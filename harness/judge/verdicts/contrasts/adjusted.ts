import type { Block, Plan } from '../../../record/plan/plan.ts';
import { stepDown } from '../../statistics/stepdown.ts';

/** Everything that a plan declares once: a contrast or a slope over doses, with p of all its hypotheses under their maximum. */
export interface DeclaredTest {
  readonly block: Block;
  readonly primary: boolean;
  /** 1 where there is none: what was to be asked shares the error. */
  readonly ps: readonly number[];
}

/** p of each hypothesis over all that the plan declares; of a primary test, over the primaries of the invocation as well. */
export interface Adjusted {
  readonly ps: readonly number[];
  readonly family: number;
  readonly over: readonly number[] | null;
  readonly invocation: number;
}

/** Holm over what the plan declares, and again over the primaries of one invocation (method §7). In the same order. */
export function adjust(tests: readonly DeclaredTest[], { primaries }: Plan): Adjusted[] {
  const leading = tests.filter(({ primary }) => primary);
  const invocation = Math.max(leading.length, primaries ?? 0);
  const ps = stepDown(tests.map((one) => one.ps));
  const over = stepDown(
    leading.map((one) => one.ps),
    invocation - leading.length,
  );
  return tests.map((one, which): Adjusted => ({
    ps: ps[which] ?? [],
    family: tests.length,
    over: one.primary ? (over[leading.indexOf(one)] ?? []) : null,
    invocation: one.primary ? invocation : 1,
  }));
}
