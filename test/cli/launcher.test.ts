import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const CLI = new URL('../../harness/cli/', import.meta.url).pathname;

describe('the launcher', () => {
  it('installs the packages once, says so in one line, and then starts main.ts', async () => {
    await using copy = await aCopy();
    assert.deepEqual(await copy.start('judge', 'a run'), {
      code: 0,
      stdout: 'main.ts ["judge","a run"]\n',
      stderr: 'leaklab: installing the npm packages (about a minute) …\n',
    });
    assert.deepEqual(await copy.start('judge', 'a run'), {
      code: 0,
      stdout: 'main.ts ["judge","a run"]\n',
      stderr: '',
    });
    assert.deepEqual(await copy.calls('npm'), [
      'ci --no-audit --no-fund --include=dev --include=optional --loglevel=warn',
    ]);
  });

  it('installs again when the lockfile is another one', async () => {
    await using copy = await aCopy();
    await copy.start('judge');
    await writeFile(join(copy.root, 'package-lock.json'), '{"changed":true}');
    await copy.start('judge');
    assert.equal((await copy.calls('npm')).length, 2);
  });

  it('takes npm install where npm ci refuses the lockfile', async () => {
    await using copy = await aCopy({ npmCi: 'echo npm error code EUSAGE >&2; exit 1' });
    assert.equal((await copy.start('judge')).code, 0);
    assert.deepEqual(await copy.calls('npm'), [
      'ci --no-audit --no-fund --include=dev --include=optional --loglevel=warn',
      'install --no-save --no-audit --no-fund --include=dev --include=optional --loglevel=warn',
    ]);
  });

  it('says what npm said when it fails, and installs again the next time', async () => {
    await using copy = await aCopy({ npmCi: 'echo npm error network >&2; exit 1' });
    const { code, stdout, stderr } = await copy.start('judge');
    assert.deepEqual(
      { code, stdout, stderr },
      {
        code: 1,
        stdout: '',
        stderr:
          'leaklab: installing the npm packages (about a minute) …\n' +
          '✗ npm could not install the packages:\n    npm error network\n' +
          `  where  ${copy.root}/\n` +
          "  do     look at npm's message, then type the same command again\n",
      },
    );
    await copy.start('judge');
    assert.equal((await copy.calls('npm')).length, 2);
  });

  it('keeps the Node inside node_modules off the path of npm, which takes it away', async () => {
    await using copy = await aCopy({ npmCi: 'echo "$PATH" >> "$LOG/path"' });
    const ours = join(copy.root, 'node_modules', '.bin');
    await copy.startWith({ PATH: `${ours}:${copy.bin}:/usr/bin:/bin` }, 'judge');
    assert.deepEqual(await copy.calls('path'), [`${copy.bin}:/usr/bin:/bin`]);
  });

  it('asks adb for its version once', async () => {
    await using copy = await aCopy();
    for (let i = 0; i < 3; i++) assert.equal((await copy.start('scenario')).code, 0);
    // A fresh clone has no place for the stamp: the second start asks, the third does not.
    assert.deepEqual(await copy.calls('adb'), ['version', 'version']);
  });

  it('refuses an adb that is too old', async () => {
    await using copy = await aCopy({ adb: 'Version 28.0.2-debian' });
    const { code, stderr } = await copy.start('scenario');
    assert.equal(code, 1);
    assert.equal(
      stderr,
      '✗ adb is too old: version 28, needed is 29 or newer\n' +
        `  where  ${copy.bin}/adb\n` +
        '  do     put a newer adb first on the PATH (Debian 12 has 29)\n',
    );
  });

  it('does not ask for adb where no phone is touched', async () => {
    await using copy = await aCopy({ adb: 'Version 28.0.2-debian' });
    assert.equal((await copy.start('judge')).code, 0);
  });

  it('ends with the exit code of the program it started', async () => {
    await using copy = await aCopy({ main: 'process.exit(3)' });
    assert.equal((await copy.start('judge')).code, 3);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`passes ${signal} on, and ends as the program ended`, async () => {
      const main = `process.on('${signal}', () => process.exit(42));
        setInterval(() => undefined, 1000); console.log('up');`;
      await using copy = await aCopy({ main });
      const child = spawn(process.execPath, [copy.launcher, 'judge'], {
        env: copy.env,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      await once(createInterface({ input: child.stdout }), 'line');
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [42, null]);
    });
  }
});

/** The launcher in a folder of its own, with an npm and an adb that write down what they were asked. */
async function aCopy({
  npmCi = ':',
  adb = 'Version 29.0.6-debian',
  main = `console.log('main.ts', JSON.stringify(process.argv.slice(2)))`,
}: { npmCi?: string; adb?: string; main?: string } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-launcher-'));
  const root = join(folder, 'clone');
  const bin = join(folder, 'bin');
  await mkdir(join(root, 'harness'), { recursive: true });
  await mkdir(bin);
  await cp(CLI, join(root, 'harness', 'cli'), { recursive: true });
  await writeFile(join(root, 'harness', 'cli', 'main.ts'), main);
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  await writeFile(join(root, 'package-lock.json'), '{}');

  const program = async (name: string, script: string): Promise<void> => {
    const log = `LOG=${folder}; echo "$*" >> "$LOG/${name}"`;
    await writeFile(join(bin, name), `#!/bin/sh\n${log}\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  };
  const modules = join(root, 'node_modules', '.bin');
  const put = `mkdir -p ${modules} && ln -sf ${process.execPath} ${modules}/node`;
  await program('npm', `if [ "$1" = ci ]; then ${npmCi}\nfi\n${put}`);
  await program('adb', `echo '${adb}'`);
  for (const name of ['aapt', 'curl', 'openssl']) await symlink('/bin/true', join(bin, name));

  const launcher = join(root, 'harness', 'cli', 'leaklab.mjs');
  const env = { PATH: `${bin}:/usr/bin:/bin` };
  const startWith = (
    given: NodeJS.ProcessEnv,
    ...args: string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [launcher, ...args],
        { env: given },
        (_, stdout, stderr) => {
          resolve({ code: child.exitCode ?? -1, stdout, stderr });
        },
      );
    });
  return {
    root,
    bin,
    env,
    launcher,
    startWith,
    start: (...args: string[]) => startWith(env, ...args),
    calls: async (name: string): Promise<string[]> =>
      (await readFile(join(folder, name), 'utf8')).trim().split('\n'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
