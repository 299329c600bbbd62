import { join } from 'node:path';
import { z } from 'zod';
import { jsonOf, namesIn, readText } from '../../../record/disk.ts';
import type { Calibrated } from '../../../record/plan/sensitivity.ts';
import { sensitivitySchema } from '../../../record/plan/sensitivity.ts';

const fileSchema = z.object({ codeVersion: z.string(), ways: z.array(sensitivitySchema) });

/**
 * The latest calibration in `results/` by the same commit. A tree with changes of its own, or without a commit, is no
 * version that another run could have had; a file that says nothing of ways is no calibration.
 */
export async function latestCalibration(
  results: string,
  codeVersion: string,
): Promise<Calibrated | null> {
  if (!/^[0-9a-f]+$/.test(codeVersion)) return null;
  const names = (await namesIn(results)).filter((name) => /-calibration-[^/]*\.json$/.test(name));
  for (const name of names.sort().reverse()) {
    const text = await readText(join(results, name));
    const { data } = fileSchema.safeParse(jsonOf(text ?? ''));
    if (data?.codeVersion === codeVersion) return { name, ways: data.ways };
  }
  return null;
}
