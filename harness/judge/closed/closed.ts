import type { Dose } from '../../canary.ts';
import { charactersOf, DOSES } from '../../canary.ts';
import type { Chance } from '../../lib/seed.ts';
import { seeded } from '../../lib/seed.ts';
import { slopeFound } from '../../lib/student.ts';
import type { Block, Plan } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { slopeOf } from '../statistics/slope.ts';
import type { Findings } from '../verdicts/findings.ts';
import { classOf, isNamed } from '../verdicts/recipients.ts';
import { standingOf, tally } from '../verdicts/sound.ts';
import type { Amounts } from '../outside/amounts.ts';
import { encodingsIn, roundingOf } from './encodings.ts';
import type { ClosedRow } from './shape.ts';
import type { Given, Weighed } from './weigh.ts';
import { weigh } from './weigh.ts';

interface Asked {
  readonly plan: Plan;
  readonly block: Block;
  /** Of this block, in order of time. */
  readonly trials: readonly TrialRecord[];
  readonly findings: Pick<Findings, 'unsearched'>;
  readonly amounts: Pick<Amounts, 'of'>;
}

/**
 * Every recipient of a block with doses whose content stays closed, and whether the bytes it gets grow with the address of
 * the visited page. That they do is a proof that it is told; that they do not is never one of silence.
 */
export function closedRows(asked: Asked): ClosedRow[] {
  const { plan, block } = asked;
  const { doses } = block;
  const hosts = closedHosts(asked);
  if (!doses || hosts.size === 0) return [];
  const whole = asked.trials.filter(
    (trial) => trial.dose !== undefined && standingOf(trial) !== 'cut short',
  );
  const sound = whole.filter((trial) => standingOf(trial) === 'sound');
  const given = sound.flatMap((trial) => givenOf(block, trial) ?? []);
  const names = [...hosts.keys()].sort();
  const sent = names.map((host) => sound.map((trial) => asked.amounts.of(trial, host).bytes));
  const counted = sent.map((one) => one.map((size) => size ?? 0));
  const chance = (...what: string[]): Chance =>
    seeded('closed', plan.seed, block.device, block.browser, ...what);
  const weighed = weigh(given, counted, chance);
  const voids = tooManyVoid(whole);
  const dosed = given.flatMap((one, slot) =>
    typeof one.dose === 'number' && !one.twin
      ? [{ ...one, score: charactersOf(one.dose), slot }]
      : [],
  );
  const design = {
    replicates: dosed.map(({ replicate }) => replicate),
    scores: dosed.map(({ score }) => score),
  };
  const strata = new Set(design.replicates).size;
  const found = slopeFound(DOSES.map(charactersOf), { strata, family: names.length });
  return names.map((host, h): ClosedRow => {
    const one = weighed[h];
    const values = counted[h] ?? [];
    const told = dosed.map(({ slot }) => values[slot] ?? 0);
    const slope = dosed.length === 0 ? null : slopeOf(design, told, chance('slope', host), DRAWS);
    const reasons = reasonsOf(one, voids, sent[h]?.includes(null) === true);
    const answer = reasons.length === 0 ? 'talks about it' : 'inconclusive';
    const noise = one === undefined || Number.isNaN(one.noise) ? null : rounded(one.noise);
    return {
      device: block.device,
      browser: block.browser,
      canary: doses.canary,
      host,
      recipientClass: classOf(host),
      closed: [...(hosts.get(host) ?? [])].sort(),
      answer,
      reasons,
      slope: slope && rounded(slope.slope),
      interval: slope && [finite(slope.interval[0]), finite(slope.interval[1])],
      encodings: answer === 'talks about it' && slope ? encodingsOf(slope, told) : [],
      p: one?.p ?? null,
      ownP: one?.own ?? null,
      visits: one?.visits ?? null,
      content: one?.content ?? null,
      late: one?.late ?? null,
      bytes: meansOf(doses.arms, sound, values),
      noise,
      power:
        noise === null
          ? null
          : {
              raw: rounded(found({ slope: 1, noise })),
              compressed: rounded(found({ slope: 0.75, noise })),
            },
      recipients: names.length,
      trials: dosed.length,
      primary: doses.primary,
      pAdjusted: null,
      family: 1,
      pOverInvocation: null,
      invocation: 1,
      smallestP: one?.smallest ?? 1,
    };
  });
}

const DRAWS = { draws: 19_999 } as const;

function encodingsOf(
  { interval }: { interval: readonly [number, number] },
  told: number[],
): string[] {
  const rounding = roundingOf(told);
  return encodingsIn([interval[0] - rounding, interval[1] + rounding]);
}

/** Recipients with bytes that could not be searched, and how; without those who must see the page, and pages of ours. */
function closedHosts({ plan, block, trials, findings }: Asked): Map<string, Set<string>> {
  const hosts = new Map<string, Set<string>>();
  const ids = new Set(trials.map(({ id }) => id));
  const named = plan.mayReach[block.doses?.canary ?? ''] ?? [];
  for (const { trial, host, kind } of findings.unsearched) {
    if (!ids.has(trial.id) || host === '' || kind === 'truncated') continue;
    if (isNamed({ host, url: null }, named) || classOf(host) === 'page') continue;
    hosts.set(host, (hosts.get(host) ?? new Set()).add(kind));
  }
  return hosts;
}

function givenOf({ doses }: Block, { arm, dose, replicate }: TrialRecord): Given | null {
  if (dose === undefined) return null;
  return { replicate, dose, twin: doses?.arms.some((one) => one.arm === arm) !== true };
}

/** Too many voids in any arm: what is left is no fair sample. */
function tooManyVoid(whole: readonly TrialRecord[]): boolean {
  const arms = [...Map.groupBy(whole, ({ arm }) => arm).values()];
  return [whole, ...arms].some((trials) => tally(trials).tooManyVoid);
}

function reasonsOf(
  weighed: Weighed | undefined,
  voids: boolean,
  uncounted: boolean,
): ClosedRow['reasons'] {
  return [
    ...(voids ? ['void-rate' as const] : []),
    ...(uncounted ? ['unaccounted' as const] : []),
    ...(weighed?.reasons ?? ['too-few' as const]),
  ];
}

function meansOf(
  arms: readonly { readonly arm: string; readonly dose: Dose }[],
  sound: readonly TrialRecord[],
  values: readonly number[],
): ClosedRow['bytes'] {
  return arms.map(({ arm, dose }) => {
    const own = sound.flatMap((trial, slot) => (trial.arm === arm ? [values[slot] ?? 0] : []));
    const mean = own.reduce((sum, one) => sum + one, 0) / Math.max(1, own.length);
    return { dose: String(dose), trials: own.length, mean: rounded(mean) };
  });
}

/** JSON knows no infinity. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? rounded(value) : null;
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
