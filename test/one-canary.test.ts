import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { experiment } from '../harness/experiment.ts';
import type { Given } from '../harness/experiment.ts';
import { makePlan } from '../harness/gather/plan.ts';
import { openArchive } from '../harness/record/archive.ts';
import { scenario } from '../harness/scenario.ts';
import { aPretendBench } from './pretend-bench.ts';
import type { Tattle } from './pretend-bench.ts';

/**
 * The newcomer's door: one canary, from the address field to the verdict. Everything here is the real thing but the
 * phone: a pretend browser that, in incognito mode, tells a third party where it has been.
 */
describe('one canary', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leaklab-canary-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  // 1. A scenario says what is varied, what is planted, who may see it, and what the hands do.
  const tellsWhere = scenario({
    name: 'tells-where',
    question: 'Does incognito tell a third party what was visited?',
    claims: [],
    factors: { mode: ['normal', 'incognito'] },
    canaries: { 'visited page': 'page' },
    mayReach: { 'visited page': ['visited.leaklab.test'] },
    recipientClasses: ['unknown'],
    contrasts: [{ factor: 'mode', levels: ['incognito', 'normal'], held: {} }],
    followUpSeconds: 20,
    steps: async ({ browser, canary }) => {
      await browser.open(canary['visited page']);
    },
  });

  // 2. What this browser is built to do: the truth that the verdict is held against.
  const inIncognitoOnly: Tattle = ({ kind, text, condition }) =>
    kind === 'page' && condition.get('mode') === 'incognito'
      ? {
          url: 'https://collector.example/c',
          body: `{"v":"${Buffer.from(text).toString('base64')}"}`,
        }
      : null;

  const runWith = async (tattle: Tattle): Promise<Awaited<ReturnType<typeof experiment>>> => {
    const expected = {
      reference: true,
      stamp: 'REFERENCE HANDSET',
      reach: 'content',
      rom: 'MIUI',
      appVersion: '1.0',
      timelapse: 1,
    } as const;
    const levels = new Map([['mode', ['normal', 'incognito']]]);
    // 3. The plan is made, shuffled by its seed, before anything is touched.
    const plan = makePlan(
      tellsWhere,
      [{ device: 'pretend', browser: 'mint', expected, levels, dropped: [] }],
      { run: 'run', seed: 'tuesday', replicates: 12, codeVersion: 'test' },
    );
    const given: Given = {
      scenario: tellsWhere,
      plan,
      archive: await openArchive(folder),
      tools: {},
      open: () =>
        Promise.resolve({
          bench: aPretendBench(tellsWhere, { tattle }),
          facts: {
            device: 'pretend',
            browserName: plan.blocks[0]?.browser ?? '',
            reference: true,
            stamp: 'REFERENCE HANDSET',
            model: 'Pretend',
            rom: 'MIUI V11 global',
            fingerprint: 'pretend',
            android: '9',
            rooted: true,
            reach: 'content',
            browser: 'Mint Browser',
            package: 'com.example.browser',
            appVersion: '1.0',
            apkSha256: null,
            signer: null,
            timelapse: 1,
            soleWayOut: true,
            egress: 'world',
          },
          [Symbol.asyncDispose]: () => Promise.resolve(),
        }),
      show: () => ({
        begin: () => undefined,
        end: () => undefined,
        stopped: (_block, error) => assert.fail(String(error)),
      }),
      signal: new AbortController().signal,
      now: () => 0,
    };
    // 4. Thirty-six trials are run and written down; then, and only then, the judge reads the record.
    return await experiment(given);
  };

  it('leaves a trial record, a capture and a line in the ledger', async () => {
    await runWith(inIncognitoOnly);
    const ledger = (await readFile(join(folder, 'ledger.jsonl'), 'utf8')).trim().split('\n');
    // The plan, what was read from the device, and the trials.
    assert.equal(ledger.length, 1 + 1 + 36);
    const lines = await readFile(join(folder, 'trials', 'pretend-01', 'exchanges.jsonl'), 'utf8');
    assert.match(lines, /"url":"https:\/\/visited\.leaklab\.test\/[a-z]{16}"/);
  });

  it('becomes LEAKS where the browser tells, with the wrapping it travelled in', async () => {
    const { verdicts } = await runWith(inIncognitoOnly);
    const told = verdicts.verdicts.filter(({ host }) => host === 'collector.example');
    assert.deepEqual(
      told
        .map(
          ({ condition, answer, seen, sound }) =>
            `${condition['mode']}: ${answer}, ${seen} of ${sound}`,
        )
        .sort((a, b) => a.localeCompare(b)),
      ['incognito: leaks, 12 of 12', 'normal: not seen, 0 of 12'],
    );
    const [evidence] = told.find(({ answer }) => answer === 'leaks')?.evidence ?? [];
    assert.equal(evidence?.where, 'request.body');
    assert.deepEqual(evidence.wrappings, ['json:$.v', 'base64']);
    const [contrast] = verdicts.contrasts.filter(({ primary }) => primary);
    assert.equal(contrast?.difference, 1);
    // All twelve pairs point one way: 2 of 4096 arrangements are as extreme.
    assert.equal(contrast.p, 2 / 4096);
  });

  it('becomes NOT SEEN, with its bound, where the browser keeps quiet', async () => {
    const { verdicts } = await runWith(() => null);
    const rows = verdicts.verdicts.map(({ host, answer, bounds }) => [
      host,
      answer,
      bounds?.visits.toFixed(3),
    ]);
    assert.deepEqual(rows, [
      [null, 'not seen', '0.221'],
      [null, 'not seen', '0.221'],
    ]);
  });

  it('gives the same bytes when the record is judged again', async () => {
    await runWith(inIncognitoOnly);
    const first = await readFile(join(folder, 'verdicts.json'), 'utf8');
    const { judgeArchive } = await import('../harness/judge/judge.ts');
    await judgeArchive(await openArchive(folder));
    assert.equal(await readFile(join(folder, 'verdicts.json'), 'utf8'), first);
  });
});
