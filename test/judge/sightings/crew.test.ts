import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mint } from '../../../harness/canary.ts';
import { findingsIn } from '../../../harness/cli/detect/findings.ts';
import { makeCrew } from '../../../harness/judge/sightings/crew/crew.ts';
import type { Body } from '../../../harness/record/exchange.ts';
import { aBody, anExchange } from '../../builders.ts';

const [WORDS] = mint({ words: 'words' }, { run: 'run', seed: 'crew', trial: 'trial' });
assert.ok(WORDS);
const { value } = WORDS;

const EXCHANGES = Array.from({ length: 60 }, (_, n) => {
  const host = `${'abcde'.charAt(n % 5)}.example`;
  // Every recipient gets half of it in one request and the other half in its next.
  const chunk = n % 10 < 5 ? value.slice(0, 14) : value.slice(14);
  const body = n % 7 === 0 ? Buffer.from(value).toString('base64') : JSON.stringify({ n, chunk });
  return anExchange({ id: `x${n}`, host, requestBody: aBody(body) });
});

const read = (body: Body): Buffer | null =>
  'base64' in body ? Buffer.from(body.base64, 'base64') : null;

async function found(threads: number): Promise<string[]> {
  await using crew = makeCrew({ values: [WORDS ?? { value }], salts: [], keys: [] }, threads);
  const searched = EXCHANGES.map((exchange) => crew.exchange(exchange, read));
  return (await Promise.all(searched)).flatMap(({ sightings }, n) =>
    sightings.map(({ owner, where, wrappings, form }) =>
      [n, owner, where, ...wrappings, form].join(' '),
    ),
  );
}

describe('a crew of threads', () => {
  it('finds what one thread finds, values across two requests among it', async () => {
    const alone = await found(1);
    assert.ok(alone.some((line) => line.includes('of the request before')));
    assert.ok(alone.some((line) => line.includes('base64 exact')));
    assert.deepEqual(await found(3), alone);
  }).timeout(30_000);

  it('tells of a capture the same as one thread, in the same order', async () => {
    await using folder = await aFolder();
    const capture = join(folder.path, 'exchanges.jsonl');
    const broken = '{"id": "cut o';
    const lines = EXCHANGES.map((exchange) => JSON.stringify(exchange)).toSpliced(7, 0, broken);
    await writeFile(capture, lines.join('\n'));
    const told = async (threads: number): Promise<unknown> =>
      await findingsIn(capture, [{ name: 'words', value, mold: undefined }], {
        salts: [],
        keys: [],
        explain: true,
        threads,
        signal: new AbortController().signal,
      });
    assert.deepEqual(await told(3), await told(1));
  }).timeout(30_000);
});

async function aFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'leaklab-crew-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
