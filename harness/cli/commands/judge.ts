import { join } from 'node:path';
import { judgeArchive } from '../../judge/judge.ts';
import { Fault } from '../../lib/fault.ts';
import { openArchive } from '../../record/archive.ts';
import { exists, namesIn } from '../../record/disk.ts';
import { registryAt } from '../bench/registry.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import { printVerdicts } from '../print/verdicts.ts';
import type { Output } from '../terminal.ts';

/** `leaklab judge <run>`: answers again from the record alone, without a phone: same record, same bytes. */
export async function judgeCommand(
  run: string,
  { home, output }: { home: string; output: Output },
): Promise<ExitCode> {
  const results = join(home, 'results');
  const folder = (await exists(join(run, 'plan.json'))) ? run : join(results, run);
  if (!(await exists(join(folder, 'plan.json')))) {
    const runs = await namesIn(results);
    throw new Fault(
      'no-such-run',
      `there is no run ${run}`,
      runs.length > 0 ? `Use one of: ${runs.join(', ')}.` : 'Start one: npm run scenario incognito',
    );
  }
  const archive = await openArchive(folder);
  const judged = await judgeArchive(archive, await registryAt(home));
  printVerdicts(judged, await archive.plan(), folder, output);
  return EXIT.judged;
}
