import assert from 'node:assert/strict';
import { charactersOf, DOSES } from '../../../harness/canary.ts';
import { slopeFound } from '../../../harness/lib/student.ts';
import type { Truth } from './simulated.ts';
import { experimentOf } from './simulated.ts';

// `npm run closed` runs 200 experiments of each kind; otherwise so few that only a gross fault would show.
const FULL = process.env['LEAKLAB_CLOSED'] === 'all';
const EACH = FULL ? 200 : 12;
const DRAWS = FULL ? 999 : 499;

const WORST: Truth = { recipients: 40, noise: 300, slope: 1 };

describe('simulated experiments of 6 replicates, 40 recipients, one of them told', function () {
  this.timeout(FULL ? 1_200_000 : 60_000);

  for (const [what, truth] of [
    ['at a noise of 100 bytes', { ...WORST, noise: 100 }],
    ['at a noise of 300', WORST],
    ['at a noise of 300 and 8 bytes more in each trial', { ...WORST, drift: 8 }],
    ['at a noise of 300, compressed', { ...WORST, slope: 0.75 }],
    ['at a noise of 300, by a queue that is flushed within the window', settling(40)],
    ['alone, at a noise of 300', { ...WORST, recipients: 1 }],
  ] as const) {
    it(`who is told is found in nine of ten, ${what}`, () => {
      const { found } = series(truth, what);
      assert.ok(found >= 0.9 * EACH, `${found} of ${EACH}`);
    });
  }

  for (const noise of [500, 700, 1000]) {
    it(`at a noise of ${noise} the power that is printed is what is found, within ten points`, () => {
      const { found, power } = series({ ...WORST, noise }, `noise ${noise}`);
      // So few experiments tell a share no better than by two of its own standard errors.
      const within = FULL ? 0.1 : 0.1 + 2 * Math.sqrt(0.25 / EACH);
      assert.ok(Math.abs(found / EACH - power) <= within, `${found} of ${EACH}, printed ${power}`);
    });
  }

  for (const [what, truth] of [
    ['a timer of one and a half trials', { ...WORST, waits: { every: 90 } }],
    ['a timer of three trials', { ...WORST, waits: { every: 180 } }],
    ['a timer of five trials', { ...WORST, waits: { every: 300 } }],
    ['waiting one trial', settling(60)],
    ['waiting two trials', settling(120)],
    ['waiting three trials', settling(180)],
    ['waiting two trials, and nobody else', { ...settling(120), recipients: 1, noise: 50 }],
  ] as const) {
    it(`what is told only after the window is batched: ${what}`, () => {
      const { found, batched } = series(truth, what);
      assert.ok(batched >= 0.9 * EACH, `batched in ${batched} of ${EACH}`);
      assert.ok(found <= 0.05 * EACH, `called told in ${found} of ${EACH}`);
    });
  }

  it('where nobody is told, an alarm among all recipients is as rare as was said', () => {
    const { others } = series({ ...WORST, slope: 0 }, 'nobody');
    // 38 of 500 allow for chance around one in twenty.
    assert.ok(others <= (38 / 500) * EACH + (FULL ? 0 : 2), `${others} of ${EACH}`);
  });
});

function settling(after: number): Truth {
  return { ...WORST, waits: { after } };
}

function series(
  truth: Truth,
  name: string,
): { found: number; batched: number; others: number; power: number } {
  const powerAt = slopeFound(DOSES.map(charactersOf), { strata: 6, family: truth.recipients });
  const sums = { found: 0, batched: 0, others: 0, power: 0 };
  for (let n = 0; n < EACH; n++) {
    const weighed = experimentOf(truth, `${name} ${n}`, DRAWS);
    const [told] = weighed;
    assert.ok(told);
    sums.found += Number(told.answer === 'talks about it');
    sums.batched += Number(told.reasons.includes('batched'));
    sums.others += Number(weighed.slice(truth.slope === 0 ? 0 : 1).some(({ p }) => p <= 0.05));
    sums.power += powerAt({ slope: truth.slope, noise: told.noise }) / EACH;
  }
  if (FULL) {
    const { found, batched, others, power } = sums;
    const said = `found ${found}, batched ${batched}, others ${others} of ${EACH}; printed power`;
    process.stdout.write(`      ${name}: ${said} ${power.toFixed(3)}\n`);
  }
  return sums;
}
