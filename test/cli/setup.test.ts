import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUpSystem } from '../../harness/cli/setup/debian.mjs';
import { SetUpFault, which } from '../../harness/cli/setup/machine.mjs';
import { groupsIn } from '../../harness/cli/setup/needs.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ALL = ['adb', 'aapt', 'curl', 'openssl', 'setpriv'];

describe('setting up the system', () => {
  it('tells an ordinary user the one command to type', async () => {
    await using machine = await aMachine(['curl', 'openssl', 'apt-get']);
    await assert.rejects(
      machine.setUp(1000),
      new SetUpFault(
        'missing: adb aapt util-linux',
        "programs on this machine's PATH",
        'sudo apt-get update && sudo apt-get install --no-install-recommends adb aapt util-linux',
      ),
    );
    assert.deepEqual(machine.said, []);
  });

  it('names the packages where there is no apt-get', async () => {
    await using machine = await aMachine(ALL.slice(1));
    await assert.rejects(machine.setUp(0), {
      message: 'missing: adb',
      advice: "install them with this system's package manager (the names are Debian's)",
    });
  });

  it('installs what is missing, and nothing else, when it is root', async () => {
    await using machine = await aMachine([...ALL.filter((name) => name !== 'aapt'), 'apt-get'], {
      'apt-get': 'echo "$DEBIAN_FRONTEND $*" >> "$0.log"; touch "$0.ran"',
    });
    await machine.setUp(0);
    assert.deepEqual(machine.said, ['installing aapt (apt-get) …']);
    assert.equal(
      await readFile(join(machine.bin, 'apt-get.log'), 'utf8'),
      'noninteractive -q -o DPkg::Lock::Timeout=120 update\n' +
        'noninteractive -q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends aapt\n',
    );
  });

  it('asks for the programs of a gateway only where one is needed', async () => {
    await using machine = await aMachine(ALL);
    await machine.setUp(0);
    await assert.rejects(machine.setUp(0, ['gateway']), {
      message: 'missing: iproute2 nftables tcpdump',
    });
  });

  it('shows what apt-get said when it could not', async () => {
    await using machine = await aMachine([...ALL.slice(1), 'apt-get'], {
      'apt-get': 'echo "E: no such package: $*"; exit 100',
    });
    await assert.rejects(machine.setUp(0), (fault) => {
      assert.ok(fault instanceof SetUpFault);
      assert.match(fault.message, /^apt-get could not install adb:\n.*E: no such package/s);
      assert.equal(fault.advice, 'apt-get install --no-install-recommends adb');
      return true;
    });
  });

  it('changes and says nothing when all is there', async () => {
    await using machine = await aMachine([...ALL, 'apt-get'], { 'apt-get': 'touch "$0.ran"' });
    await machine.setUp(0);
    assert.deepEqual(machine.said, []);
    assert.equal(which('apt-get.ran', { PATH: machine.bin }), null);
  });

  it('asks for a desktop browser or a gateway only where a device of that kind is named, and where tests may have it', async () => {
    await using machine = await aMachine(['chromium']);
    const home = machine.bin;
    await writeFile(
      join(home, 'devices.json'),
      '{"real": {"desktop": "chromium"}, "apart": {"listen": "gateway"}, "red": {"serial": "1"}, "odd": {"desktop": "netscape"}}',
    );
    const asked = (uid: number, ...argv: string[]): string[] =>
      groupsIn(argv, home, { root: ROOT, env: { PATH: machine.bin }, uid });
    assert.deepEqual(asked(0, 'scenario', 'incognito'), []);
    assert.deepEqual(asked(0, 'scenario', 'incognito', '--device', 'red,odd'), []);
    assert.deepEqual(asked(1000, 'scenario', 'incognito', '--device', 'red,real'), ['chromium']);
    assert.deepEqual(asked(1000, 'scenario', '--device=real', 'incognito'), ['chromium']);
    assert.deepEqual(asked(0, 'scenario', '--device', 'apart,real'), ['gateway', 'chromium']);
    assert.ok(asked(0, 'test').includes('chromium') && asked(0, 'test').includes('gateway'));
    assert.deepEqual(asked(1000, 'test'), []);
  });

  it('takes no folder and no plain file for a program', async () => {
    await using machine = await aMachine([]);
    await mkdir(join(machine.bin, 'adb'));
    await writeFile(join(machine.bin, 'curl'), '');
    assert.equal(which('adb', { PATH: machine.bin }), null);
    assert.equal(which('curl', { PATH: machine.bin }), null);
  });
});

/** A machine with just these programs on its path. */
async function aMachine(programs: string[], scripts: Record<string, string> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'leaklab-setup-'));
  const bin = join(root, 'bin');
  await mkdir(bin);
  for (const name of programs) {
    const script = scripts[name] ?? (name === 'adb' ? 'echo Version 34.0.4' : ':');
    await writeFile(join(bin, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }
  const said: string[] = [];
  return {
    bin,
    said,
    setUp: (uid: number, groups: string[] = []) =>
      setUpSystem({ root, env: { PATH: bin }, uid, say: (line) => void said.push(line) }, groups),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}
