import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCanaries } from '../../harness/cli/detect/canaries.ts';
import { findingsIn } from '../../harness/cli/detect/findings.ts';
import { aBody, anExchange } from '../builders.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklab-files-'));
});
after(async () => await rm(folder, { recursive: true }));

async function listed(...entries: readonly object[]): Promise<string> {
  const path = join(folder, 'canaries.json');
  await writeFile(path, JSON.stringify(entries));
  return path;
}

const ENTRY = { name: 'my file', kind: 'file', file: 'planted.bin' };

describe('leaklab detect with a planted file', () => {
  it('sees it in both halves of a resumed upload, in one thread and in two', async () => {
    const file = randomBytes(100_000);
    await writeFile(join(folder, 'planted.bin'), file);
    const canaries = await readCanaries(
      await listed(ENTRY, { name: 'page', value: 'https://a.test/qkzvtrmwpahcxbjd' }),
    );
    const halves = [file.subarray(0, 49_999), file.subarray(49_999), randomBytes(50_000)];
    const lines = halves.map((half, n) =>
      JSON.stringify(
        anExchange({
          id: `x${n}`,
          host: 'drive.example',
          requestBody: { base64: half.toString('base64') },
        }),
      ),
    );
    const page = anExchange({ id: 'p', requestBody: aBody('u=https://a.test/qkzvtrmwpahcxbjd') });
    const capture = join(folder, 'exchanges.jsonl');
    await writeFile(capture, [...lines, JSON.stringify(page)].join('\n'));
    for (const threads of [1, 2]) {
      const { sightings } = await findingsIn(capture, canaries, {
        salts: [],
        keys: [],
        explain: false,
        threads,
        signal: new AbortController().signal,
      });
      // By chance some piece stands between what looks like escapes, and is told from there as well.
      assert.deepEqual(
        [...new Set(sightings.map((one) => `${one.exchange} ${one.canary}: ${one.form}`))],
        ['0 my file: piece of the file', '1 my file: piece of the file', '3 page: exact'],
      );
    }
  }).timeout(30_000);

  it('refuses a file that is missing, says too little, or is planted twice', async () => {
    const refused = async (...entries: readonly object[]): Promise<void> => {
      const path = await listed(...entries);
      await assert.rejects(readCanaries(path), { code: 'bad-canaries' });
    };
    await refused({ ...ENTRY, file: 'nowhere.bin' });
    await writeFile(join(folder, 'blank.bin'), Buffer.alloc(9));
    await refused({ ...ENTRY, file: 'blank.bin' });
    await writeFile(join(folder, 'planted.bin'), randomBytes(5000));
    await refused(ENTRY, { ...ENTRY, name: 'twin' });
    await refused({ name: 'no file', kind: 'photo' });
  });
});
