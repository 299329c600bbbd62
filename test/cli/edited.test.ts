import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nightsUpTo } from '../../harness/cli/bench/known/nights.ts';
import { judgeCommand } from '../../harness/cli/commands/judge.ts';
import { seriesOf } from '../../harness/judge/nights/nights.ts';
import { nightsInWords } from '../../harness/judge/nights/words.ts';
import { judgeArchive } from '../../harness/judge/judge.ts';
import { Fault } from '../../harness/lib/fault.ts';
import type { TrialFolder } from '../../harness/record/archive.ts';
import { openArchive } from '../../harness/record/archive.ts';
import type { Exchange } from '../../harness/record/exchange.ts';
import type { TrialRecord } from '../../harness/record/trial.ts';
import { anExchange, valueOf } from '../builders.ts';
import { BOTH, writeRun } from '../judge/compare/records.ts';

const RUN = '20261123T100000Z-incognito-aaaa';
const LARGE = Buffer.from('a body that was put away by its hash\n'.repeat(40));

/** What somebody may edit in a run, and whether a number may come out of it all the same. */
const EDITED: readonly (readonly [file: string, code: string])[] = [
  ['ledger.jsonl', 'ledger-broken'],
  ['plan.json', 'plan-changed'],
  ['run.json', 'record-changed'],
  ['trials/phone-03/trial.json', 'record-changed'],
  ['trials/phone-03/exchanges.jsonl', 'record-changed'],
  ['trials/phone-03/packets.pcapng', 'record-changed'],
  ['trials/phone-03/screen-before-mode.png', 'record-changed'],
  ['trials/phone-03/ui-before-mode.xml', 'record-changed'],
  ['trials/phone-03/logcat.txt', 'record-changed'],
  ['blobs/HASH', 'record-changed'],
];

describe('a run that was edited by hand', function () {
  this.timeout(60_000);
  let record = '';
  let home = '';
  let blob = '';
  before(async () => {
    record = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
    let stored = { sha256: '', bytes: 0 };
    const beside = async (files: TrialFolder): Promise<void> => {
      const spool = files.spool();
      await spool.write(LARGE);
      stored = await spool.close();
      await files.exchange(anExchange({ id: 'large', host: 'cdn.example', requestBody: stored }));
      await files.packets(Buffer.from('0a0d0d0a', 'hex'));
      await files.attach('screen-before-mode.png', Buffer.from('89504e47', 'hex'));
      await files.attach('ui-before-mode.xml', '<hierarchy/>');
      await files.attach('logcat.txt', 'nothing');
    };
    await writeRun(record, { run: RUN, replicates: 6 }, beside);
    blob = stored.sha256;
  });
  after(() => rm(record, { recursive: true }));
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
    await cp(record, home, { recursive: true });
  });
  afterEach(() => rm(home, { recursive: true }));

  const judged = async (): Promise<{ said: string; fault: Fault | null }> => {
    let said = '';
    const output = { write: (text: string): boolean => ((said += text), true) };
    try {
      await judgeCommand(RUN, { home, output });
      return { said, fault: null };
    } catch (error) {
      return { said, fault: error instanceof Fault ? error : assert.fail(String(error)) };
    }
  };
  const path = (file: string): string => join(home, 'results', RUN, file.replace('HASH', blob));

  it('is judged as long as nobody has edited it', async () => {
    const { said, fault } = await judged();
    assert.equal(fault, null);
    assert.match(said, /INCONCLUSIVE/);
  });

  for (const [file, code] of EDITED) {
    for (const [how, edit] of [
      ['a byte more', async (): Promise<void> => append(path(file))],
      ['one byte other', async (): Promise<void> => turnOne(path(file))],
    ] as const) {
      // A line of the ledger that a crash has torn is no part of it.
      if (file === 'ledger.jsonl' && how === 'a byte more') continue;
      it(`gives a Fault and no number with ${how} in ${file}`, async () => {
        await edit();
        const { said, fault } = await judged();
        assert.equal(said, '');
        assert.equal(fault?.code, code);
        assert.ok(fault.message.includes(file.replace('HASH', blob)), fault.message);
        assert.match(fault.advice, /copy/);
      });
    }
  }

  it('gives a Fault where a trial, a screen or the facts of its devices were taken away', async () => {
    for (const file of ['trials/phone-03/ui-before-mode.xml', 'run.json', 'trials/phone-03']) {
      await rm(path(file), { recursive: true });
      const { said, fault } = await judged();
      assert.deepEqual([said, fault?.code], ['', 'record-changed'], file);
      await cp(join(record, 'results', RUN, file), path(file), { recursive: true });
    }
  });

  it('misses the trial whose line at the end of the ledger was spoilt or taken away', async () => {
    const lines = (await readFile(path('ledger.jsonl'), 'utf8')).trimEnd().split('\n');
    const last = lines.pop() ?? '';
    for (const end of ['', `${last.slice(0, -9)}\n`, `${last.replace('trial', 'tribe')}\n`]) {
      await writeFile(path('ledger.jsonl'), `${lines.join('\n')}\n${end}`);
      const { said, fault } = await judged();
      assert.deepEqual([said, fault?.code], ['', 'unfinished-run'], end);
    }
  });

  it('counts a body that was taken away as not searched', async () => {
    await rm(path('blobs/HASH'));
    const { said, fault } = await judged();
    assert.equal(fault, null);
    assert.match(said, /truncated/);
  });

  it('does not matter in what the judge himself wrote: it is written again', async () => {
    await judged();
    const before = await readFile(path('verdicts.json'), 'utf8');
    await writeFile(path('verdicts.json'), before.replaceAll('inconclusive', 'not seen'));
    await writeFile(path('sightings.jsonl'), '');
    assert.equal((await judged()).fault, null);
    assert.equal(await readFile(path('verdicts.json'), 'utf8'), before);
  });
});

describe('nights whose verdicts.json was edited by hand', function () {
  this.timeout(60_000);
  let home = '';
  const RUNS = [1, 2, 3].map((n) => `2026112${n}T100000Z-incognito-000${n}`);
  const GAME = { stake: 0.5, side: 'either' as const, family: 2 };
  /** The first arm tells in every night. */
  const sent = (trial: TrialRecord): Exchange[] =>
    trial.condition['mode'] === 'normal'
      ? [anExchange({ url: `https://collector.example/?u=${valueOf(trial, 'visited page')}` })]
      : [];
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
    for (const run of RUNS) {
      const folder = await writeRun(home, { run, conditions: BOTH, sent, game: GAME });
      await judgeArchive(await openArchive(folder));
    }
  });
  after(() => rm(home, { recursive: true }));

  const told = async (): Promise<{ signs: string; again: readonly string[]; words: string }> => {
    const { nights, ...beside } = await nightsUpTo(
      join(home, 'results'),
      'incognito',
      RUNS[2] ?? '',
    );
    const series = seriesOf(nights);
    const page = series.find(({ canary }) => canary === 'visited page');
    const words = nightsInWords(series, beside).join('\n');
    return { signs: page?.signs.join('') ?? '', again: beside.again, words };
  };

  it('are judged again from their records, and named', async () => {
    assert.deepEqual(await told(), { ...(await told()), signs: '111', again: [] });
    const [first = '', second = ''] = RUNS;
    const path = join(home, 'results', first, 'verdicts.json');
    const text = await readFile(path, 'utf8');
    // The bet would have lost on this night.
    await writeFile(path, text.replaceAll('"difference": 1,', '"difference": -1,'));
    await rm(join(home, 'results', second, 'verdicts.json'));
    const { signs, again, words } = await told();
    assert.deepEqual([signs, again], ['111', [first, second]]);
    assert.match(
      words,
      new RegExp(`judged again from its record, .* not what was judged: ${first}`),
    );
    assert.notEqual(await readFile(path, 'utf8'), text);
    const trials = join(home, 'results', first, 'trials');
    const [trial = ''] = await readdir(trials);
    await append(join(trials, trial, 'exchanges.jsonl'));
    assert.match((await told()).words, /cannot be read: .*-0001 \(record-changed\)/);
  });
});

async function append(path: string): Promise<void> {
  await writeFile(path, Buffer.concat([await readFile(path), Buffer.from('\n')]));
}

/** In the middle: in a ledger that is no last line. */
async function turnOne(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
