import assert from 'node:assert/strict';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comparisonSchema } from '../../harness/judge/compare/shape.ts';
import { run } from '../../harness/lib/children.ts';
import { openLedger, sha256 } from '../../harness/record/ledger.ts';
import { aPlan } from '../builders.ts';
import { report, writeRun } from '../judge/compare/records.ts';

const MAIN = new URL('../../harness/cli/main.ts', import.meta.url).pathname;
const BEFORE = '20261123T100000Z-incognito-aaaa';
const AFTER = '20261124T100000Z-incognito-bbbb';

describe('leaklab compare', function () {
  this.timeout(60_000);
  let home = '';
  let records = '';
  before(async () => {
    records = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
    await writeRun(records, { run: BEFORE, sent: (trial) => [report(trial)] });
    await writeRun(records, { run: AFTER, version: '3.4.3', startedAt: Date.UTC(2026, 10, 24) });
  });
  after(() => rm(records, { recursive: true }));
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  const typed = async (
    ...args: string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> => {
    const { NO_COLOR: _, npm_command: __, ...env } = process.env;
    const { code, stdout, stderr } = await run(
      'env',
      ['-C', home, process.execPath, MAIN, 'compare', ...args],
      { env },
    );
    return { code, stdout: stdout.toString('utf8'), stderr: stderr.replaceAll(home, 'HOME') };
  };
  /** One Fault, no number: three lines on stderr and nothing else. */
  const refuses = async (
    args: readonly string[],
    message: string,
    code: string,
    advice: string,
  ): Promise<void> => {
    const where = ['leaklab compare', ...args].join(' ').replaceAll(home, 'HOME');
    assert.deepEqual(await typed(...args), {
      code: 1,
      stdout: '',
      stderr: `✗ ${message}\n  where  ${where} (${code})\n  do     ${advice}\n`,
    });
  };
  const twoVersions = async (): Promise<void> => {
    await cp(records, home, { recursive: true });
  };

  it('exits with 0 whatever changed, and with 3 when that was asked', async () => {
    await twoVersions();
    const plain = await typed('3.4.0', '3.4.3');
    assert.deepEqual([plain.code, plain.stderr], [0, '']);
    assert.match(
      plain.stdout,
      /^STOPPED {2}visited page → sa\.api\.intl\.miui\.com\s+REFERENCE HANDSET$/m,
    );
    const json = await typed('mint 3.4.0', 'Mint Browser 3.4.3', '--json', '--fail-on', 'change');
    assert.equal(json.code, 3);
    const { a, b, answers } = comparisonSchema.parse(JSON.parse(json.stdout));
    assert.deepEqual(
      [a.kind, a.blocks.map((one) => one.run), b.blocks.map((one) => one.run), answers.length],
      ['app version', [BEFORE], [AFTER], 1],
    );
    const same = await typed(BEFORE, `results/${BEFORE}`, '--fail-on', 'change');
    assert.deepEqual([same.code, same.stderr], [0, '']);
    assert.match(same.stdout, /^nothing changed: of \d+ things compared, none can be told apart$/m);
    const dates = await typed('2026-11-23', '2026-11-24', '--fail-on', 'change');
    assert.equal(dates.code, 3);
  });

  it('refuses an empty results/, a slip of the pen, one side, and two sides that are no pair', async () => {
    await refuses(
      ['3.4.0', '3.4.3'],
      'there is no run in results/ to compare',
      'no-results',
      'Run a scenario on both sides first: npm run scenario incognito -- --device A,B',
    );
    await twoVersions();
    const names = `mint 3.4.0, mint 3.4.3, V11.0.6.0.PCOMIXM, phone, 2026-11-23, 2026-11-24, ${BEFORE}, ${AFTER}`;
    await refuses(
      ['mint 3.4.0', 'mint 3.4.4'],
      '"mint 3.4.4" is no run, device, app version, ROM build or date in results/. Did you mean "mint 3.4.0"?',
      'unknown-side',
      `Use one of: ${names}.`,
    );
    await refuses(
      ['3.4.0'],
      'with what is "3.4.0" to be compared?',
      'no-sides',
      'Write npm run compare -- 3.4.0 3.4.3 (runs, devices, app versions, ROM builds or dates).',
    );
    await refuses(
      [BEFORE, '3.4.3'],
      `"${BEFORE}" names a run, and "3.4.3" an app version`,
      'unlike-sides',
      'Give two of a kind: two runs, two devices, two ROM builds, two app versions or two dates.',
    );
  });

  it('refuses runs of different scenarios', async () => {
    await cp(join(records, 'results', BEFORE), join(home, 'results', BEFORE), { recursive: true });
    await writeRun(home, { run: '20261124T100000Z-typing-bbbb', scenario: 'typing' });
    await refuses(
      [BEFORE, '20261124T100000Z-typing-bbbb'],
      `the two sides have no scenario and browser in common: "${BEFORE}" has incognito with Mint Browser; ` +
        '"20261124T100000Z-typing-bbbb" has typing with Mint Browser',
      'different-scenarios',
      'Compare runs of one scenario with one browser; run the missing one: npm run scenario <name> -- --device <device>',
    );
  });

  it('refuses a half-written run, and one that ended before its plan was written', async () => {
    await cp(join(records, 'results', BEFORE), join(home, 'results', BEFORE), { recursive: true });
    await writeRun(home, { run: AFTER, ended: 7 });
    await refuses(
      [BEFORE, AFTER],
      `"${AFTER}" has no finished block: phone in ${AFTER} was not run to its end (5 trials are missing)`,
      'unfinished-run',
      `Go on with it: npm run scenario incognito -- --resume ${AFTER}`,
    );
    const begun = '20261125T100000Z-incognito-cccc';
    await mkdir(join(home, 'results', begun, 'trials'), { recursive: true });
    await refuses(
      [BEFORE, begun],
      `HOME/results/${begun} was ended before its plan was written down: there is nothing in it to go on with`,
      'never-begun',
      'Start a new run, and delete that folder.',
    );
  });

  it('refuses a record of another format, and says so where it was not named', async () => {
    await twoVersions();
    const old = '20251124T100000Z-incognito-0000';
    const { family: _, ...older } = aPlan({ run: old });
    const text = JSON.stringify(older);
    await mkdir(join(home, 'results', old));
    await writeFile(join(home, 'results', old, 'plan.json'), text);
    const ledger = await openLedger(join(home, 'results', old, 'ledger.jsonl'));
    await ledger.append({ kind: 'plan', sha256: sha256(text) }, 0);
    await refuses(
      [old, BEFORE],
      `HOME/results/${old}/plan.json is not in the format of this version (family: Invalid input: expected number, received undefined)`,
      'other-format',
      'Judge this run with the version that made it (codeVersion in its plan.json), or run the scenario again.',
    );
    const { code, stdout } = await typed('3.4.0', '3.4.3');
    assert.equal(code, 0);
    assert.match(
      stdout,
      new RegExp(`^left out: ${old} could not be read \\(other-format\\)$`, 'm'),
    );
  });

  for (const [what, file, message, code, advice] of [
    [
      'the ledger',
      'ledger.jsonl',
      'ledger.jsonl line 4 does not follow from the line before it',
      'ledger-broken',
      'Do not build on this run: the record was changed or damaged after it was written. Restore it from a copy.',
    ],
    [
      'the plan',
      'plan.json',
      'plan.json is not the plan that the ledger was begun with',
      'plan-changed',
      'Restore plan.json from a copy; a run is judged by the plan it was started under.',
    ],
    [
      'a trial',
      'trials/phone-03/trial.json',
      'trials/phone-03/trial.json is not what was written when the trial ended',
      'record-changed',
      'Restore the file from a copy; a changed record is not judged.',
    ],
    [
      'what a trial sent',
      'trials/phone-03/exchanges.jsonl',
      'trials/phone-03/exchanges.jsonl is not what was written when the trial ended',
      'record-changed',
      'Restore the file from a copy; a changed record is not judged.',
    ],
  ] as const) {
    it(`refuses a run in which ${what} was edited by hand`, async () => {
      await twoVersions();
      const path = join(home, 'results', AFTER, file);
      if (file === 'ledger.jsonl') {
        const text = await readFile(path, 'utf8');
        await writeFile(path, text.replace('"sound":true', '"sound":false'));
      } else await appendFile(path, '\n');
      const said = `HOME/results/${AFTER}${file.startsWith('trials') || file === 'plan.json' || file === 'ledger.jsonl' ? '/' : ' '}${message}`;
      await refuses(['3.4.0', '3.4.3'], said, code, advice);
    });
  }
});
