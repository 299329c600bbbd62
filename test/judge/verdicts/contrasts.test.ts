import assert from 'node:assert/strict';
import type { RunRecord } from '../../../harness/judge/judge.ts';
import { judge } from '../../../harness/judge/judge.ts';
import type { Contrast } from '../../../harness/judge/verdicts/contrasts/shape.ts';
import { report } from '../../../harness/judge/words/report.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import type { Statistic } from '../../../harness/record/plan/plan.ts';
import type { TrialRecord } from '../../../harness/record/trial.ts';
import { aBlock, aContrast, anExchange, aPlan, twelvePairs, valueOf } from '../../builders.ts';

const HOST = 'sdk.sensorsdata.cn';
const NORMAL = { mode: 'normal' };
const INCOGNITO = { mode: 'incognito' };

/** Bytes in the twelve replicates, under normal and under incognito. */
const BYTES = [
  [812, 640, 905, 770, 1210, 655, 830, 990, 700, 1045, 620, 880],
  [610, 655, 700, 590, 930, 700, 640, 760, 705, 800, 580, 640],
] as const;

describe('a contrast by its statistic', () => {
  it('compares bytes to somebody nobody can read: p and interval as other programs have them', async () => {
    const run = aRun(['bytes'], (trial) => [unread({ bytesUp: bytesOf(trial) })]);
    const found = await contrastAt(run, HOST);
    // scipy 1.17.1, permutation_test(permutation_type='samples'): statistic 145.58333…, p 0.005859375 (24 of 4096, as in R).
    assert.deepEqual(
      [found.measure, found.p, found.smallestP, found.canary],
      ['bytes', 24 / 4096, 2 / 4096, null],
    );
    assert.equal(found.difference?.toFixed(9), '145.583333333');
    assert.deepEqual(
      found.means?.map((mean) => mean.toFixed(4)),
      ['838.0833', '692.5000'],
    );
    // numpy: the shifts between 70 and 224.4 have p above 0.05 over all 4096 changes of sign.
    assert.deepEqual(
      found.interval?.map((edge) => edge.toFixed(6)),
      ['70.000000', '224.400000'],
    );
  });

  it('compares how many exchanges a recipient gets, all together and each under one maximum', async () => {
    const run = aRun(['exchanges'], (trial) => [
      ...Array.from({ length: isNormal(trial) ? 3 : 1 }, () => anExchange({ host: HOST })),
      anExchange({ host: 'tell.miui.com' }),
      anExchange({ host: 'google.com' }),
    ]);
    const rows = await contrastsOf(run);
    assert.deepEqual(
      rows.map(({ host, difference, p }) => [host, difference, p]),
      [
        [null, 2, 2 / 4096],
        [HOST, 2, 2 / 4096],
        ['tell.miui.com', 0, 1],
      ],
    );
  });

  it('compares when a recipient is first told anything after the steps began', async () => {
    // Steps begin at 2,000 and the window ends at 10,000: silence counts as eight seconds.
    const run = aRun(['first contact'], (trial) =>
      isNormal(trial)
        ? [anExchange({ host: HOST, at: 1_500 }), anExchange({ host: HOST, at: 2_500 })]
        : trial.replicate === 1
          ? []
          : [anExchange({ host: HOST, at: 4_500 })],
    );
    const found = await contrastAt(run, HOST);
    assert.deepEqual(found.means, [0.5, 2.958333333333]);
    assert.equal(found.p, 2 / 4096);
  });

  it('compares how long after planting a canary leaves: later is no silence', async () => {
    const told = (trial: TrialRecord, at: number): Exchange =>
      anExchange({ host: HOST, at, url: `https://${HOST}/?u=${valueOf(trial, 'visited page')}` });
    const run = aRun(['presence', 'delay'], (trial) => [
      told(trial, isNormal(trial) ? 3_700 : 9_200),
    ]);
    const [seen, later] = (await contrastsOf(run)).filter(({ host }) => host === HOST);
    assert.deepEqual([seen?.measure, seen?.difference, seen?.p], ['presence', 0, 1]);
    assert.deepEqual(
      [later?.measure, later?.difference, later?.p, later?.means],
      ['delay', -5.5, 2 / 4096, [0.5, 6]],
    );
    assert.equal(later?.canary, 'visited page');
  });

  it('says nothing where bytes of a connection were not counted', async () => {
    const run = aRun(['bytes'], (trial) => [
      unread({ bytesUp: trial.id === 'phone-05' ? null : bytesOf(trial) }),
    ]);
    const found = await contrastAt(run, HOST);
    assert.deepEqual([found.p, found.difference, found.reasons], [null, null, ['unaccounted']]);
  });

  it('shares its error with the others that the plan declares, whatever they count', async () => {
    const run = aRun(['presence', 'bytes', 'exchanges'], (trial) => [
      unread({ bytesUp: isNormal(trial) ? 900 : 100 }),
    ]);
    const rows = (await contrastsOf(run)).filter(({ host }) => host === HOST);
    assert.deepEqual(
      rows.map(({ measure, p, pAdjusted, family }) => [measure, p, pAdjusted, family]),
      [
        ['bytes', 2 / 4096, 6 / 4096, 3],
        ['exchanges', 1, 1, 3],
      ],
    );
    const { verdicts } = await judge(run);
    const words = report(verdicts, run.plan, 'results/run').join('\n');
    assert.match(
      words,
      /mode normal against incognito → sdk\.sensorsdata\.cn: bytes up differ by 800 B \(800 B to 800 B\) \(900 B against 100 B a trial\), p = 0\.001 over 3 contrasts, at best 0\.001, secondary/,
    );
    assert.match(words, /→ all whom the claim is about: exchanges differ by 0\.0 .*, p = 1 over 3/);
  });
});

function aRun(
  statistics: readonly Statistic[],
  sent: (trial: TrialRecord) => Exchange[],
): RunRecord {
  const trials = twelvePairs(NORMAL, INCOGNITO);
  const contrasts = statistics.map((statistic, i) => aContrast({ statistic, primary: i === 0 }));
  return {
    plan: aPlan({ blocks: [aBlock({ contrasts })] }),
    ledgerHead: 'f'.repeat(64),
    codeVersion: '0.1.0',
    devices: [],
    trials,
    exchanges: (id) => trials.filter((trial) => trial.id === id).flatMap(sent),
    body: () => null,
  };
}

async function contrastsOf(run: RunRecord): Promise<Contrast[]> {
  return (await judge(run)).verdicts.contrasts;
}

async function contrastAt(run: RunRecord, host: string): Promise<Contrast> {
  const found = (await contrastsOf(run)).find((one) => one.host === host);
  assert.ok(found);
  return found;
}

function isNormal({ condition }: TrialRecord): boolean {
  return condition['mode'] === 'normal';
}

function bytesOf(trial: TrialRecord): number {
  return BYTES[isNormal(trial) ? 0 : 1][trial.replicate - 1] ?? 0;
}

function unread(differs: Partial<Exchange>): Exchange {
  return anExchange({
    kind: 'unread',
    host: HOST,
    url: null,
    method: null,
    why: 'passthrough',
    ...differs,
  });
}
