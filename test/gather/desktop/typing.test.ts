import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installation } from '../../../harness/cli/bench/installations.ts';
import { openLab } from '../../../harness/cli/bench/lab.ts';
import { openBench } from '../../../harness/cli/bench/open-bench.ts';
import { experiment } from '../../../harness/experiment.ts';
import { requirePrograms } from '../../../harness/gather/desktop/seat/programs.ts';
import { readBench } from '../../../harness/gather/devices/bench.ts';
import { makePlan } from '../../../harness/gather/plan.ts';
import type { Judged } from '../../../harness/judge/judge.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import { openArchive } from '../../../harness/record/archive.ts';
import { GIVEN_UP } from '../../../harness/record/exchange.ts';
import type { TrialRecord } from '../../../harness/record/trial.ts';
import type { Scenario } from '../../../harness/scenario.ts';
import typing from '../../../scenarios/typing.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TOO = 'on, private windows too';

/** The scenario itself, in so few conditions that they can be gone through within a test. */
const short: Scenario = {
  ...typing,
  factors: new Map([
    ['mode', ['normal', 'private']],
    ['search suggestions', ['on']],
  ]),
  contrasts: [],
};
const shortInPrivate: Scenario = {
  ...typing,
  factors: new Map([
    ['mode', ['private']],
    ['search suggestions', ['on', TOO]],
  ]),
  contrasts: [],
};

/** What is publicly known of both browsers, found again through a gateway that nothing can be sent past. */
describe('real browsers behind a gateway', function behindAGateway() {
  this.timeout(180_000);

  it('tell their search engine what is typed in normal windows, in private ones only where that is switched on, and every byte is accounted for', async function publiclyKnown() {
    if (userInfo().uid !== 0) this.skip();
    try {
      await Promise.all([requirePrograms('chromium'), requirePrograms('firefox-esr')]);
    } catch (error) {
      process.stderr.write(`    SKIPPED, no real browser was tested: ${String(error)}\n`);
      this.skip();
    }
    const [chromium, firefox] = await Promise.all([
      answered('chromium', short),
      answered('firefox-esr', shortInPrivate),
    ]);
    for (const { trials, unread } of [chromium, firefox]) {
      for (const { id, void: reasons, coverage } of trials) {
        assert.deepEqual([id, reasons, coverage?.holds, coverage?.why], [id, [], true, []]);
      }
      // A browser that is closed leaves connections of its own half begun: they are named, and never the search engine's.
      for (const one of unread) assert.match(one, /^(?!.*(?:duckduckgo|www\.google)\.com)\S+: \S/);
    }
    assert.deepEqual(leaks(chromium), ['normal, on: words typed, not sent → duckduckgo.com']);
    assert.deepEqual(leaks(firefox), [`private, ${TOO}: words typed, not sent → www.google.com`]);
    // So few trials are no answer; nor do they show of every host that a race was lost there, and no certificate refused.
    for (const { answer, reasons, unsearched, unread } of [chromium, firefox].flatMap(
      ({ judged, unread }) => judged.verdicts.verdicts.map((one) => ({ ...one, unread })),
    )) {
      if (answer === 'leaks') continue;
      assert.deepEqual(
        reasons.filter((one) => one !== 'unread'),
        ['too-few'],
      );
      const told = unread.map((one) => `unread at ${one}`);
      for (const gap of unsearched) {
        assert.ok(gap.includes(GIVEN_UP) || told.some((one) => gap.startsWith(one)), gap);
      }
    }
  });
});

interface Answered {
  readonly judged: Judged;
  readonly trials: readonly TrialRecord[];
  /** What was sent and could not be read, as host and reason. */
  readonly unread: readonly string[];
}

async function answered(device: string, scenario: Scenario): Promise<Answered> {
  await using held = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), `leaklab-${device}-`));
  held.defer(() => rm(folder, { recursive: true, force: true }));
  const bench = readBench(await readFile(join(ROOT, 'devices.json'), 'utf8'), 'devices.json');
  const entry = bench.find(({ name }) => name === device);
  assert.equal(entry?.listen, 'gateway');
  const entries = new Map([[device, entry]]);
  const lab = held.use(await openLab(entries, { root: ROOT, workDir: folder, seed: 'typing' }));
  const planned = installation(scenario, device, entry, device, 'any');
  const given = { run: 'run', seed: 'typing', replicates: 1, codeVersion: 'test' };
  const plan = makePlan(scenario, [planned], given);
  const archive = await openArchive(join(folder, 'run'));
  const trials: TrialRecord[] = [];
  const judged = await experiment({
    ...{ scenario, plan, tools: lab.tools, signal: new AbortController().signal },
    archive,
    open: () => {
      const at = lab.devices.get(device);
      assert.ok(at);
      const undoDir = join(folder, 'undo');
      return openBench(at, device, { scenario, plan, workDir: folder, undoDir });
    },
    show: () => ({
      begin: () => undefined,
      end: (_block, _trial, record) => trials.push(record),
      stopped: (_block, error) => {
        throw error;
      },
    }),
    now: () => systemClock().now(),
  });
  const unread: string[] = [];
  for (const { id } of trials) {
    for await (const { kind, bytesUp, host, why } of archive.exchanges(id)) {
      // Of lost races the judge decides.
      if (kind === 'unread' && bytesUp !== 0 && why !== GIVEN_UP) {
        unread.push(`${host}: ${why ?? ''}`);
      }
    }
  }
  return { judged, trials, unread };
}

function leaks({ judged }: Answered): string[] {
  return judged.verdicts.verdicts
    .filter(({ answer }) => answer === 'leaks')
    .map(
      ({ canary, host, condition }) =>
        `${condition['mode'] ?? ''}, ${condition['search suggestions'] ?? ''}: ${canary} → ${host ?? ''}`,
    );
}
