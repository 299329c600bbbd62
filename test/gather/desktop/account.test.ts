import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ordinaryAccount } from '../../../harness/gather/desktop/seat/account.ts';
import { makeHome, removeHome } from '../../../harness/gather/disk.ts';
import { run } from '../../../harness/lib/children.ts';

describe('the user of a desktop browser', () => {
  it('is whoever we are, unless that is root', () => {
    const { uid, as } = ordinaryAccount(1000, 1000, 7);
    assert.deepEqual([uid, as(['true'])], [1000, ['true']]);
  });

  it('has no account, no group and no power where we are root', async function steppingDown() {
    if (process.getuid?.() !== 0) this.skip();
    const { uid, as } = ordinaryAccount(0, 0, process.pid);
    const [command, ...args] = as(['cat', '/proc/self/status']);
    const status = await run(command, args);
    const lines = status.stdout.toString('utf8');
    assert.match(lines, new RegExp(`^Uid:(\\t${String(uid)}){4}$`, 'm'));
    assert.match(lines, /^Groups:\s*$/m);
    assert.match(lines, /^CapEff:\t0+$/m);
    const named = await run('getent', ['passwd', String(uid)]);
    assert.equal(named.code, 2);
  });

  it('has a home that is removed whole, and nothing else is ever removed for it', async () => {
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const home = await makeHome(owner);
    await mkdir(join(home, 'profile', 'Default'), { recursive: true });
    await removeHome(home);
    await assert.rejects(readdir(home), { code: 'ENOENT' });
    const other = await mkdtemp(join(tmpdir(), 'not-a-home-'));
    for (const path of [other, `${home}/../${other}`, '/', join(home, 'profile')]) {
      await assert.rejects(removeHome(path), /not a home of ours/);
    }
    assert.deepEqual(await readdir(other), []);
    await rm(other, { recursive: true });
  });
});
