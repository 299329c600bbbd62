import { lotInWords } from '../../record/lot.ts';
import type { Plan } from '../../record/plan.ts';
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
    ]),
    `pairs  ${lotInWords(plan.seed)}: the order of flashes by this seed, should two firmwares A and B be compared`,
    ...plan.power.map((sentence, index) => `${index === 0 ? 'power ' : '      '} ${sentence}`),
    '',
  ];
}
