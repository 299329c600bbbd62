import { join, resolve } from 'node:path';
import type { Chosen, ChosenBlock, Listed } from '../../judge/compare/select.ts';
import { choose, namesIn } from '../../judge/compare/select.ts';
import { Fault } from '../../lib/fault.ts';
import type { Archive } from '../../record/archive.ts';
import { openArchive } from '../../record/archive.ts';
import { exists, namesIn as filesIn } from '../../record/disk.ts';
import { didYouMean } from '../argv/nearest.ts';
import { missingIn } from '../bench/known/missing.ts';

/** The runs that can be chosen from, and those that could not be read, with the reason. */
export interface Results {
  readonly listed: readonly Listed[];
  readonly unread: readonly { readonly run: string; readonly fault: Fault }[];
}

/**
 * Reads the plan of every run in `results/`, and of the folders that are named. A record that was changed stops
 * everything, whichever it is; one that never began, or is of another format, only whoever names it.
 */
export async function resultsIn(home: string, terms: readonly string[]): Promise<Results> {
  const results = join(home, 'results');
  const folders = (await filesIn(results)).map((name) => join(results, name));
  const outside = terms
    .map((term) => resolve(home, term))
    .filter((path) => !folders.includes(path));
  const listed: Listed[] = [];
  const unread: { run: string; fault: Fault }[] = [];
  for (const folder of [...folders, ...outside]) {
    const run = folder.split('/').at(-1) ?? folder;
    const isRun = await Promise.all(
      ['ledger.jsonl', 'plan.json'].map((name) => exists(join(folder, name))),
    );
    const looksLikeRun = /^\d{8}T\d{6}Z-.*-[0-9a-f]{4}$/.test(run) && (await exists(folder));
    if (!isRun.includes(true) && !looksLikeRun) continue;
    try {
      const archive = await openArchive(folder);
      listed.push({ run, folder, plan: await archive.plan(), info: await archive.runInfo() });
    } catch (error) {
      if (!(error instanceof Fault) || CHANGED.has(error.code)) throw error;
      unread.push({ run, fault: error });
    }
  }
  return { listed, unread };
}

/** Whoever compares beside a record that was changed would not know which numbers rest on it. */
const CHANGED: ReadonlySet<string> = new Set(['ledger-broken', 'plan-changed', 'record-changed']);

/** The blocks that a word names; a word that names nothing, or a run that says nothing, is a Fault. */
export function chosen(term: string, { listed, unread }: Results): Chosen {
  const named = unread.find(({ run }) => run === term.replace(/\/+$/, '').split('/').at(-1));
  if (named) throw named.fault;
  if (listed.length === 0) {
    throw new Fault(
      'no-results',
      'there is no run in results/ to compare',
      'Run a scenario on both sides first: npm run scenario incognito -- --device A,B',
    );
  }
  const found =
    choose(term, listed) ?? choose(term.replace(/\/+$/, '').split('/').at(-1) ?? term, listed);
  if (found !== null) return found;
  const names = namesIn(listed);
  throw new Fault(
    'unknown-side',
    `"${term}" is no run, device, app version, ROM build or date in results/.${didYouMean(term, names)}`,
    `Use one of: ${names.slice(0, 24).join(', ')}${names.length > 24 ? ' …' : ''}.`,
  );
}

/**
 * The blocks that were run to their end, and a sentence for each that was not: half a block is no fair sample. Where
 * nothing is left of a side it is a Fault.
 */
export async function whole(
  side: Chosen,
  archiveOf: (block: ChosenBlock) => Promise<Archive>,
): Promise<{ side: Chosen; leftOut: string[] }> {
  const kept: ChosenBlock[] = [];
  const leftOut: string[] = [];
  for (const block of side.blocks) {
    const missing = await missingIn(await archiveOf(block), block);
    if (missing === 0) kept.push(block);
    else
      leftOut.push(
        `${block.device} in ${block.run} was not run to its end (${missing} trials are missing)`,
      );
  }
  if (kept.length > 0) return { side: { ...side, blocks: kept }, leftOut };
  const [first] = side.blocks;
  throw new Fault(
    'unfinished-run',
    `"${side.term}" has no finished block: ${leftOut.join('; ')}`,
    `Go on with it: npm run scenario ${first?.scenario ?? ''} -- --resume ${first?.run ?? ''}`,
  );
}
