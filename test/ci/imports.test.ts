import assert from 'node:assert/strict';
import { join } from 'node:path';
import { z } from 'zod';
import { run } from '../../harness/lib/children.ts';
import { aCheckoutWith } from './planted.ts';

describe('the import rules', function rules() {
  this.timeout(30_000);

  it('report each import that the design forbids, and nothing else', async () => {
    // The path and its forbidden import → the rule that says so.
    const planted: readonly [string, string, string][] = [
      ['harness/lib/a.ts', '../canary.ts', 'lib-imports-nothing'],
      ['harness/canary.ts', './record/disk.ts', 'canary-imports-lib'],
      ['harness/record/a.ts', '../judge/free.ts', 'record-imports-canary-lib'],
      ['harness/judge/a.ts', '../gather/free.ts', 'judge-imports-record-canary-lib'],
      ['harness/judge/b.ts', '../scenario.ts', 'judge-imports-record-canary-lib'],
      ['harness/gather/a.ts', '../judge/free.ts', 'gather-imports-record-scenario-canary-lib'],
      ['harness/gather/d.ts', '../calibrate/free.ts', 'gather-imports-record-scenario-canary-lib'],
      ['harness/judge/d.ts', '../calibrate/free.ts', 'judge-imports-record-canary-lib'],
      ['harness/handset/a.ts', '../record/disk.ts', 'handset-imports-lib'],
      ['harness/cli/g.ts', '../../test/free.ts', 'harness-stands-alone'],
      ['harness/cli/a.ts', '../../scenarios/free.ts', 'harness-stands-alone'],
      ['scenarios/a.ts', '../harness/lib/free.ts', 'scenarios-import-scenario'],
      ['harness/cli/b.ts', 'mockttp', 'door-mockttp'],
      ['harness/cli/c.ts', 'webdriverio', 'door-webdriverio'],
      ['harness/cli/d.ts', '@devicefarmer/adbkit', 'door-@devicefarmer/adbkit'],
      ['harness/cli/e.ts', 'appium', 'door-appium'],
      ['harness/cli/f.ts', 'mocha', 'door-mocha'],
      ['harness/gather/b.ts', 'node:fs/promises', 'door-nodefspromises'],
      ['harness/gather/c.ts', 'node:child_process', 'door-nodechild_process'],
      ['harness/gather/tap/two.ts', 'mockttp', 'door-mockttp'],
      ['harness/judge/c.ts', './nowhere.ts', 'resolvable'],
    ];
    const imports = planted.map(([path, name]): [string, string] => [
      path,
      `import type {} from '${name}';\n`,
    ]);
    const whole = Object.fromEntries<string>([
      ...imports,
      // What is allowed: a room's own files, its row of the table, a door in its place.
      ['harness/gather/tap/mockttp.ts', `import {} from 'mockttp';\nimport '../../lib/free.ts';\n`],
      ['harness/record/disk.ts', `import {} from 'node:fs/promises';\nimport '../lib/free.ts';\n`],
      ['harness/lib/children.ts', `import {} from 'node:child_process';\n`],
      ['harness/scenario.ts', `import {} from './gather/browsers/browser.ts';\n`],
      ['harness/gather/browsers/browser.ts', 'export {};\n'],
      ['harness/lib/free.ts', 'export {};\n'],
      ['harness/calibrate/free.ts', `import '../handset/free.ts';\n`],
      ['harness/handset/free.ts', 'export {};\n'],
      ['harness/judge/free.ts', `import '../record/disk.ts';\n`],
      ['harness/gather/free.ts', `import '../scenario.ts';\nimport '../record/disk.ts';\n`],
      ['scenarios/free.ts', `import '../harness/scenario.ts';\n`],
      ['test/free.ts', `import '../harness/gather/free.ts';\nimport {} from 'mockttp';\n`],
    ]);
    await using checkout = await aCheckoutWith(whole);
    const found = (await violationsIn(checkout.root)).filter(
      ({ rule }) => !['no-orphan', 'no-cycle'].includes(rule),
    );
    const seen = new Set(found.map(({ from, rule }) => `${from} ${rule}`));
    for (const [path, , rule] of planted) {
      assert.ok(seen.delete(`${path} ${rule}`), `${path}: ${rule} is not reported`);
    }
    assert.deepEqual([...seen], []);
  });

  it('report a knot, also one that is made of types only', async () => {
    await using checkout = await aCheckoutWith({
      'harness/lib/a.ts': `import type { B } from './b.ts';\nexport interface A { b: B }\n`,
      'harness/lib/b.ts': `import type { A } from './a.ts';\nexport interface B { a: A }\n`,
    });
    assert.deepEqual(
      [...new Set((await violationsIn(checkout.root)).map(({ rule }) => rule))],
      ['no-cycle'],
    );
  });

  it('let a library have one door of ours, and any test use it', async () => {
    await using checkout = await aCheckoutWith({
      'harness/gather/tap/mockttp.ts': `import {} from 'mockttp';\nexport const door = 1;\n`,
      'test/a.test.ts': `import {} from 'mockttp';\n`,
      'test/b.test.ts': `import '../harness/gather/tap/mockttp.ts';\n`,
    });
    assert.deepEqual(await violationsIn(checkout.root), []);
  });

  it('report a file that nobody imports', async () => {
    await using checkout = await aCheckoutWith({ 'harness/lib/dead.ts': 'export const x = 1;\n' });
    assert.deepEqual(await violationsIn(checkout.root), [
      { from: 'harness/lib/dead.ts', rule: 'no-orphan' },
    ]);
  });
});

async function violationsIn(root: string): Promise<{ from: string; rule: string }[]> {
  const program = join(root, 'node_modules/.bin/depcruise');
  const script = 'cd "$0" && exec "$1" --config .ci/depcruise.cjs -T json harness scenarios test';
  const { stdout, stderr } = await run('sh', ['-c', script, root, program]);
  assert.equal(stderr, '');
  const report = z.object({
    summary: z.object({
      violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
    }),
  });
  return report
    .parse(JSON.parse(stdout.toString('utf8')))
    .summary.violations.map(({ from, rule }) => ({ from, rule: rule.name }));
}
