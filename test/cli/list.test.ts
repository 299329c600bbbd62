import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { readFile } from 'node:fs/promises';
import { listCommand } from '../../harness/cli/commands/list.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('the list of scenarios', () => {
  it('says of each what it asks, what it costs and whose sentences it tests, and what no experiment answers', async () => {
    let said = '';
    const output = {
      write: (text: string): boolean => {
        said += text;
        return true;
      },
    };
    await listCommand(['browsing', 'on-wifi'], { root: ROOT, home: ROOT, output });
    const [head = '', rest = ''] = said.split('What no experiment can answer');
    assert.match(head, /^2 scenarios; .*\(4 reference handsets\)/);
    assert.match(head, /browsing\n {2}asks {3}Is anyone but the visited site told/);
    // Four handsets, twelve replicates, one condition and its twin.
    assert.match(head, /cost {3}96 trials, about \d+ min\n {2}tests {2}Row 1\. Press, May 2020/);
    // One handset has no mail app.
    assert.match(head, /on-wifi[^]*cost {3}108 trials/);
    const open = await readFile(`${ROOT}/scenarios/unanswerable.json`, 'utf8');
    assert.equal(rest.split('because').length - 1, open.split('"why"').length - 1);
    assert.match(rest, /certifications.*\n {4}because {2}A certificate is a paper/);
  });
});
