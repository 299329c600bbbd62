import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchApart, Command } from './a-bench-apart.ts';
import { aBenchApart } from './a-bench-apart.ts';

/** Real programs throughout: three runs with an Appium each, on one phone apart and two handsets of their own. */
describe('runs side by side on one machine', function sideBySide() {
  this.timeout(120_000);
  let bench: BenchApart;
  const runs: Command[] = [];
  let first = '';

  before(async () => {
    bench = await aBenchApart({ apart: { red: 'lineage-17' }, own: { own: 'lineage-17' } });
    const scenario = ['scenario', 'incognito', '--replicates', '1', '--device'];
    for (const device of ['red', 'own', 'own']) runs.push(await bench.start([...scenario, device]));
    // Each has a run of its own from here on.
    for (const run of runs) await run.says(/^run +results/m);
    first = /results\/(\S+)/.exec(runs[0]?.output() ?? '')?.[1] ?? 'no run';
  });
  after(() => bench[Symbol.asyncDispose]());

  const refused = async (...args: string[]): Promise<string> => {
    const { child, output } = await bench.start(args);
    assert.equal(await child.ended, 1, output());
    return output().replace(/, since .* UTC/, ', since then');
  };

  it('are refused a phone that one of them has, and told which', async () => {
    const before = await readdir(join(bench.home, 'results'));
    const serial = bench.phones.get('red')?.serial;
    assert.equal(
      await refused('scenario', 'incognito', '--device', 'red'),
      `✗ red (${serial}) is in use by the run ${first} in ${bench.home}, process ${runs[0]?.child.pid}, since then\n` +
        '  where  leaklab scenario incognito --device red (phone-in-use)\n' +
        '  do     Wait until that has ended, or end it with Ctrl-C where it runs; or take another phone.\n',
    );
    assert.deepEqual(await readdir(join(bench.home, 'results')), before);
    assert.match(await refused('restore', '--device', 'red'), /^✗ red .* is in use by the run/);
  });

  it('are not gone on with by a second process', async () => {
    assert.equal(
      await refused('scenario', 'incognito', '--resume', first),
      `✗ ${first} is going on already: the run ${first} in ${bench.home}, process ${runs[0]?.child.pid}, since then\n` +
        `  where  leaklab scenario incognito --resume ${first} (run-in-use)\n` +
        '  do     Let it run: it needs no --resume. Or end it with Ctrl-C where it runs.\n',
    );
  });

  it('do not disturb one another, and leave no program behind', async () => {
    for (const { child, output } of runs) {
      assert.equal(await child.ended, 0, output());
      assert.equal(output().match(/^✓/gm)?.length, 3, output());
    }
    assert.deepEqual([...(await bench.processes()).values()], []);
    const results = await readdir(join(bench.home, 'results'));
    assert.equal(results.length, 3);
    for (const run of results) {
      const ledger = await readFile(join(bench.home, 'results', run, 'ledger.jsonl'), 'utf8');
      // Beside the three trials what our own app on the phone was asked.
      assert.equal(ledger.match(/"kind":"trial"/g)?.length, 4);
    }
    const red = bench.phones.get('red')?.device;
    assert.equal(await red?.ask(['settings', 'get', 'global', 'http_proxy']), ':0');
    assert.deepEqual(await red?.reverses(), []);
  });
});
