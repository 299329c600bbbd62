import { join } from 'node:path';
import { z } from 'zod';
import type { Night } from '../../../judge/nights/nights.ts';
import { contrastSchema } from '../../../judge/verdicts/contrasts/shape.ts';
import { Fault } from '../../../lib/fault.ts';
import { openArchive } from '../../../record/archive.ts';
import { exists, jsonOf, namesIn, readText } from '../../../record/disk.ts';

const judgedSchema = z.object({ contrasts: z.array(contrastSchema) });

/**
 * Every run of a scenario in `results/` up to `run`, as nights of its series. A run that never began is none; one that was
 * abandoned or never judged is a night without an answer; one whose plan cannot be read is named.
 */
export async function nightsUpTo(
  results: string,
  scenario: string,
  run: string,
): Promise<{ nights: Night[]; unread: string[] }> {
  const names = (await namesIn(results)).filter(
    (name) => name.includes(`-${scenario}-`) && !name.endsWith('.json') && name <= run,
  );
  const nights: Night[] = [];
  const unread: string[] = [];
  for (const name of names) {
    const folder = join(results, name);
    if (!(await exists(join(folder, 'plan.json')))) continue;
    try {
      const archive = await openArchive(folder);
      const judged = judgedSchema.safeParse(
        jsonOf((await readText(join(folder, 'verdicts.json'))) ?? ''),
      );
      const plan = await archive.plan();
      if (plan.scenario !== scenario) continue;
      nights.push({ run: name, plan, contrasts: judged.data?.contrasts ?? null });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      unread.push(`${name} (${error.code})`);
    }
  }
  return { nights, unread };
}
