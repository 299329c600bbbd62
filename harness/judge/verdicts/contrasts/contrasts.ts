import { seeded } from '../../../lib/seed.ts';
import type { Block, DeclaredContrast, Plan } from '../../../record/plan/plan.ts';
import type { TrialRecord } from '../../../record/trial.ts';
import type { ClosedRow } from '../../closed/shape.ts';
import { withFamily } from '../../closed/family.ts';
import type { Amounts } from '../../outside/amounts.ts';
import { paired } from '../../statistics/strata.ts';
import { differenceInterval } from '../../statistics/interval.ts';
import { rerandomise } from '../../statistics/rerandomise.ts';
import { slopeOf } from '../../statistics/slope.ts';
import type { Findings } from '../findings.ts';
import { pairsOf, standingOf, tally } from '../sound.ts';
import type { Verdict } from '../shape.ts';
import { adjust } from './adjusted.ts';
import type { Hypothesis } from './measures.ts';
import { hypothesesOf, MEANINGS } from './measures.ts';
import { isOpen, reasonsAgainst } from './reasons.ts';
import type { Contrast } from './shape.ts';

interface Given {
  readonly plan: Plan;
  readonly findings: Findings;
  readonly amounts: Pick<Amounts, 'of' | 'hosts'>;
  /** The trials of one block, in order of time. */
  readonly trialsOf: (block: Block) => readonly TrialRecord[];
  /** The rows of all blocks: a side without an answer cannot be compared. */
  readonly rows: readonly Verdict[];
  /** The closed recipients of each block with doses: their slope is a declared test, too. */
  readonly slopes: readonly { readonly block: Block; readonly rows: readonly ClosedRow[] }[];
}

/**
 * Every contrast that the plan declares, by its statistic: labels permuted within replicates, maxT within the contrast, and
 * step-down together with the slopes over doses. An A/A alarm is written on the contrasts of its block.
 */
export function contrastsOf(given: Given): { contrasts: Contrast[]; closed: ClosedRow[] } {
  const intervalOf = remembered();
  const tested = given.plan.blocks.flatMap((block) =>
    block.contrasts.map((declared) => test(given, block, declared, intervalOf)),
  );
  const claims = tested.filter(({ declared }) => declared.role === 'claim');
  const adjusted = adjust(
    [
      ...claims.map(({ block, declared, rows }) => ({
        block,
        primary: declared.primary,
        ps: rows.map(({ p }) => p ?? 1),
      })),
      ...given.slopes.map(({ block, rows }) => ({
        block,
        primary: block.doses?.primary === true,
        ps: rows.length === 0 ? [1] : rows.map(({ p }) => p ?? 1),
      })),
    ],
    given.plan,
  );
  const contrasts = tested.flatMap((one) => {
    const { block, declared, rows, max } = one;
    const family = adjusted[claims.indexOf(one)];
    const alarmed =
      declared.role === 'claim' && tested.some((x) => x.block === block && isAlarm(x));
    return rows.map((row, h): Contrast => ({
      ...row,
      p: row.p === null ? null : rounded(row.p),
      pAdjusted: row.p === null ? null : rounded((family ? family.ps[h] : max[h]) ?? 1),
      family: family?.family ?? 1,
      pOverInvocation: row.p === null || !family?.over ? null : rounded(family.over[h] ?? 1),
      invocation: family?.invocation ?? 1,
      reasons: alarmed ? [...row.reasons, 'a-a-alarm'] : row.reasons,
    }));
  });
  const closed = given.slopes.flatMap(({ rows }, s) =>
    rows.map((row, h) => withFamily(row, adjusted[claims.length + s], h)),
  );
  return { contrasts, closed };
}

interface Tested {
  readonly block: Block;
  readonly declared: DeclaredContrast;
  /** p is the one under maxT here; the adjustment over contrasts follows. */
  readonly rows: readonly Contrast[];
  readonly max: readonly number[];
}

/** Two arms with one condition differ: chance, or something of ours that moves with time. */
function isAlarm({ block, declared, rows }: Tested): boolean {
  // Each statistic has an A/A pair of its own, and they share their error.
  const pairs = block.contrasts.filter(({ role }) => role === 'control').length;
  return declared.role === 'control' && rows.some(({ p }) => p !== null && p * pairs <= 0.05);
}

function test(
  given: Given,
  block: Block,
  declared: DeclaredContrast,
  intervalOf: typeof differenceInterval,
): Tested {
  const { plan } = given;
  const { statistic } = declared;
  const whole = given.trialsOf(block).filter((trial) => standingOf(trial) !== 'cut short');
  const [first = [], second = []] = declared.arms.map((arm) =>
    whole.filter((trial) => trial.arm === arm),
  );
  const all = pairsOf(first, second);
  const pairs = all.filter((pair) => pair.every((trial) => standingOf(trial) === 'sound'));
  const hypotheses = hypothesesOf({ ...given, block, trials: whole }, statistic);
  const values = hypotheses.map(({ value }) => pairs.map((pair) => pair.map(value)));
  const chance = (...what: string[]): ReturnType<typeof seeded> =>
    seeded('contrast', plan.seed, block.device, block.browser, ...declared.arms, ...what);
  const columns = values.map((own) => ({ outcomes: own.flat().map((one) => one ?? 0) }));
  const counted = statistic === 'presence';
  const { own, max, smallest } = rerandomise(
    paired(pairs.length),
    columns,
    counted ? chance() : chance(statistic),
    // Sightings share their unit; bytes to one recipient and to another vary by other amounts.
    { scaled: !counted },
  );
  const tooMany = tally(given.trialsOf(block)).tooManyVoid;
  const reasons = reasonsAgainst({ first, second }, all, pairs.length, tooMany);
  const rows = hypotheses.map((hypothesis, h): Contrast => {
    const { canary, host } = hypothesis;
    const [one, other] = [sumOf(first, hypothesis), sumOf(second, hypothesis)];
    const why: Contrast['reasons'] = [
      ...(isOpen(given.rows, block, declared, hypothesis) ? ['inconclusive' as const] : []),
      ...(values[h]?.flat().includes(null) === true ? ['unaccounted' as const] : []),
      ...reasons,
    ];
    const known = why.length === 0 && one.n > 0 && other.n > 0;
    const interval = !known
      ? null
      : counted
        ? intervalOf(one.x, one.n, other.x, other.n)
        : shiftOf(columns[h]?.outcomes ?? [], chance('interval', String(h)));
    return {
      scenario: plan.scenario,
      device: block.device,
      browser: block.browser,
      canary,
      host,
      factor: declared.factor,
      levels: declared.levels,
      held: declared.held,
      statistic: `${MEANINGS[statistic]}, labels permuted within replicates`,
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
      measure: statistic,
      means: known ? [rounded(one.x / one.n), rounded(other.x / other.n)] : null,
    };
  });
  return { block, declared, rows, max };
}

/** Over the sound trials of one arm. */
function sumOf(arm: readonly TrialRecord[], { value }: Hypothesis): { x: number; n: number } {
  const sound = arm.filter((trial) => standingOf(trial) === 'sound');
  return { x: sound.reduce((sum, trial) => sum + (value(trial) ?? 0), 0), n: sound.length };
}

/** Every shift between two arms that re-randomisation does not speak against (95 %); null where that has no end. */
function shiftOf(
  outcomes: readonly number[],
  chance: ReturnType<typeof seeded>,
): [number, number] | null {
  const slope = slopeOf(paired(outcomes.length / 2), outcomes, chance, { draws: 19_999 });
  // From the score −1 of one arm to the 1 of the other it is two.
  const [low, high] = [2 * (slope?.interval[0] ?? -Infinity), 2 * (slope?.interval[1] ?? Infinity)];
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null;
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
