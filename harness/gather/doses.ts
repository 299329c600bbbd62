import type { Canary, Dose } from '../canary.ts';
import { DOSES, FIXED_PAGE, SHAMS } from '../canary.ts';
import type { Block, Condition, PlannedTrial } from '../record/plan/plan.ts';

type Arm = Omit<PlannedTrial, 'id' | 'replicate'>;

/**
 * The arms by which somebody whose content stays closed can be found out (method §8): one condition with each dose, and
 * the two shams. The condition's own arm is the dose of nothing, and its twin of the A/A pair another such.
 */
export function dosedArms(arms: readonly Arm[], at: Pick<Arm, 'arm' | 'condition'>): Arm[] {
  const plain = arms.map((arm) =>
    sameLevels(arm.condition, at.condition) ? { ...arm, dose: DOSES[0] } : arm,
  );
  const further = [...DOSES.slice(1), ...SHAMS].map((dose) => ({
    arm: `${at.arm}, ${inWords(dose)}`,
    condition: at.condition,
    dose,
  }));
  return [...plain, ...further];
}

/** What `plan.json` says of them; the A/A twin is in no dose's arm. */
export function declaredDoses(
  canary: string,
  arms: readonly Arm[],
  { twin, primary }: { twin: string; primary: boolean },
): NonNullable<Block['doses']> {
  return {
    canary,
    arms: arms.flatMap(({ arm, dose }) =>
      dose === undefined || arm === twin ? [] : [{ arm, dose }],
    ),
    primary,
  };
}

/** The values that the steps are given: of a fixed page they are told in place of their canary. */
export function given(
  canaries: readonly Canary[],
  dosed: string | null,
  dose: Dose | undefined,
): Canary[] {
  return canaries.map((one) =>
    one.name === dosed && dose === 'fixed value' ? { ...one, value: FIXED_PAGE } : one,
  );
}

/** Hands need so long on the wall to put one address into a browser and see its page, at the most. */
const HANDS_MS = 8_000;
/** Phone time that steps take where a person's hands would be quicker. */
const LEAST_MS = 30_000;

/** Phone time that the steps of every trial of a block with doses take: what is counted in a trial depends on its length. */
export function stepsLast(scaled: (ms: number) => number): number {
  return Math.max(LEAST_MS, HANDS_MS / scaled(1));
}

function inWords(dose: Dose): string {
  return typeof dose === 'number' ? `dose ${dose}` : dose;
}

function sameLevels(one: Condition, other: Condition): boolean {
  return Object.entries(one).every(([factor, level]) => other[factor] === level);
}
