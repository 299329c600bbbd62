import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRom } from '../../../harness/handset/roms/load.ts';

describe('docs/writing-a-profile.md', () => {
  it('shows a profile that loads as it stands there', async () => {
    const page = await readFile('docs/writing-a-profile.md', 'utf8');
    const [, profile = ''] = /```json\n([^`]+)```/.exec(page) ?? [];
    const folder = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
    const path = join(folder, 'rom.json');
    await writeFile(path, profile);
    try {
      const rom = await loadRom(path);
      assert.equal(rom.apps[0]?.collectors[0]?.name, 'typed-words');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
