import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger, sha256 } from '../../harness/record/ledger.ts';

describe('ledger', () => {
  let path = '';
  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'leaklab-ledger-')), 'ledger.jsonl');
  });
  afterEach(async () => {
    await rm(join(path, '..'), { recursive: true });
  });

  const filled = async (): Promise<void> => {
    const ledger = await openLedger(path);
    await Promise.all(
      ['a', 'b', 'c'].map((codeVersion, at) => ledger.append({ kind: 'resumed', codeVersion }, at)),
    );
  };

  it('chains every line to the one before, also when they are appended side by side', async () => {
    await filled();
    const lines = (await readFile(path, 'utf8')).trim().split('\n');
    assert.equal(lines.length, 3);
    assert.match(lines[0] ?? '', /^\{"previous":"0{64}","at":0,/);
    assert.ok((lines[1] ?? '').includes(sha256(lines[0] ?? '')));
    assert.equal((await openLedger(path)).head, sha256(lines[2] ?? ''));
  });

  it('refuses a record from which a line was taken out', async () => {
    await filled();
    const [first, , third] = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, `${first}\n${third}\n`);
    await assert.rejects(openLedger(path), { code: 'ledger-broken' });
  });

  it('refuses a record in which a line was changed', async () => {
    await filled();
    await writeFile(path, (await readFile(path, 'utf8')).replace('"a"', '"z"'));
    await assert.rejects(openLedger(path), { code: 'ledger-broken' });
  });

  for (const [what, tear, kept] of [
    ['in its middle', (text: string) => `${text}{"previous":"12`, 'abc'],
    ['before its line break', (text: string) => text.slice(0, -1), 'ab'],
  ] as const) {
    it(`drops a line torn by a crash ${what}, and goes on after it`, async () => {
      await filled();
      await writeFile(path, tear(await readFile(path, 'utf8')));
      const ledger = await openLedger(path);
      assert.equal(ledger.entries.length, kept.length);
      await ledger.append({ kind: 'resumed', codeVersion: 'd' }, 3);
      assert.deepEqual(
        (await openLedger(path)).entries.map(
          (entry) => entry.kind === 'resumed' && entry.codeVersion,
        ),
        [...kept, 'd'],
      );
    });
  }

  it('takes nothing more after a line that the disk did not take', async () => {
    const ledger = await openLedger(join(path, '..', 'gone', 'ledger.jsonl'));
    await assert.rejects(ledger.append({ kind: 'resumed', codeVersion: 'a' }, 0));
    await mkdir(join(path, '..', 'gone'));
    await assert.rejects(ledger.append({ kind: 'resumed', codeVersion: 'b' }, 1));
    assert.deepEqual(ledger.entries, []);
  });
});
