import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdbDevice } from '../../harness/gather/devices/adb.ts';
import type { Change } from '../../harness/gather/undo.ts';
import { undoAll, undoJournal } from '../../harness/gather/undo.ts';
import { run } from '../../harness/lib/children.ts';

const PROXY: Change = {
  kind: 'setting',
  namespace: 'global',
  key: 'http_proxy',
  before: null,
  after: '127.0.0.1:8000',
};

describe('the undo journal', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'leaklab-undo-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it('holds what a run noted that was killed right after', async () => {
    const script = `
      const { undoJournal } = await import(${JSON.stringify(new URL('../../harness/gather/undo.ts', import.meta.url).href)});
      const journal = undoJournal(${JSON.stringify(directory)}, 'red');
      await journal.note({ kind: 'reverse', port: 8000 });
      await journal.note(${JSON.stringify(PROXY)});
      process.kill(process.pid, 'SIGKILL');`;
    await run(process.execPath, ['--input-type=module', '-e', script]);
    assert.deepEqual(await undoJournal(directory, 'red').entries(), [
      { kind: 'reverse', port: 8000 },
      PROXY,
    ]);
  });

  it('forgets a line that was cut short, whose change was never made, and keeps the next one whole', async () => {
    const journal = undoJournal(directory, 'red');
    await journal.note(PROXY);
    await appendFile(join(directory, 'red.jsonl'), '\n{"kind":"reverse","po');
    await journal.note({ kind: 'file', path: '/data/local/tmp/x' });
    assert.deepEqual(await journal.entries(), [PROXY, { kind: 'file', path: '/data/local/tmp/x' }]);
  });

  it('puts a phone back, last change first, and is empty then', async () => {
    const journal = undoJournal(directory, 'red');
    const phone = aPhone({ settings: { http_proxy: '127.0.0.1:8000' }, reverses: [8000, 9000] });
    await journal.note({ kind: 'ca-mount', folder: '/certs', file: 'ab.0' });
    await journal.note({ kind: 'reverse', port: 8000 });
    await journal.note(PROXY);
    phone.files.add('/certs/ab.0');

    await undoAll(journal, phone);

    assert.deepEqual(phone.did, [
      'settings put global http_proxy :0',
      'killforward 8000',
      'umount /certs',
    ]);
    assert.deepEqual(await journal.entries(), []);
    assert.equal((await readFile(join(directory, 'red.jsonl'))).length, 0);
  });

  it('takes away what steps left on a phone, and puts back a setting that they changed more than once', async () => {
    const journal = undoJournal(directory, 'red');
    const phone = aPhone({ settings: { auto_sync: '1' }, reverses: [] });
    const changes: Change[] = [
      { kind: 'setting', namespace: 'global', key: 'auto_sync', before: null, after: null },
      { kind: 'radio', radio: 'wifi', on: true },
      { kind: 'radio', radio: 'data', on: false },
      { kind: 'row', uri: 'content://sms', column: 'address', value: "O'Neil" },
      { kind: 'folder', path: '/storage/emulated/0/abc' },
    ];
    for (const change of changes) await journal.note(change);
    await undoAll(journal, phone);
    assert.deepEqual(phone.did, [
      'rmdir /storage/emulated/0/abc',
      "content delete --uri content://sms --where address='O''Neil'",
      'svc data disable',
      'svc wifi enable',
      'settings delete global auto_sync',
    ]);
  });

  it('turns a clock back by the days that it was set on, and not where that was done', async () => {
    const journal = undoJournal(directory, 'red');
    for (const { now, did } of [
      { now: 1_700_000_100, did: ['date @1699913700'] },
      { now: 1_699_913_700, did: [] },
    ]) {
      await journal.note({ kind: 'clock', until: 1_700_000_000, days: 1 });
      const phone = aPhone({ now });
      await undoAll(journal, phone);
      assert.deepEqual(phone.did, did);
    }
  });

  it('empties an app again that it emptied at first, unless it was uninstalled since', async () => {
    const journal = undoJournal(directory, 'red');
    const phone = aPhone({ apps: ['com.mi.browser'] });
    await journal.note({ kind: 'app', package: 'com.mi.browser' });
    await journal.note({ kind: 'app', package: 'com.gone' });
    await undoAll(journal, phone);
    assert.deepEqual(phone.did, ['pm clear com.mi.browser']);
  });

  it('gives back the value of before the first of two runs that were both cut short', async () => {
    const journal = undoJournal(directory, 'red');
    const phone = aPhone({ settings: { http_proxy: '127.0.0.1:9000' } });
    await journal.note({ ...PROXY, before: 'proxy.lab:3128' });
    await journal.note({ ...PROXY, before: '127.0.0.1:8000', after: '127.0.0.1:9000' });
    await undoAll(journal, phone);
    assert.equal(phone.settings.get('http_proxy'), 'proxy.lab:3128');
  });

  it('leaves alone what somebody else has changed since, and what was never changed', async () => {
    const journal = undoJournal(directory, 'red');
    const phone = aPhone({ settings: { http_proxy: 'mine:1' } });
    await journal.note(PROXY);
    await journal.note({ kind: 'reverse', port: 8000 });
    await journal.note({ kind: 'ca-mount', folder: '/certs', file: 'ab.0' });
    await undoAll(journal, phone);
    assert.deepEqual(phone.did, []);
  });

  it('keeps everything that is noted when the phone goes away half-way', async () => {
    const journal = undoJournal(directory, 'red');
    const phone = aPhone({ settings: { http_proxy: '127.0.0.1:8000' } });
    const changes: Change[] = [PROXY, { kind: 'file', path: '/x' }];
    for (const change of changes) await journal.note(change);
    await assert.rejects(
      undoAll(journal, { ...phone, ask: () => Promise.reject(new Error('gone')) }),
    );
    assert.deepEqual(await journal.entries(), changes);
    await undoAll(journal, phone);
    await undoAll(journal, phone);
    assert.deepEqual(phone.did, ['rm -f /x', 'settings put global http_proxy :0']);
  });
});

interface PretendPhone extends AdbDevice {
  readonly did: string[];
  readonly settings: Map<string, string>;
  readonly files: Set<string>;
}

function aPhone({
  settings: given = {},
  reverses = [],
  apps = [],
  now = 0,
}: {
  settings?: Record<string, string>;
  reverses?: number[];
  apps?: string[];
  now?: number;
} = {}): PretendPhone {
  const did: string[] = [];
  const settings = new Map(Object.entries(given));
  const files = new Set<string>();
  const ports = new Set(reverses);
  const shell = (words: readonly string[]): { code: number; output: string } => {
    const [tool, verb, , key = '', value = ''] = words;
    if (tool === '[') return { code: files.has(words[2] ?? '') ? 0 : 1, output: '' };
    if (tool === 'pm' && verb === 'path')
      return { code: apps.includes(words[2] ?? '') ? 0 : 1, output: '' };
    if (tool === 'date') return { code: 0, output: String(now) };
    if (tool === 'which') return { code: 0, output: '/system/bin/su' };
    if (words.includes('id')) return { code: 0, output: 'uid=0(root)' };
    if (tool === 'settings' && verb === 'get')
      return { code: 0, output: settings.get(key) ?? 'null' };
    if (tool === 'settings' && verb === 'put') settings.set(key, value);
    const line = tool === 'su' ? (words.at(-1) ?? '') : words.join(' ');
    if (line.startsWith('umount')) files.clear();
    did.push(line);
    return { code: 0, output: '' };
  };
  return {
    serial: 'red',
    did,
    settings,
    files,
    shell: (words) => Promise.resolve(shell(words)),
    ask: (words) => Promise.resolve(shell(words).output),
    push: () => Promise.resolve(),
    reverse: () => Promise.resolve(),
    reverses: () => Promise.resolve([...ports]),
    reboot: () => Promise.resolve(),
    killReverse: (port) => {
      ports.delete(port);
      did.push(`killforward ${port}`);
      return Promise.resolve();
    },
  };
}
