import type { Archive } from '../../../record/archive.ts';
import type { Block } from '../../../record/plan/plan.ts';

/** Trials of the plan that no finished one stands for; a redone one has its replicate and arm. */
export async function missingIn(
  archive: Archive,
  { device, browser }: Pick<Block, 'device' | 'browser'>,
): Promise<number> {
  const plan = await archive.plan();
  const block = plan.blocks.find((one) => one.device === device && one.browser === browser);
  const done = (await archive.trials()).filter(
    (trial) => trial.device === device && trial.browser === browser && !trial.cutShort,
  );
  const has = new Set(done.map(({ replicate, arm }) => `${replicate} ${arm}`));
  return (block?.trials ?? []).filter(({ replicate, arm }) => !has.has(`${replicate} ${arm}`))
    .length;
}
