import type { Archive } from '../../record/archive.ts';
import type { RunInfo } from '../../record/run.ts';
import type { Judged, RunRecord } from '../judge.ts';
import { judgeTelling, recordOf } from '../judge.ts';
import type { BlockTable } from '../fields/table.ts';
import type { Facts } from './side.ts';
import { wordsOn } from './structure/screens.ts';

/** Names one block of a run. */
export interface BlockName {
  readonly device: string;
  readonly browser: string;
}

/** What comparing needs of a run beside what judging needs: when it began, and the screens that were attached. */
export interface RunToCompare extends RunRecord {
  readonly info: RunInfo | null;
  /** A file of a trial; null when it is not there. */
  attached(trial: string, name: string): Promise<string | null>;
}

/** The run of an archive, ready to be compared. */
export async function runOf(archive: Archive): Promise<RunToCompare> {
  return {
    ...(await recordOf(archive)),
    info: await archive.runInfo(),
    attached: (trial, name) => archive.attached(trial, name),
  };
}

/** The wanted blocks of a run, judged from its record alone, or as it was judged in this process already. */
export async function factsOf(
  run: RunToCompare,
  isWanted: (block: BlockName) => boolean = () => true,
  judged?: Judged,
): Promise<Facts[]> {
  const { plan, info } = run;
  const { verdicts, table, outside } = judged ?? (await judgeTelling(run, () => undefined));
  const facts: Facts[] = [];
  for (const own of table.blocks) {
    const { device, browser, expected } = own.block;
    if (!isWanted({ device, browser })) continue;
    const read = info?.devices.find(
      (one) => one.device === device && ['', browser].includes(one.browserName),
    );
    const label = read?.browser ?? browser;
    facts.push({
      run: plan.run,
      ledgerHead: run.ledgerHead,
      scenario: plan.scenario,
      seed: plan.seed,
      question: plan.question,
      at: info?.startedAt ?? null,
      codeVersion: run.codeVersion,
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
      closed: own.trials.map((trial) => outside.of(trial)),
      words: await wordsOf(run, own),
    });
  }
  return facts;
}

async function wordsOf(run: RunToCompare, { trials }: BlockTable): Promise<Facts['words']> {
  const words: Map<string, Set<string>>[] = [];
  for (const trial of trials) {
    const shown = new Map<string, Set<string>>();
    words.push(shown);
    for (const { factor, tree } of trial.readings) {
      const text = await run.attached(trial.id, tree);
      const known = shown.get(factor) ?? new Set<string>();
      shown.set(factor, new Set([...known, ...wordsOn(text ?? '')]));
    }
  }
  return words;
}
