import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '../lib/fault.ts';
import { appendLine, cutTo, jsonOf, readText } from './disk.ts';

/**
 * `ledger.jsonl`: append-only and fsynced, each line carrying the hash of the one before, so that nothing that was
 * written down can be left out or moved afterwards without it showing. One line a finished trial.
 */
export type LedgerEntry = z.output<typeof entrySchema>;

const entrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plan'), sha256: z.string() }),
  /** `run.json` as it is from here on: it is written anew for each device that is taken into use. */
  z.object({ kind: z.literal('run'), sha256: z.string() }),
  z.object({
    kind: z.literal('trial'),
    trial: z.string(),
    sound: z.boolean(),
    trialSha256: z.string(),
    exchangesSha256: z.string(),
  }),
  /** These finished trials belong to a replicate that was interrupted: kept, and not counted. */
  z.object({ kind: z.literal('cut-short'), trials: z.array(z.string()) }),
  z.object({ kind: z.literal('resumed'), codeVersion: z.string() }),
  z.object({ kind: z.literal('block-ended'), device: z.string(), why: z.string() }),
]);

const lineSchema = z.object({
  previous: z.string(),
  at: z.number(),
  entry: entrySchema,
});

/** What stands before the first line. */
const BEGINNING = '0'.repeat(64);

export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  /** Hash of the last line: whoever knows it can tell whether the record is whole. */
  readonly head: string;
  append(entry: LedgerEntry, at: number): Promise<void>;
}

/**
 * Opens a ledger and checks its chain. A line torn by a crash at the very end, be it only of its line break, is not
 * part of it.
 */
export async function openLedger(path: string): Promise<Ledger> {
  const entries: LedgerEntry[] = [];
  let head = BEGINNING;
  let whole = 0;
  const lines = ((await readText(path)) ?? '').split('\n');
  const tail = lines.pop() ?? '';
  for (const [index, line] of lines.entries()) {
    const parsed = lineSchema.safeParse(jsonOf(line));
    if (!parsed.success && index === lines.length - 1 && tail === '') break;
    if (parsed.data?.previous !== head) throw tampered(path, index + 1);
    entries.push(parsed.data.entry);
    head = sha256(line);
    whole += Buffer.byteLength(line) + 1;
  }
  let torn = tail !== '' || entries.length < lines.length;
  let last = Promise.resolve();
  return {
    get entries() {
      return entries;
    },
    get head() {
      return head;
    },
    append: async (entry, at) => {
      // Blocks run side by side: lines are chained one after the other.
      last = last.then(async () => {
        if (torn) await cutTo(path, whole);
        torn = false;
        const line = JSON.stringify({ previous: head, at, entry });
        await appendLine(path, line);
        entries.push(entry);
        head = sha256(line);
      });
      await last;
    },
  };
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function tampered(path: string, line: number): Fault {
  return new Fault(
    'ledger-broken',
    `${path} line ${line} does not follow from the line before it`,
    'Do not build on this run: the record was changed or damaged after it was written. Restore it from a copy.',
  );
}
