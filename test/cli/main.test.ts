import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { run } from '../../harness/lib/children.ts';

const MAIN = new URL('../../harness/cli/main.ts', import.meta.url).pathname;

describe('the program behind the launcher', () => {
  it('prints how it is used', async () => {
    const { code, stdout, stderr } = await started('help');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(stdout, /npm run scenario <name> \[-- options\]/);
  });

  it('lists the scenarios when it is asked for one that is not there', async () => {
    assert.deepEqual(await started('scenario', 'incognitto'), {
      code: 1,
      stdout: '',
      stderr:
        '✗ there is no scenario "incognitto". Did you mean "incognito"?\n' +
        '  where  leaklab scenario incognitto (unknown-scenario)\n' +
        `  do     Choose one of: ${(await scenarios()).join(', ')}.\n`,
    });
  });

  it('shows no escape sequence of whoever typed it', async () => {
    const { stderr } = await started('sc\u001b[2Jenario');
    assert.match(stderr, /^✗ there is no command "sc\\u\{1b\}\[2Jenario"/);
  });
});

/** What is there to choose from: a scenario is a file, in whichever folder. */
async function scenarios(): Promise<string[]> {
  const files = await readdir(new URL('../../scenarios/', import.meta.url), { recursive: true });
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .sort();
}

async function started(
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { NO_COLOR: _, npm_command: __, ...env } = process.env;
  const { code, stdout, stderr } = await run(process.execPath, [MAIN, ...args], { env });
  return { code, stdout: stdout.toString('utf8'), stderr };
}
