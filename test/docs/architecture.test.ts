import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('docs/architecture.md', () => {
  it('names every file of harness/, scenarios/ and bench/ in its tree, and none that is gone', async () => {
    const text = await readFile(`${ROOT}/docs/architecture.md`, 'utf8');
    const [, tree = ''] = /## The tree\s+```\n([^]*?)```/.exec(text) ?? [];
    const found: string[] = [];
    for (const room of ['harness', 'scenarios', 'bench']) {
      for (const entry of await readdir(`${ROOT}/${room}`, {
        recursive: true,
        withFileTypes: true,
      })) {
        if (entry.isFile()) found.push(`${entry.parentPath.slice(ROOT.length)}/${entry.name}`);
      }
    }
    assert.deepEqual(pathsIn(tree).sort(), found.map((path) => path.replace(/^\//, '')).sort());
  });
});

/** Two spaces a level; a folder ends in a slash. */
function pathsIn(tree: string): string[] {
  const folders: string[] = [];
  const files: string[] = [];
  for (const line of tree.trimEnd().split('\n')) {
    const [, indent = '', name = ''] = /^( *)(\S+)/.exec(line) ?? [];
    const depth = indent.length / 2;
    folders.length = depth;
    if (name.endsWith('/')) folders.push(name.slice(0, -1));
    else files.push([...folders, name].join('/'));
  }
  return files;
}
