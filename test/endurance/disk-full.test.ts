import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../harness/lib/children.ts';
import type { BenchApart } from './a-bench-apart.ts';
import { aBenchApart } from './a-bench-apart.ts';

/** With `npm run endurance`, and only for root: a disk that is full soon has to be mounted. */
const CAN = process.env['LEAKLAB_ENDURANCE'] === 'full' && process.getuid?.() === 0;

/** The real stack on one handset of the run's own, whose results lie on a disk of a few trials' size. */
(CAN ? describe : describe.skip)('a run whose disk is full', function full() {
  this.timeout(180_000);
  let bench: BenchApart;
  let results = '';

  before(async () => {
    bench = await aBenchApart({ own: { own: 'lineage-17' } });
    results = join(bench.home, 'results');
    await mkdir(results);
    await mount('size=400k', '-t', 'tmpfs', 'leaklab-test', results);
  });
  after(async () => {
    await run('umount', [results]);
    await bench[Symbol.asyncDispose]();
  });

  it('stops with one Fault that says so, and goes on with every finished trial once there is room', async () => {
    const first = await bench.start([...SCENARIO, '--device', 'own', '--replicates', '4']);
    assert.equal(await first.child.ended, 1, first.output());
    assert.match(first.output(), /^✗ cannot write .* \(ENOSPC\)$/m);
    assert.equal(first.output().match(/^ {2}do /gm)?.length, 1, first.output());
    assert.deepEqual([...(await bench.processes()).values()], []);
    const [name = 'no run'] = await readdir(results);
    const before = await linesOf(name);

    await mount('remount,size=64m', results);
    const second = await bench.start([...SCENARIO, '--resume', name]);
    assert.equal(await second.child.ended, 0, second.output());
    const after = await linesOf(name);
    assert.deepEqual(after.slice(0, before.length), before);
    const trials = after.flatMap((line) => /"trial":"([^"]+)"/.exec(line)?.[1] ?? []);
    assert.equal(new Set(trials).size, trials.length);
    assert.ok(trials.length >= 12, `${trials.length} trials of 4 replicates of 3`);
  });

  /** Whole lines of the ledger: what the disk took of the last one is none. */
  const linesOf = async (name: string): Promise<string[]> =>
    (await readFile(join(results, name, 'ledger.jsonl'), 'utf8')).split('\n').slice(0, -1);
});

const SCENARIO = ['scenario', 'incognito'];

async function mount(options: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await run('mount', ['-o', options, ...args]);
  assert.equal(code, 0, stderr);
}
