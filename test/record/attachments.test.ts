import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArchive } from '../../harness/record/archive.ts';
import { aTrial } from '../builders.ts';

describe('what is attached to a trial', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leaklab-attached-'));
    const trial = await (await openArchive(folder)).trial('phone-01');
    await trial.attach('ui-before-mode.xml', '<hierarchy text="Inkognito – ein"/>');
    await trial.attach('screen-before-mode.png', Buffer.from('89504e470d0a1a0a', 'hex'));
    await trial.finish(aTrial(), 1);
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const tree = (): string => join(folder, 'trials', 'phone-01', 'ui-before-mode.xml');
  const attached = async (): Promise<string | null> =>
    await (await openArchive(folder)).attached('phone-01', 'ui-before-mode.xml');

  it('stands with its hash in trial.json, pictures too', async () => {
    const [trial] = await (await openArchive(folder)).trials();
    // sha256sum of the same bytes.
    assert.deepEqual(trial?.attachments, {
      'ui-before-mode.xml': '248995d6bc86e3cc15b2d756f8acb4498997ee3536c2f426b971853608d87b8a',
      'screen-before-mode.png': '4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6',
    });
    assert.equal(await attached(), '<hierarchy text="Inkognito – ein"/>');
  });

  it('is refused once it was changed or taken away', async () => {
    await writeFile(tree(), (await readFile(tree(), 'utf8')).replace('ein', 'aus'));
    await assert.rejects(attached(), { code: 'record-changed' });
    await rm(tree());
    await assert.rejects(attached(), { code: 'record-changed' });
  });

  it('is null where nothing of that name was attached', async () => {
    const archive = await openArchive(folder);
    assert.equal(await archive.attached('phone-01', 'ui-after-mode.xml'), null);
  });
});
