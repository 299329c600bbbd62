import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { latestCalibration } from '../../../harness/cli/bench/known/calibrated.ts';

describe('the latest calibration', () => {
  it('is the last one of the same commit, and none of another, of a changed tree, or cut short', async () => {
    const results = await mkdtemp(join(tmpdir(), 'leaklab-calibrated-'));
    const ways = (found: number) => [{ way: 'json over https', found, of: 72 }];
    const write = (name: string, content: unknown): Promise<void> =>
      writeFile(
        join(results, name),
        typeof content === 'string' ? content : JSON.stringify(content),
      );
    try {
      assert.equal(await latestCalibration(join(results, 'not', 'there'), 'abcdef012345'), null);
      await write('20261101T000000Z-calibration-0001.json', {
        codeVersion: 'abcdef012345',
        ways: ways(70),
      });
      await write('20261102T000000Z-calibration-0002.json', {
        codeVersion: 'abcdef012345',
        ways: ways(72),
      });
      await write('20261103T000000Z-calibration-0003.json', {
        codeVersion: '999999999999',
        ways: ways(1),
      });
      await write('20261104T000000Z-calibration-0004.json', '{"codeVersion":"abcdef0123');
      assert.deepEqual(await latestCalibration(results, 'abcdef012345'), {
        name: '20261102T000000Z-calibration-0002.json',
        ways: ways(72),
      });
      await write('20261105T000000Z-calibration-0005.json', {
        codeVersion: 'abcdef012345+changes',
        ways: ways(2),
      });
      assert.equal(await latestCalibration(results, 'abcdef012345+changes'), null);
    } finally {
      await rm(results, { recursive: true });
    }
  });
});
