import { basename, dirname, join } from 'node:path';
import { judgeArchive } from '../../judge/judge.ts';
import { Fault } from '../../lib/fault.ts';
import { openArchive } from '../../record/archive.ts';
import { exists, namesIn } from '../../record/disk.ts';
import { didYouMean } from '../argv/nearest.ts';
import { registryAt } from '../bench/known/registry.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import { printNights, printVerdicts } from '../print/verdicts.ts';
import { missingIn } from '../bench/known/missing.ts';
import type { Plan } from '../../record/plan/plan.ts';
import type { Output } from '../terminal.ts';

/**
 * `leaklab judge <run>`: answers again from the record alone, without a phone: same record, same bytes. A run of which no
 * device came to its end is a Fault: half a block is no fair sample.
 */
export async function judgeCommand(
  run: string,
  { home, output }: { home: string; output: Output },
): Promise<ExitCode> {
  const results = join(home, 'results');
  const folder = (await exists(join(run, 'plan.json'))) ? run : join(results, run);
  const looksLikeRun = RUN.test(basename(folder)) || (await exists(join(folder, 'plan.json')));
  if (!looksLikeRun || !(await exists(folder))) {
    const runs = (await namesIn(results)).filter((name) => RUN.test(name));
    throw new Fault(
      'no-such-run',
      `there is no run "${run}" in results/.${didYouMean(run, runs)}`,
      runs.length > 0 ? `Use one of: ${runs.join(', ')}.` : 'Start one: npm run scenario incognito',
    );
  }
  const archive = await openArchive(folder);
  const plan = await archive.plan();
  const missing = await Promise.all(plan.blocks.map((block) => missingIn(archive, block)));
  if (missing.length > 0 && !missing.includes(0)) throw unfinished(plan, missing);
  const judged = await judgeArchive(archive, await registryAt(home));
  printVerdicts(judged, plan, folder, output);
  await printNights(plan, dirname(folder), output);
  return EXIT.judged;
}

/** `20261123T021000Z-incognito-3f9a`. */
const RUN = /^\d{8}T\d{6}Z-.*-[0-9a-f]{4}$/;

function unfinished({ run, scenario, blocks }: Plan, missing: readonly number[]): Fault {
  const told = blocks.map(({ device }, at) => `${device} (${missing[at] ?? 0} trials are missing)`);
  return new Fault(
    'unfinished-run',
    `${run} was not run to its end on any device: ${told.join(', ')}`,
    `Go on with it: npm run scenario ${scenario} -- --resume ${run}`,
  );
}
