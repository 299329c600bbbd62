import type { Archive } from '../../record/archive.ts';
import { judge, recordOf } from '../judge.ts';
import type { BlockTable } from '../fields/table.ts';
import type { Facts } from './side.ts';
import { wordsOn } from './structure/screens.ts';

/** Names one block of a run. */
export interface BlockName {
  readonly device: string;
  readonly browser: string;
}

/** Judges a run from its record alone, whatever was judged before, and gives the wanted blocks of it. */
export async function factsOf(
  archive: Archive,
  isWanted: (block: BlockName) => boolean,
): Promise<Facts[]> {
  const record = await recordOf(archive);
  const info = await archive.runInfo();
  const { verdicts, table } = await judge(record);
  const facts: Facts[] = [];
  for (const own of table.blocks) {
    const { device, browser, expected } = own.block;
    if (!isWanted({ device, browser })) continue;
    const read = info?.devices.find(
      (one) => one.device === device && ['', browser].includes(one.browserName),
    );
    const label = read?.browser ?? browser;
    facts.push({
      run: record.plan.run,
      ledgerHead: record.ledgerHead,
      scenario: record.plan.scenario,
      question: record.plan.question,
      at: info?.startedAt ?? null,
      codeVersion: record.codeVersion,
      device,
      stamp: read?.stamp ?? expected.stamp,
      model: read?.model ?? 'not read',
      rom: read?.rom ?? expected.rom,
      browser: label,
      appVersion: read?.appVersion ?? expected.appVersion,
      reach: read?.reach ?? expected.reach,
      block: own.block,
      rows: verdicts.verdicts.filter((row) => row.device === device && row.browser === label),
      contrasts: verdicts.contrasts.filter(
        (one) => one.device === device && one.browser === browser,
      ),
      table: own,
      words: await wordsOf(archive, own),
    });
  }
  return facts;
}

async function wordsOf(archive: Archive, { trials }: BlockTable): Promise<Facts['words']> {
  const words: Map<string, Set<string>>[] = [];
  for (const trial of trials) {
    const shown = new Map<string, Set<string>>();
    words.push(shown);
    for (const { factor, tree } of trial.readings) {
      const text = await archive.attached(trial.id, tree);
      const known = shown.get(factor) ?? new Set<string>();
      shown.set(factor, new Set([...known, ...wordsOn(text ?? '')]));
    }
  }
  return words;
}
