import { join } from 'node:path';
import { z } from 'zod';
import { judgeTelling, recordOf } from '../../../judge/judge.ts';
import type { Night } from '../../../judge/nights/nights.ts';
import { contrastSchema } from '../../../judge/verdicts/contrasts/shape.ts';
import { Fault } from '../../../lib/fault.ts';
import type { Archive } from '../../../record/archive.ts';
import { openArchive } from '../../../record/archive.ts';
import { exists, jsonOf, namesIn, readText } from '../../../record/disk.ts';
import { sha256 } from '../../../record/ledger.ts';
import { manifestSchema } from '../../../record/manifest.ts';
import { missingIn } from './missing.ts';

const judgedSchema = z.object({ contrasts: z.array(contrastSchema) });

/** Every run of a scenario, as nights of its series; `unread` and `again` name runs. */
export interface Nights {
  readonly nights: readonly Night[];
  /** Its record or plan cannot be read, with the Fault's code. */
  readonly unread: readonly string[];
  /** What lay there as its answers was not what had been judged: judged again from its record. */
  readonly again: readonly string[];
}

/**
 * Every run of a scenario in `results/` up to `run`. A run that never began is no night; one that was abandoned is a night
 * without an answer. What was judged before is believed as far as its manifest bears it out, and else judged again.
 */
export async function nightsUpTo(results: string, scenario: string, run: string): Promise<Nights> {
  const names = (await namesIn(results)).filter(
    (name) => name.includes(`-${scenario}-`) && !name.endsWith('.json') && name <= run,
  );
  const nights: Night[] = [];
  const unread: string[] = [];
  const again: string[] = [];
  for (const name of names) {
    const folder = join(results, name);
    if (!(await exists(join(folder, 'plan.json')))) continue;
    try {
      const archive = await openArchive(folder);
      const plan = await archive.plan();
      if (plan.scenario !== scenario) continue;
      const judged = await judgedIn(archive);
      // Older plans play no game: nothing of theirs would be read.
      const isWanted = judged === null && plan.game !== null && (await isWhole(archive));
      if (isWanted) again.push(name);
      nights.push({ run: name, plan, contrasts: isWanted ? await contrastsOf(archive) : judged });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      unread.push(`${name} (${error.code})`);
    }
  }
  return { nights, unread, again };
}

/** What was judged of this very record, as long as nobody has touched it since; null for anything else. */
async function judgedIn({ folder, ledger }: Archive): Promise<Night['contrasts']> {
  const text = (await readText(join(folder, 'verdicts.json'))) ?? '';
  const manifest = manifestSchema.safeParse(
    jsonOf((await readText(join(folder, 'manifest.json'))) ?? ''),
  ).data;
  if (manifest?.ledgerHead !== ledger.head) return null;
  if (manifest.files['verdicts.json'] !== sha256(text)) return null;
  return judgedSchema.safeParse(jsonOf(text)).data?.contrasts ?? null;
}

async function contrastsOf(archive: Archive): Promise<Night['contrasts']> {
  const { verdicts } = await judgeTelling(await recordOf(archive), () => undefined);
  return verdicts.contrasts;
}

/** At least one block came to its end. */
async function isWhole(archive: Archive): Promise<boolean> {
  const { blocks } = await archive.plan();
  const missing = await Promise.all(blocks.map((block) => missingIn(archive, block)));
  return missing.includes(0);
}
