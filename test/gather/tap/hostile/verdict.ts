import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaptureBooks, Tap } from '../../../../harness/gather/tap/tap.ts';
import { judgeArchive } from '../../../../harness/judge/judge.ts';
import type { Archive } from '../../../../harness/record/archive.ts';
import { openArchive } from '../../../../harness/record/archive.ts';
import type { Exchange } from '../../../../harness/record/exchange.ts';
import { aPlan, aTrial, anExchange } from '../../../builders.ts';

/** What became of one hostile trial: its lines as they are on the disk, its books, and what the judge says. */
export interface Outcome {
  readonly lines: Exchange[];
  readonly books: CaptureBooks;
  readonly answer: string;
  readonly reasons: readonly string[];
  /** Bytes of a body of a line, as the record gives them back. */
  bytesOf(body: Exchange['requestBody'] | undefined): Promise<Buffer>;
}

/**
 * Twelve sound trials in a real archive. What `attack` does to the tap is captured into the first; the others have
 * an innocent exchange each. Then the judge answers whether the visited page reached anyone.
 */
export async function outcomeOf(tap: Tap, attack: () => Promise<void>): Promise<Outcome> {
  await using folder = await temporary();
  const archive = await openArchive(folder.path);
  await archive.writePlan(aPlan(), 1);
  const trials = Array.from({ length: 12 }, (_, at) =>
    aTrial({ id: `phone-${String(at + 1).padStart(2, '0')}`, replicate: at + 1 }),
  );
  let books: CaptureBooks | undefined;
  for (const [at, trial] of trials.entries()) {
    const into = await archive.trial(trial.id);
    if (at === 0) {
      const capture = await tap.capture(into);
      await attack();
      books = await capture.finish();
    } else await into.exchange(anExchange({ host: 'harmless.example.org' }));
    await into.finish(trial, 2);
  }
  if (!books) throw new Error('there was no first trial');
  const { verdicts } = await judgeArchive(archive);
  const row = verdicts.verdicts.find(
    ({ canary, host, condition }) =>
      canary === 'visited page' && host === null && condition['mode'] === 'incognito',
  );
  const lines = await linesOf(archive);
  const bodies = new Map<string, Buffer>();
  for (const { requestBody, responseBody } of lines) {
    for (const body of [requestBody, responseBody]) {
      if (body && 'sha256' in body) bodies.set(body.sha256, (await archive.body(body)) ?? NOTHING);
    }
  }
  return {
    lines,
    books,
    answer: row?.answer ?? 'no row',
    reasons: row?.reasons ?? [],
    bytesOf: async (body) => {
      if (!body) return NOTHING;
      return 'sha256' in body
        ? (bodies.get(body.sha256) ?? NOTHING)
        : ((await archive.body(body)) ?? NOTHING);
    },
  };
}

const NOTHING = Buffer.alloc(0);

async function linesOf(archive: Archive): Promise<Exchange[]> {
  const lines: Exchange[] = [];
  for await (const line of archive.exchanges('phone-01')) lines.push(line);
  return lines;
}

async function temporary(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'leaklab-hostile-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
