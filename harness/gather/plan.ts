import type { Scenario } from '../scenario.ts';
import { seeded } from '../lib/seed.ts';
import type {
  Block,
  Condition,
  DeclaredContrast,
  Plan,
  PlannedTrial,
} from '../record/plan/plan.ts';
import type { Arm, PlannedAside, Way } from '../record/aside.ts';
import type { Calibrated } from '../record/plan/sensitivity.ts';
import { declaredDoses, dosedArms } from './doses.ts';
import { powerOf, slopePower } from './power.ts';

/** What the plan must know of one installation: a browser on a device, before the phone is touched. */
export interface Installation {
  readonly device: string;
  /** The browser's name as said on the command line and in devices.json. */
  readonly browser: string;
  readonly expected: Block['expected'];
  /** Factor → the levels that this version has; a factor it does not have is absent. */
  readonly levels: ReadonlyMap<string, readonly string[]>;
  /** A sentence for each factor or level that it does not have. */
  readonly dropped: readonly string[];
  /** The ways by which our own app is asked to send; none where there can be no such app. */
  readonly ways?: readonly Way[];
  /** What the instrument itself changes is asked by these: one visit each. */
  readonly arms?: readonly Arm[];
}

/** Primary claims and primary contrasts, which share their error over one invocation. */
export interface Asked {
  readonly claims: number;
  readonly primaries: number;
}

/**
 * Decides everything before the first trial: the conditions of each block, their order within each replicate
 * (shuffled by the seed), the declared contrasts and what all this can show. Pure: same words, same plan.
 */
export function makePlan(
  scenario: Scenario,
  installations: readonly Installation[],
  given: {
    run: string;
    seed: string;
    replicates: number;
    codeVersion: string;
    calibration?: Calibrated | null;
    /** What the other plans of this invocation ask. */
    beside?: Asked;
  },
): Plan {
  const blocks = installations.map((installation) => {
    const alone = installations.filter(({ device }) => device === installation.device).length === 1;
    return block(scenario, installation, { ...given, alone });
  });
  const claims = blocks.length * Object.keys(scenario.canaries).length;
  const beside = given.beside ?? { claims: 0, primaries: 0 };
  return {
    run: given.run,
    scenario: scenario.name,
    question: scenario.question,
    claims: [...scenario.claims],
    factors: Object.fromEntries(
      [...scenario.factors].map(([factor, levels]) => [factor, [...levels]]),
    ),
    canaries: { ...scenario.canaries },
    mayReach: Object.fromEntries(
      Object.entries(scenario.mayReach).map(([canary, hosts]) => [canary, [...hosts]]),
    ),
    recipientClasses: [...scenario.recipientClasses],
    replicates: given.replicates,
    seed: given.seed,
    followUpMs: scenario.followUpMs,
    blocks,
    family: claims + beside.claims,
    primaries: primariesOf(blocks) + beside.primaries,
    // One canary of one primary contrast is one game.
    game: { ...GAME, family: claims },
    power: powerOf(given.replicates, claims + beside.claims, declaredOver(blocks)).concat(
      scenario.doses === null ? [] : slopePower(given.replicates),
    ),
    calibration: given.calibration ?? null,
    codeVersion: given.codeVersion,
  };
}

/** Half of what is there, on both sides: nobody says beforehand which arm tells more. */
const GAME = { stake: 0.5, side: 'either' } as const;

/** Contrasts and slopes that share the adjustment over everything this plan declares. */
function declaredOver(blocks: readonly Block[]): number {
  const each = blocks.map(
    ({ contrasts, doses }) =>
      contrasts.filter(({ role }) => role === 'claim').length + Number(doses !== null),
  );
  return each.reduce((sum, one) => sum + one, 0);
}

function primariesOf(blocks: readonly Block[]): number {
  const each = blocks.map(
    ({ contrasts, doses }) =>
      contrasts.filter(({ primary }) => primary).length + Number(doses?.primary === true),
  );
  return each.reduce((sum, one) => sum + one, 0);
}

/** The condition in words: "incognito, enhanced incognito on"; where there is none, "nothing varied". */
export function inWords(condition: Condition): string {
  const words = Object.entries(condition).map(([factor, level]) =>
    factor === 'mode' ? level : `${factor} ${level}`,
  );
  return words.join(', ') || 'nothing varied';
}

function block(
  scenario: Scenario,
  installation: Installation,
  { seed, replicates, alone }: { seed: string; replicates: number; alone: boolean },
): Block {
  const all = crossed(scenario, installation.levels);
  const leftOut = scenario.leavesOut.filter((one) => all.some((condition) => fits(one, condition)));
  const conditions = all.filter((condition) => !leftOut.some((one) => fits(one, condition)));
  const contrasts = declared(scenario, installation.levels, new Set(conditions.map(inWords)));
  const twin = contrasts[0]?.arms[0] ?? inWords(conditions[0] ?? {});
  const held = conditions.find((condition) => inWords(condition) === twin) ?? {};
  const crossing = [
    ...conditions.map((condition) => ({ arm: inWords(condition), condition })),
    { arm: again(twin), condition: held },
  ];
  const { doses } = scenario;
  const planned = doses === null ? crossing : dosedArms(crossing, { arm: twin, condition: held });
  // Two browsers of one device are two blocks, whose trials need names of their own.
  const named = alone ? installation.device : `${installation.device}-${installation.browser}`;
  const trials: PlannedTrial[] = [];
  for (let replicate = 1; replicate <= replicates; replicate++) {
    const order = seeded(
      'order',
      seed,
      installation.device,
      installation.browser,
      String(replicate),
    );
    for (const arm of order.shuffled(planned)) {
      const number = String(trials.length + 1).padStart(2, '0');
      trials.push({ id: `${named}-${number}`, replicate, ...arm });
    }
  }
  return {
    device: installation.device,
    browser: installation.browser,
    expected: installation.expected,
    conditions,
    dropped: [
      ...installation.dropped,
      ...undeclared(scenario, installation.levels),
      ...leftOut.map(({ condition, why }) => `left out: ${inWords(condition)} (${why})`),
    ],
    contrasts: [...contrasts, ...controls(contrasts, twin, held)],
    doses:
      doses === null
        ? null
        : declaredDoses(doses, planned, { twin: again(twin), primary: contrasts.length === 0 }),
    asides: asidesOf(named, installation),
    trials,
  };
}

function asidesOf(named: string, { ways = [], arms = [] }: Installation): PlannedAside[] {
  const visits = arms.map((arm) => ({ kind: 'visit' as const, id: `${named}-${arm}`, arm }));
  if (ways.length === 0) return visits;
  return [{ kind: 'known leaks', id: `${named}-known`, ways: [...ways], again: true }, ...visits];
}

/** The A/A pair, once for each statistic that a contrast declares; where none does, for sightings. */
function controls(
  contrasts: readonly DeclaredContrast[],
  twin: string,
  held: Condition,
): DeclaredContrast[] {
  const used = new Set(contrasts.map(({ statistic }) => statistic));
  return [...(used.size === 0 ? ['presence' as const] : used)].map((statistic) => ({
    factor: 'A/A',
    levels: [twin, again(twin)],
    held,
    arms: [twin, again(twin)],
    primary: false,
    statistic,
    role: 'control',
  }));
}

/** The name of the second of two arms with one condition: the A/A pair, whose difference can only be chance. */
function again(arm: string): string {
  return `${arm} (again)`;
}

/** Every combination of the levels that this installation has. */
function crossed(scenario: Scenario, levels: Installation['levels']): Condition[] {
  let conditions: Condition[] = [{}];
  for (const factor of scenario.factors.keys()) {
    const had = levels.get(factor);
    if (!had) continue;
    conditions = conditions.flatMap((condition) =>
      had.map((level) => ({ ...condition, [factor]: level })),
    );
  }
  return conditions;
}

/** Whether a condition is one that the scenario leaves out. */
function fits({ condition }: Scenario['leavesOut'][number], one: Condition): boolean {
  return Object.entries(condition).every(([factor, level]) => one[factor] === level);
}

/** A sentence for whatever cannot be compared here: one of its levels is not there. */
function undeclared({ contrasts }: Scenario, levels: Installation['levels']): string[] {
  const missing = contrasts
    .filter(({ factor, levels: pair }) => !pair.every((one) => levels.get(factor)?.includes(one)))
    .map(({ factor, levels: pair }) => `${factor}: ${pair.join(' against ')} is not compared here`);
  return [...new Set(missing)];
}

/** The scenario's contrasts as far as this installation has their factors and both arms; the first that is left is primary. */
function declared(
  scenario: Scenario,
  levels: Installation['levels'],
  planned: ReadonlySet<string>,
): DeclaredContrast[] {
  const contrasts = new Map<string, DeclaredContrast>();
  for (const { factor, levels: pair, held, statistic } of scenario.contrasts) {
    if (!pair.every((level) => levels.get(factor)?.includes(level))) continue;
    const kept = Object.fromEntries(Object.entries(held).filter(([other]) => levels.has(other)));
    const arm = (level: string): string =>
      inWords(
        Object.fromEntries(
          [...scenario.factors.keys()].flatMap((one) => {
            const at = one === factor ? level : kept[one];
            return at === undefined ? [] : [[one, at]];
          }),
        ),
      );
    const arms: [string, string] = [arm(pair[0]), arm(pair[1])];
    const key = [...arms, statistic].join(' | ');
    if (contrasts.has(key) || !arms.every((one) => planned.has(one))) continue;
    const primary = contrasts.size === 0;
    contrasts.set(key, {
      factor,
      levels: [pair[0], pair[1]],
      held: kept,
      arms,
      primary,
      statistic,
      role: 'claim',
    });
  }
  return [...contrasts.values()];
}
