import type { Plan } from '../../record/plan/plan.ts';
import type { Scenario } from '../../scenario.ts';

/** One scenario with its plan on the default bench. */
export interface Listed {
  /** The folder of scenarios/ that it is in; those of one folder stand together. */
  readonly theme: string;
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** Phone time that one trial waits. */
  readonly waitMs: number;
}

/** Beyond its own waiting, of a warm session; and with four handsets side by side on two cores (README: What it costs). */
const ALONE_MS = 900;
const SIDE_BY_SIDE_MS = 450;

/** The list in lines: question and cost of each scenario, whose sentences it tests, then what no experiment answers. */
export function listLines(
  listed: readonly Listed[],
  open: readonly { readonly sentence: string; readonly who: string; readonly why: string }[],
  devices: number,
): string[] {
  return [
    `${listed.length} scenarios; cost on the default bench (${devices} reference handsets), on an idle machine`,
    '',
    ...listed.flatMap(({ theme, scenario, plan, waitMs }, at) => [
      ...(theme === (listed[at - 1]?.theme ?? '') ? [] : [`scenarios/${theme}`, '']),
      scenario.name,
      `  asks   ${scenario.question}`,
      `  cost   ${cost(plan, waitMs)}`,
      ...scenario.claims.map((claim, at) => `  ${at === 0 ? 'tests' : '     '}  ${claim}`),
      '',
    ]),
    'What no experiment can answer',
    '',
    ...open.flatMap(({ sentence, who, why }) => [
      `  ${who}: ${sentence}`,
      `    because  ${why}`,
      '',
    ]),
  ];
}

function cost(plan: Plan, waitMs: number): string {
  const each = plan.blocks.map(({ trials, expected }) => ({
    trials: trials.length,
    ms: trials.length * (ALONE_MS + waitMs / expected.timelapse),
  }));
  const trials = each.reduce((sum, one) => sum + one.trials, 0);
  const ms = Math.max(trials * SIDE_BY_SIDE_MS, ...each.map((one) => one.ms));
  return `${trials} trials, about ${Math.max(1, Math.round(ms / 60_000))} min`;
}
