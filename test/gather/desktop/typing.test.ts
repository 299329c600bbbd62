import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { requirePrograms } from '../../../harness/gather/desktop/seat/programs.ts';
import { CUT_OFF, GIVEN_UP } from '../../../harness/record/exchange.ts';
import type { Scenario } from '../../../harness/scenario.ts';
import typing from '../../../scenarios/browser/typing.ts';
import type { OneRun } from '../one-run.ts';
import { entryNamed, oneRun } from '../one-run.ts';

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
      for (const { id, void: reasons, coverage } of trials.map(({ record }) => record)) {
        assert.deepEqual([id, reasons, coverage?.holds, coverage?.why], [id, [], true, []]);
      }
      assert.deepEqual(unread, []);
    }
    assert.deepEqual(leaks(chromium), ['normal, on: words typed, not sent → duckduckgo.com']);
    assert.deepEqual(leaks(firefox), [`private, ${TOO}: words typed, not sent → www.google.com`]);
    // So few trials are no answer; nor do they show of every host that a race was lost there, and no certificate refused.
    for (const { answer, reasons, unsearched } of [chromium, firefox].flatMap(
      ({ judged }) => judged.verdicts.verdicts,
    )) {
      if (answer === 'leaks') continue;
      assert.deepEqual(
        reasons.filter((one) => one !== 'unread'),
        ['too-few'],
      );
      for (const gap of unsearched) assert.ok(gap.includes(GIVEN_UP), gap);
    }
  });
});

/** Nothing was said on these. */
const UNSAID: ReadonlySet<string | null> = new Set([GIVEN_UP, CUT_OFF]);

interface Answered extends OneRun {
  /** What was said and could not be read, as host and reason. */
  readonly unread: readonly string[];
}

async function answered(device: string, scenario: Scenario): Promise<Answered> {
  const entry = await entryNamed(device);
  assert.equal(entry.listen, 'gateway');
  const run = await oneRun(scenario, entry, [device, 'any']);
  // Whether one that was given up within its handshake was a lost race is for the judge to say.
  const unread = run.trials
    .flatMap(({ lines }) => lines)
    .filter(({ kind, bytesUp, why }) => kind === 'unread' && bytesUp !== 0 && !UNSAID.has(why))
    .map(({ host, why }) => `${host}: ${why ?? ''}`);
  return { ...run, unread };
}

function leaks({ judged }: Answered): string[] {
  return judged.verdicts.verdicts
    .filter(({ answer }) => answer === 'leaks')
    .map(
      ({ canary, host, condition }) =>
        `${condition['mode'] ?? ''}, ${condition['search suggestions'] ?? ''}: ${canary} → ${host ?? ''}`,
    );
}
