import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logToResume } from '../../harness/calibrate/log.ts';

const LOG = {
  codeVersion: 'abc',
  seed: 'tuesday',
  replicates: null,
  scenarios: ['browsing', 'folders'],
  profiles: ['lineage-17'],
  done: [{ run: '20261125T080256Z-browsing-74da', scenario: 'browsing', profiles: ['lineage-17'] }],
  finished: false,
  seconds: 28,
};
const EARLY = '20261125T080000Z-calibration-aaaa.json';
const LATE = '20261125T090000Z-calibration-bbbb.json';
const OLD = '20261125T100000Z-calibration-cccc.json';

describe('a calibration that was stopped', () => {
  let results = '';
  const write = async (name: string, log: object): Promise<void> => {
    await writeFile(join(results, name), JSON.stringify(log));
  };
  beforeEach(async () => {
    results = await mkdtemp(join(tmpdir(), 'leaklab-calibration-'));
    await write(EARLY, LOG);
    await write(LATE, { ...LOG, finished: true });
    await write(OLD, { stamp: 'REFERENCE HANDSET', runs: [] });
  });
  afterEach(async () => {
    await rm(results, { recursive: true });
  });

  it('goes on from the latest that is not finished, with what it was asked and has done', async () => {
    const resumed = await logToResume(results, 'latest', 'abc');
    assert.deepEqual(resumed, { name: EARLY, log: LOG });
    assert.deepEqual(await logToResume(results, `results/${EARLY}`, 'abc'), resumed);
  });

  it('does not go on with other code, nor with one that is finished or of an older form', async () => {
    await assert.rejects(logToResume(results, 'latest', 'def'), { code: 'calibration-changed' });
    for (const name of [LATE, OLD, 'nothing']) {
      await assert.rejects(logToResume(results, name, 'abc'), { code: 'no-calibration' });
    }
  });
});
