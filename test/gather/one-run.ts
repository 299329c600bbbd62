import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installation } from '../../harness/cli/bench/installations.ts';
import { openLab } from '../../harness/cli/bench/lab.ts';
import { openBench } from '../../harness/cli/bench/open-bench.ts';
import { experiment } from '../../harness/experiment.ts';
import type { BenchEntry } from '../../harness/gather/devices/bench.ts';
import { readBench } from '../../harness/gather/devices/bench.ts';
import { makePlan } from '../../harness/gather/plan.ts';
import type { Judged } from '../../harness/judge/judge.ts';
import { systemClock } from '../../harness/lib/clock.ts';
import { openArchive } from '../../harness/record/archive.ts';
import type { PlannedTrial } from '../../harness/record/plan/plan.ts';
import type { Exchange } from '../../harness/record/exchange.ts';
import type { TrialRecord } from '../../harness/record/trial.ts';
import type { Scenario } from '../../harness/scenario.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What one replicate left: the trials, every line of each, and what the judge makes of them. */
export interface OneRun {
  readonly judged: Judged;
  readonly asides: readonly TrialRecord[];
  readonly trials: readonly { readonly record: TrialRecord; readonly lines: readonly Exchange[] }[];
}

/** The entry of devices.json by its name. */
export async function entryNamed(name: string): Promise<BenchEntry> {
  const bench = readBench(await readFile(join(ROOT, 'devices.json'), 'utf8'), 'devices.json');
  const entry = bench.find((one) => one.name === name);
  assert.ok(entry);
  return entry;
}

/** What happens on the handset from outside when a trial begins: lines of `obey`. */
export type Meddling = (trial: PlannedTrial, tell: (command: object) => void) => void;

/** One replicate (or more) of a scenario on one browser of one device, with everything that is real about it. */
export async function oneRun(
  scenario: Scenario,
  entry: BenchEntry,
  [browser, version]: readonly [string, string],
  { replicates = 1, begin }: { replicates?: number; begin?: Meddling } = {},
): Promise<OneRun> {
  await using held = new AsyncDisposableStack();
  const device = entry.name;
  const folder = await mkdtemp(join(tmpdir(), `leaklab-${device}-`));
  held.defer(() => rm(folder, { recursive: true, force: true }));
  const given = { root: ROOT, workDir: folder, seed: 'one run' };
  const lab = held.use(await openLab(new Map([[device, entry]]), given));
  const planned = installation(scenario, device, entry, browser, version);
  const words = { run: 'run', seed: 'one run', replicates, codeVersion: 'test' };
  const plan = makePlan(scenario, [planned], words);
  const archive = await openArchive(join(folder, 'run'));
  const records: TrialRecord[] = [];
  const judged = await experiment({
    ...{ scenario, plan, archive, tools: lab.tools },
    signal: new AbortController().signal,
    open: (_block, _signal, bare) => {
      const at = lab.devices.get(device);
      assert.ok(at);
      const undoDir = join(folder, 'undo');
      return openBench(at, browser, { scenario, plan, bare, workDir: folder, undoDir });
    },
    show: () => ({
      begin: (_block, trial) => {
        begin?.(trial, (command) => {
          const socket = connect(join(folder, `${device}.sock`));
          socket.resume().end(`${JSON.stringify(command)}\n`);
        });
      },
      end: (_block, _trial, record) => records.push(record),
      stopped: (_block, error) => {
        throw error;
      },
    }),
    now: () => systemClock().now(),
  });
  const trials = [];
  for (const record of records) {
    const lines: Exchange[] = [];
    for await (const line of archive.exchanges(record.id)) lines.push(line);
    trials.push({ record, lines });
  }
  return { judged, trials, asides: await archive.asides() };
}
