import { run } from '../../../lib/children.ts';

// What every new run begins with beside its scenario: its name, and the code it is made by.

/** `20261123T021000Z-incognito-3f9a`: by time, with chance against two in one second. */
export function nameOfRun(at: number, what: string, chance: string): string {
  const stamp = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${stamp}-${what}-${chance}`;
}

/** The commit that a run was made with, marked when the tree had changes of its own. */
export async function codeVersion(root: string): Promise<string> {
  const git = async (...args: string[]): Promise<string> => {
    const { code, stdout } = await run('git', ['-C', root, ...args]).catch(() => ({
      code: 1,
      stdout: Buffer.alloc(0),
    }));
    return code === 0 ? stdout.toString('utf8').trim() : '';
  };
  const commit = await git('rev-parse', '--short=12', 'HEAD');
  if (commit === '') return 'not a git checkout';
  return (await git('status', '--porcelain', '--untracked-files=no')) === ''
    ? commit
    : `${commit}+changes`;
}
