import { lotInWords } from '../../record/plan/lot.ts';
import type { Plan, Statistic } from '../../record/plan/plan.ts';
import type { Output } from '../terminal.ts';
import { forTerminal } from '../terminal.ts';

/** What is about to be done and what it can show, before the first trial. */
export function printPlan(plan: Plan, folder: string, output: Output): void {
  for (const line of planLines(plan, folder)) output.write(`${forTerminal(line)}\n`);
}

export function planLines(plan: Plan, folder: string): string[] {
  const trials = plan.blocks.reduce((sum, block) => sum + block.trials.length, 0);
  return [
    `${plan.scenario}: ${plan.question}`,
    `run    ${folder}`,
    `plan   ${trials} trials, ${plan.replicates} replicates, seed ${plan.seed}, code ${plan.codeVersion}`,
    ...plan.blocks.flatMap((block) => [
      `on     ${block.device} (${block.browser} ${block.expected.appVersion}): ` +
        `${block.conditions.length} conditions and an A/A twin, ${block.trials.length} trials` +
        (block.expected.stamp === '' ? '' : ` · ${block.expected.stamp}`),
      ...block.dropped.map((sentence) => `       ${sentence}`),
      ...comparedIn(block),
    ]),
    `about  ${[...new Set([...plan.recipientClasses, 'unknown'])].join(', ')}; follow-up window ` +
      `${Math.round(plan.followUpMs / 1000)} s of phone time; ${plan.family} primary claims` +
      (plan.primaries === null ? '' : ` and ${plan.primaries} primary comparisons`) +
      ' share their error',
    `pairs  ${lotInWords(plan.seed)}: the order of flashes by this seed, should two firmwares A and B be compared`,
    ...plan.power.map((sentence, index) => `${index === 0 ? 'power ' : '      '} ${sentence}`),
    '',
  ];
}

/** What each block compares, the primary first. */
function comparedIn({ contrasts, doses }: Plan['blocks'][number]): string[] {
  const told = contrasts.map(({ role, factor, levels, held, statistic, primary }) => {
    const at = Object.entries(held).map(([name, level]) => `${name} ${level}`);
    const within = at.length === 0 ? '' : ` (${at.join(', ')})`;
    if (role === 'control') return `A/A ${levels[0]} twice, by ${BY[statistic]}`;
    const rank = primary ? 'primary: ' : '';
    return `${rank}${factor} ${levels.join(' against ')}${within}, by ${BY[statistic]}`;
  });
  const slope = doses && `${doses.primary ? 'primary: ' : ''}bytes by dose in ${doses.canary}`;
  return [...told, ...(slope === null ? [] : [slope])].map((line) => `       ${line}`);
}

const BY = {
  presence: 'sightings',
  delay: 'delay from planting to leaving',
  exchanges: 'exchanges a recipient gets',
  bytes: 'bytes a recipient gets',
  'first contact': 'when a recipient is first told anything',
} as const satisfies Readonly<Record<Statistic, string>>;
