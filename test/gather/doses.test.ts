import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIXED_PAGE } from '../../harness/canary.ts';
import { makePlan } from '../../harness/gather/plan.ts';
import { runTrial } from '../../harness/gather/trial/trial.ts';
import { openArchive } from '../../harness/record/archive.ts';
import type { PlannedTrial } from '../../harness/record/plan/plan.ts';
import type { TrialRecord } from '../../harness/record/trial.ts';
import opaque from '../../scenarios/browser/opaque.ts';
import { aPretendBench, aSteppingClock } from '../pretend-bench.ts';

const PLAN = makePlan(
  opaque,
  [
    {
      device: 'phone',
      browser: 'mint',
      expected: {
        reference: true,
        stamp: 'REFERENCE HANDSET',
        reach: 'content',
        rom: 'MIUI',
        appVersion: '3.4.0',
        timelapse: 30,
      },
      levels: new Map(),
      dropped: [],
    },
  ],
  { run: 'r', seed: 'tuesday', replicates: 6, codeVersion: 'abc' },
);
const [BLOCK] = PLAN.blocks;

describe('doses', () => {
  it('stand once in each replicate beside two shams and an A/A twin, and their slope is primary', () => {
    const doses = (replicate: number): string[] =>
      (BLOCK?.trials ?? [])
        .filter((trial) => trial.replicate === replicate)
        .map(({ arm, dose }) => `${arm}: ${String(dose)}`)
        .sort();
    for (let replicate = 1; replicate <= 6; replicate++) {
      assert.deepEqual(doses(replicate), [
        'nothing varied (again): 0',
        'nothing varied, dose 1024: 1024',
        'nothing varied, dose 256: 256',
        'nothing varied, dose 64: 64',
        'nothing varied, fixed value: fixed value',
        'nothing varied, no visit: no visit',
        'nothing varied: 0',
      ]);
    }
    assert.equal(BLOCK?.doses?.primary, true);
    assert.deepEqual(
      BLOCK.doses.arms.map(({ dose }) => dose),
      [0, 64, 256, 1024, 'no visit', 'fixed value'],
    );
  });

  it('say before the first trial what they can show, and warn where it is nothing', () => {
    assert.match(PLAN.power.join('\n'), /found with 100 % at a noise of 80 bytes, \d+ % at 300/);
    const few = makePlan(opaque, [], {
      run: 'r',
      seed: 's',
      replicates: 0,
      codeVersion: 'a',
    });
    assert.match(few.power.join('\n'), /WARNING: no slope over doses/);
  });

  it('are behind the address of the page, so long; a sham visits nothing, or what everybody knows', async () => {
    const opened = await openedBy();
    const fresh = 'https://visited.leaklab.test/'.length + 16;
    assert.deepEqual(
      opened.map(({ dose, urls }) => [dose, ...urls.map((url) => url.length)]),
      [
        [0, fresh],
        [64, fresh + 86],
        [256, fresh + 342],
        [1024, fresh + 1366],
        ['no visit'],
        ['fixed value', fresh + 1366],
      ],
    );
    assert.deepEqual(opened.at(-1)?.urls, [FIXED_PAGE]);
    for (const { record, dose } of opened) {
      assert.equal(record.dose, dose);
      assert.ok(record.sound, record.void.join());
      // Nothing is planted by a sham.
      assert.equal('visited page' in record.planted, typeof dose === 'number');
    }
  });

  it('are given in steps that last equally long, whatever is done in them', async () => {
    const lengths = (await openedBy()).map(({ record: { timings } }) =>
      Math.round(((timings['follow-up'] ?? 0) - (timings['steps'] ?? 0)) / 100),
    );
    assert.deepEqual(new Set(lengths), new Set([300]));
  });

  it('a trial whose steps took longer is void', async () => {
    const [slow] = await openedBy((clock) => clock.wait(40_000));
    assert.deepEqual(slow?.record.sound, false);
    assert.match(slow.record.void.join(), /^steps: .* took 40.0 of 30 s of phone time$/);
  });
});

async function openedBy(
  before: (clock: ReturnType<typeof aSteppingClock>) => Promise<void> = () => Promise.resolve(),
): Promise<{ dose: PlannedTrial['dose']; urls: string[]; record: TrialRecord }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-doses-'));
  const archive = await openArchive(folder);
  const made = [];
  for (const { dose } of BLOCK?.doses?.arms ?? []) {
    const planned = BLOCK?.trials.find((trial) => trial.dose === dose);
    assert.ok(planned);
    const urls: string[] = [];
    const clock = aSteppingClock();
    const bench = aPretendBench(opaque, { clock });
    const browser = {
      ...bench.browser,
      open: async (url: string) => {
        await bench.browser.open(url);
        if (url.includes('.beacon.')) return;
        urls.push(url);
        await before(clock);
      },
    };
    const at = { ...planned, id: `${planned.id}-${made.length}` };
    const record = await runTrial(
      { ...bench, browser },
      at,
      await archive.trial(at.id),
      new AbortController().signal,
    );
    made.push({ dose, urls, record });
  }
  await rm(folder, { recursive: true });
  return made;
}
