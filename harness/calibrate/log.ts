import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../lib/fault.ts';
import { namesIn, readText } from '../record/disk.ts';

/** What a calibration was asked, and which of its runs are done: from this a later one goes on. */
export type CalibrationLog = z.output<typeof logSchema>;

const logSchema = z.object({
  codeVersion: z.string(),
  seed: z.string(),
  /** Null: as each scenario says. */
  replicates: z.number().nullable(),
  scenarios: z.array(z.string()),
  /** Names or files, as the profiles are found again. */
  profiles: z.array(z.string()),
  /** Finished runs in `results/`, each with the part of the whole that it is. */
  done: z.array(z.object({ run: z.string(), scenario: z.string(), profiles: z.array(z.string()) })),
  finished: z.boolean(),
  /** Spent so far. */
  seconds: z.number(),
});

/** The calibration to go on with: the one named, or the latest that has not been finished. Faults say why not. */
export async function logToResume(
  results: string,
  named: string,
  codeVersion: string,
): Promise<{ name: string; log: CalibrationLog }> {
  const all = (await namesIn(results)).filter((name) =>
    /-calibration-[0-9a-f]{4}\.json$/.test(name),
  );
  const wanted =
    named
      .split('/')
      .at(-1)
      ?.replace(/(\.json)?$/, '.json') ?? '';
  for (const name of all.sort().reverse()) {
    if (named !== 'latest' && name !== wanted) continue;
    const log = await readLog(join(results, name));
    if (log === null || log.finished) continue;
    if (log.codeVersion === codeVersion) return { name, log };
    throw new Fault(
      'calibration-changed',
      `${name} was begun with the code of ${log.codeVersion}, and this is ${codeVersion}`,
      'Start a new one: an error rate is that of one version of the code.',
    );
  }
  throw new Fault(
    'no-calibration',
    named === 'latest'
      ? 'there is no unfinished calibration in results/'
      : `there is no unfinished calibration ${named} in results/`,
    'Start one: npm run leaklab -- calibrate --scenario all',
  );
}

/** Null where the file is none of ours, or of an older format. */
async function readLog(path: string): Promise<CalibrationLog | null> {
  try {
    return logSchema.parse(JSON.parse((await readText(path)) ?? ''));
  } catch {
    return null;
  }
}
