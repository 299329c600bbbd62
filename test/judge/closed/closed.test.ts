import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { charactersOf, DOSES, SHAMS } from '../../../harness/canary.ts';
import type { Dose } from '../../../harness/canary.ts';
import { encodingsIn, roundingOf } from '../../../harness/judge/closed/encodings.ts';
import { noiseOf } from '../../../harness/judge/closed/noise.ts';
import { judge } from '../../../harness/judge/judge.ts';
import type { RunRecord } from '../../../harness/judge/judge.ts';
import type { ClosedRow } from '../../../harness/judge/closed/shape.ts';
import { platformInWords } from '../../../harness/judge/words/outside.ts';
import { report } from '../../../harness/judge/words/report.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import type { TrialRecord } from '../../../harness/record/trial.ts';
import { aBlock, anExchange, aPlan, aTrial } from '../../builders.ts';

const HOST = 'pinned.example';

describe('a recipient whose content stays closed', () => {
  it('talks about it where its bytes grow with the address, and the slope tells how', async () => {
    const run = aRun((trial, noise) => [
      unread((trial.dose === 'no visit' ? 200 : 700) + 2 * length(trial) + noise),
    ]);
    const [row] = await closedIn(run);
    assert.ok(row);
    assert.equal(row.answer, 'talks about it');
    assert.deepEqual(
      [row.closed, row.reasons, row.trials, row.primary],
      [['unread'], [], 24, true],
    );
    assert.ok(Math.abs((row.slope ?? 0) - 2) < 0.05);
    assert.deepEqual(row.encodings, ['hex', 'two bytes a character', 'as it is, twice']);
    assert.ok((row.visits ?? 1) <= 0.05 && row.noise !== null && row.noise < 40);
    const { verdicts } = await judge(run);
    const words = report(verdicts, run.plan, 'results/run').join('\n');
    assert.match(words, /^TALKS ABOUT IT, CONTENT UNREAD {2}visited page → pinned\.example/m);
    assert.match(words, /fits {4}hex; two bytes a character; as it is, twice \(/m);
  });

  it('shares its error with the other primaries, and is not said where it cannot stand beside them', async () => {
    const grows = aRun((trial, noise) => [unread(700 + 2 * length(trial) + noise)]);
    const among = async (primaries: number): Promise<ClosedRow | undefined> =>
      (await closedIn({ ...grows, plan: { ...grows.plan, primaries } }))[0];
    const [alone, beside] = [await among(1), await among(20)];
    assert.deepEqual([alone?.family, alone?.pOverInvocation], [1, alone?.p]);
    // Holm's first step over twenty.
    assert.equal(beside?.pOverInvocation, Math.round(20 * (beside?.p ?? 1) * 1e12) / 1e12);
    const blocks = grows.plan.blocks.flatMap((block) => [
      block,
      ...Array.from({ length: 1_999 }, (_, i) => ({ ...block, device: `other-${i}` })),
    ]);
    const [row] = await closedIn({ ...grows, plan: { ...grows.plan, blocks } });
    assert.deepEqual([row?.answer, row?.reasons, row?.family], ['inconclusive', ['family'], 2_000]);
  });

  it('is inconclusive and never silent where they do not: a hash does not grow', async () => {
    const [row] = await closedIn(
      aRun((trial, noise) => [unread(trial.dose === 'no visit' ? 300 + noise : 900 + noise)]),
    );
    assert.deepEqual([row?.answer, row?.reasons], ['inconclusive', ['no-slope']]);
    assert.deepEqual(row?.encodings, []);
  });

  it('is batched where no visit shows within its window', async () => {
    const [row] = await closedIn(aRun((_, noise) => [unread(900 + noise)]));
    assert.deepEqual(row?.reasons, ['no-slope', 'batched']);
  });

  it('is batched where its bytes follow the trial before, even if they never fail to come', async () => {
    const trials = dosedTrials();
    const before = new Map(trials.map(({ id }, t) => [id, trials[t - 1]]));
    const [row] = await closedIn(
      aRun((trial, noise) => [unread(900 + length(before.get(trial.id)) + noise)]),
    );
    assert.equal(row?.answer, 'inconclusive');
    assert.ok(row.reasons.includes('batched') && (row.late ?? 1) <= 0.05);
  });

  it('has no answer where bytes were not counted, or an arm is void too often', async () => {
    const grows = (trial: TrialRecord): number => 700 + length(trial);
    const [uncounted] = await closedIn(
      aRun((trial) => [unread(trial.id === 'phone-07' ? null : grows(trial))]),
    );
    assert.deepEqual(uncounted?.reasons, ['unaccounted']);
    const [voids] = await closedIn(
      aRun(
        (trial) => [unread(grows(trial))],
        (trial) =>
          trial.dose === 256 && trial.replicate <= 2 ? { sound: false, void: ['beacon'] } : {},
      ),
    );
    assert.deepEqual(voids?.reasons, ['void-rate']);
  });

  it('is whoever cannot be read, and need not see the page', async () => {
    const sealed = seeded('sealed').bytes(600).toString('base64');
    const rows = await closedIn(
      aRun((trial) => [
        unread(700 + length(trial)),
        unread(900, 'visited.leaklab.test'),
        anExchange({ host: 'open.example', requestBody: { base64: 'aGVsbG8=' } }),
        anExchange({ host: 'sealed.example', method: 'POST', requestBody: { base64: sealed } }),
      ]),
    );
    assert.deepEqual(
      rows.map(({ host, closed }) => [host, ...closed]),
      [
        [HOST, 'unread'],
        ['sealed.example', 'opaque'],
      ],
    );
  });

  it('is the platform as well: its doses are weighed, and stand beside the verdict on its browser', async () => {
    const push = 'mtalk.google.com';
    const run = aRun((trial, noise) => [unread(700 + length(trial) + noise, push)]);
    const { verdicts } = await judge(run);
    assert.deepEqual(
      verdicts.closed.map(({ host, recipientClass, answer }) => [host, recipientClass, answer]),
      [[push, 'platform', 'talks about it']],
    );
    const row = verdicts.verdicts.find(({ host }) => host === null);
    assert.ok(row);
    assert.ok(!row.reasons.includes('unread'), 'the claim is not about the platform');
    assert.ok(
      platformInWords(row, verdicts).includes(
        `whether its bytes grow with the address: ${push} talks about it`,
      ),
    );
  });

  it('is not asked about where no doses were given', async () => {
    const run = aRun(() => [unread(700)]);
    const blocks = run.plan.blocks.map((block) => ({ ...block, doses: null }));
    assert.deepEqual(await closedIn({ ...run, plan: { ...run.plan, blocks } }), []);
  });
});

describe('the slope of an encoding', () => {
  const hex = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('hex'));
  const base64 = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('base64'));
  for (const [name, encode] of [
    ['as it is', (bytes: Buffer) => bytes],
    ['compressed', (bytes: Buffer) => gzipSync(bytes)],
    ['compressed', (bytes: Buffer) => brotliCompressSync(bytes)],
    ['compressed, then base64', (bytes: Buffer) => base64(gzipSync(bytes))],
    ['compressed, then hex', (bytes: Buffer) => hex(gzipSync(bytes))],
    ['base64', base64],
    ['base64 twice', (bytes: Buffer) => base64(base64(bytes))],
    ['hex', hex],
    ['hex, then base64', (bytes: Buffer) => base64(hex(bytes))],
    ['two bytes a character', (bytes: Buffer) => Buffer.from(bytes.toString(), 'utf16le')],
    ['base64, twice', (bytes: Buffer) => Buffer.concat([base64(bytes), base64(bytes)])],
  ] as const) {
    it(`is named by how much longer others' encoders make it: ${name}`, () => {
      const text = Buffer.from(seeded('six bits').bytes(75_000).toString('base64url'));
      const slope = encode(text).length / text.length;
      assert.ok(encodingsIn([slope - 0.01, slope + 0.01]).includes(name), String(slope));
    });
  }

  for (const [cipher, block] of [
    ['aes-256-cbc', 16],
    ['des-ede3-cbc', 8],
  ] as const) {
    it(`is moved by ${cipher}'s blocks, and no further than is allowed for`, () => {
      const key = seeded('key').bytes(cipher === 'aes-256-cbc' ? 32 : 24);
      for (let around = 0; around < 40; around++) {
        const sizes = DOSES.map((dose) => {
          const seal = createCipheriv(cipher, key, Buffer.alloc(block));
          return (
            seal.update(Buffer.alloc(around + charactersOf(dose))).length + seal.final().length
          );
        });
        const slope = leastSquares(DOSES.map(charactersOf), sizes);
        assert.ok(Math.abs(slope - 1) <= roundingOf(sizes), `${around}: ${slope}`);
      }
    });
  }

  it('of sizes that are multiples of 256 is less certain than that of others', () => {
    assert.ok(Math.abs(roundingOf([256, 512, 1536]) / roundingOf([100, 213, 300]) - 16) < 1e-9);
  });

  it('may be nobody’s', () => {
    assert.deepEqual(encodingsIn([0.1, 0.2]), []);
  });
});

describe('the noise between equal visits', () => {
  it('is what neither replicate nor arm explains', () => {
    // Two-way table without its margins: residuals ±1 everywhere, (3−1)(2−1) = 2 degrees of freedom.
    const value = [
      [11, 9],
      [19, 21],
      [30, 30],
    ];
    const cells = value.flatMap((row, arm) =>
      row.map((one, replicate) => ({ arm: String(arm), replicate, value: one })),
    );
    assert.ok(Math.abs(noiseOf(cells) - Math.sqrt(4 / 2)) < 1e-12);
    assert.ok(Number.isNaN(noiseOf(cells.slice(0, 2))));
  });
});

function leastSquares(x: readonly number[], y: readonly number[]): number {
  const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length;
  const [mx, my] = [mean(x), mean(y)];
  const cross = x.reduce((sum, one, i) => sum + (one - mx) * ((y[i] ?? 0) - my), 0);
  return cross / x.reduce((sum, one) => sum + (one - mx) ** 2, 0);
}

function length({ dose }: Partial<TrialRecord> = {}): number {
  return dose === undefined ? 0 : charactersOf(dose);
}

function unread(bytesUp: number | null, host = HOST): Exchange {
  return anExchange({ kind: 'unread', host, bytesUp, bytesDown: 100, why: 'passthrough' });
}

const ARMS = [...DOSES, ...SHAMS].map((dose) => ({ arm: `dose ${dose}`, dose }));

/** Six replicates of six arms and the A/A twin, shuffled. */
function dosedTrials(): TrialRecord[] {
  const chance = seeded('closed test');
  const twin: { arm: string; dose: Dose } = { arm: 'dose 0 (again)', dose: 0 };
  return Array.from({ length: 6 }, (_, replicate) =>
    chance.shuffled([...ARMS, twin]).map((one) => ({ ...one, replicate: replicate + 1 })),
  )
    .flat()
    .map((one, t) => {
      const id = `phone-${String(t + 1).padStart(2, '0')}`;
      return aTrial({ ...one, id, condition: {} });
    });
}

/** What each trial's phone sent, given some noise of about ten bytes. */
function aRun(
  lines: (trial: TrialRecord, noise: number) => Exchange[],
  differs: (trial: TrialRecord) => Partial<TrialRecord> = () => ({}),
): RunRecord {
  const trials = dosedTrials().map((trial) => ({ ...trial, ...differs(trial) }));
  const doses = { canary: 'visited page', arms: ARMS, primary: true };
  return {
    plan: aPlan({ blocks: [aBlock({ conditions: [{}], contrasts: [], doses })] }),
    ledgerHead: '',
    codeVersion: 'test',
    devices: [],
    trials,
    exchanges: (id) =>
      trials
        .filter((trial) => trial.id === id)
        .flatMap((trial) => lines(trial, seeded('noise', id).integer(40) - 20)),
    body: (body) => ('base64' in body ? Buffer.from(body.base64, 'base64') : null),
  };
}

async function closedIn(run: RunRecord): Promise<ClosedRow[]> {
  return (await judge(run)).verdicts.closed;
}
