import assert from 'node:assert/strict';
import { compare } from '../../../harness/judge/compare/compare.ts';
import { areApart, isChange, medianOf } from '../../../harness/judge/compare/apart.ts';
import type { RunToCompare } from '../../../harness/judge/compare/facts.ts';
import { factsOf } from '../../../harness/judge/compare/facts.ts';
import type { Comparison } from '../../../harness/judge/compare/shape.ts';
import type { Chance } from '../../../harness/lib/seed.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import type { TrialRecord } from '../../../harness/record/trial.ts';
import { anExchange } from '../../builders.ts';
import { aRun, BOTH, report, uuidOf } from './records.ts';

/** `LEAKLAB_SPLITS=200 npm test -- test/judge/compare/splits` is the whole series. */
const SPLITS = Number(process.env['LEAKLAB_SPLITS'] ?? 20);
const REPLICATES = 24;

describe('one record, cut into two at random', function () {
  this.timeout(600_000);

  it('is no change of anything: what is sent always, seldom or every other time, captions, bytes', async () => {
    const reported: string[] = [];
    let compared = 0;
    for (let split = 0; split < SPLITS; split++) {
      // Every fifth split is of another record.
      const record = aNoisyRun(Math.floor(split / 5));
      const found = await betweenHalves(record, seeded('split', String(split)));
      compared += found.compared.structure + found.compared.answers;
      for (const one of found.structure) reported.push(`${one.change} ${one.kind} ${one.what}`);
      for (const one of found.answers) reported.push(`${one.change} ${one.canary}`);
      for (const one of found.contrasts) reported.push(`contrast ${one.canary}`);
    }
    assert.ok(compared > SPLITS * 20);
    // Less than one in 2,000 cuts for each thing that is there in some trials only: one in a hundred of two dozen.
    assert.ok(reported.length <= Math.ceil(SPLITS / 100), reported.join('; '));
  });
});

describe('two counts of trials', () => {
  it('are told as a change where less than one in 2,000 cuts of the same trials differs as much', () => {
    const told = (k: number, n: number, l: number, m: number): boolean =>
      isChange({ k, n }, { k: l, n: m });
    // Python, exact fractions of C(n, k) C(m, all - k) / C(n + m, all): 0.00034, 0.00064, 0.00040.
    assert.equal(told(12, 12, 3, 12), true);
    assert.equal(told(11, 12, 2, 12), false);
    assert.equal(told(560, 1000, 480, 1000), true);
  });
});

describe('bytes to somebody nobody can read', () => {
  const closedTo = (bytes: (trial: TrialRecord) => number) => ({
    sent: (trial: TrialRecord): Exchange[] => [closed('sealed.example', bytes(trial))],
  });
  const noise = (trial: TrialRecord): number => seeded('noise', trial.id).integer(300);

  it('are a change where twelve trials a side hardly overlap, with the median’s trial and line as evidence', async () => {
    const { structure } = await between(
      aRun({ run: 'run-a', ...closedTo((trial) => 900 + noise(trial)) }),
      aRun({ run: 'run-b', version: '3.4.3', ...closedTo((trial) => 1_600 + noise(trial)) }),
    );
    const [row, ...more] = structure.filter(({ kind }) => kind === 'bytes');
    assert.ok(row);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [row.change, row.what, row.a.k, row.a.n, row.b.k, row.b.n],
      ['more', 'bytes to sealed.example', 12, 12, 12, 12],
    );
    assert.match(row.with[0] ?? '', /^median of a trial \d+ bytes \(\d+–\d+\) → \d+ bytes/);
    assert.deepEqual(
      [row.a.evidence.run, row.a.evidence.line, row.b.evidence.line],
      ['run-a', 2, 2],
    );
    assert.ok(row.a.evidence.trial !== null && row.b.evidence.trial !== null);
  });

  it('are none where one record differs from itself as much, or a side is of fewer than six trials', async () => {
    const early = closedTo((trial) => (trial.replicate <= 6 ? 900 : 1_600) + noise(trial));
    const late = closedTo((trial) => 5_000 + noise(trial));
    const found = await between(aRun({ run: 'a', ...early }), aRun({ run: 'b', ...late }));
    assert.deepEqual([found.structure, found.dropped], [[], 1]);
    const few = await between(
      aRun({ run: 'a', replicates: 5, ...closedTo(() => 900) }),
      aRun({ run: 'b', replicates: 5, ...late }),
    );
    assert.deepEqual(few.structure, []);
  });

  it('have a median between two of their own values, of which the tables say which', () => {
    const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
    assert.equal(medianOf(upTo(5)), null);
    assert.deepEqual(medianOf(upTo(6)), { low: 1, median: 3, high: 6 });
    // Sign test, two-sided 0.001 (Dixon and Mood 1946, table 1 by its formula): n = 15 leaves out one, 25 four at either end.
    assert.deepEqual(medianOf(upTo(15)), { low: 2, median: 8, high: 14 });
    assert.deepEqual(medianOf(upTo(25)), { low: 5, median: 13, high: 21 });
    // Python, exact fractions: 2 P(X <= 925) <= 0.001 < 2 P(X <= 926) for X binomial(2000, 1/2).
    assert.deepEqual(medianOf(upTo(2000)), { low: 926, median: 1000, high: 1075 });
    assert.equal(
      areApart(
        upTo(12),
        upTo(12).map((one) => one + 11),
      ),
      false,
    );
    assert.equal(
      areApart(
        upTo(12),
        upTo(12).map((one) => one + 12),
      ),
      true,
    );
  });
});

/** A phone that tells some things always, some at times, and some never twice the same. */
function aNoisyRun(n: number): RunToCompare {
  const chanceOf = (trial: TrialRecord, what: string): number =>
    seeded('noisy', String(n), trial.id, what).integer(1000) / 1000;
  const sometimes = [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95].map((rate) => ({
    rate,
    host: `s${rate * 100}.example`,
  }));
  const run = aRun({
    run: `noisy-${n}`,
    replicates: REPLICATES,
    conditions: BOTH,
    sent: (trial) => [
      report(trial, { $device_id: 'd'.repeat(16), session: uuidOf('session', trial.id) }),
      closed('sealed.example', 800 + Math.round(1200 * chanceOf(trial, 'bytes'))),
      ...(chanceOf(trial, 'closed') < 0.5 ? [closed('seldom-sealed.example', 700)] : []),
      ...sometimes.flatMap(({ rate, host }) =>
        chanceOf(trial, host) < rate ? [report(trial, { at: trial.id }, { host, id: host })] : [],
      ),
    ],
  });
  const trials = run.trials.map((trial) => ({
    ...trial,
    readings: trial.readings.map((reading) => ({
      ...reading,
      caption: chanceOf(trial, 'caption') < 0.5 ? 'Incognito' : 'Inkognito',
    })),
  }));
  return { ...run, trials };
}

async function betweenHalves(run: RunToCompare, chance: Chance): Promise<Comparison> {
  const replicates = Array.from({ length: REPLICATES }, (_, i) => i + 1);
  const ours = new Set(chance.shuffled(replicates).slice(0, REPLICATES / 2));
  const half = (name: string, isIn: (replicate: number) => boolean): RunToCompare => ({
    ...run,
    plan: {
      ...run.plan,
      run: name,
      replicates: REPLICATES / 2,
      blocks: run.plan.blocks.map((block) => ({
        ...block,
        trials: block.trials.filter(({ replicate }) => isIn(replicate)),
      })),
    },
    trials: run.trials.filter(({ replicate }) => isIn(replicate)),
  });
  return await between(
    half('one', (one) => ours.has(one)),
    half('other', (one) => !ours.has(one)),
  );
}

async function between(a: RunToCompare, b: RunToCompare): Promise<Comparison> {
  const [ours, theirs] = [await factsOf(a), await factsOf(b)];
  return compare({ term: 'A', blocks: ours }, { term: 'B', blocks: theirs }, 'run');
}

function closed(host: string, bytesUp: number): Exchange {
  return anExchange({
    id: host,
    kind: 'unread',
    host,
    bytesUp,
    bytesDown: 400,
    why: 'passthrough',
  });
}
