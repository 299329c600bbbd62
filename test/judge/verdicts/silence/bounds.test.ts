import assert from 'node:assert/strict';
import { overPhones, silence } from '../../../../harness/judge/verdicts/silence/bounds.ts';
import type { Verdict } from '../../../../harness/judge/verdicts/shape.ts';
import { aPlan, aTrial, aVerdict } from '../../../builders.ts';
import { close } from '../../../close.ts';

const CALIBRATION = {
  name: '20261125T010101Z-calibration-3f9a.json',
  ways: [
    { way: 'json over https', found: 480, of: 480 },
    { way: 'msgpack over https', found: 71, of: 72 },
  ],
};
const SOUND = { sound: 12, voids: 0 };

describe('what silence excludes', () => {
  it('is divided by the weakest way of the calibration, since nobody knows which way it would have gone', () => {
    const bounds = silence(
      {
        plan: aPlan({ calibration: CALIBRATION, family: 1 }),
        trials: [],
        device: { reference: true },
      },
      SOUND,
    );
    // SciPy 1.17.1: beta.ppf(0.05, 71, 2) = 0.93580146; 1 - 0.05 ** (1 / 12) = 0.22092219.
    close(bounds.sensitivity?.limit, 0.9358014573, 1e-9);
    close(bounds.visits, 0.220922192 / 0.9358014573, 1e-9);
    assert.equal(bounds.sensitivity?.way, 'the weakest of 2 ways, msgpack over https');
  });

  it('is divided by nothing where there is no calibration, and says so', () => {
    const given = { plan: aPlan({ family: 1 }), trials: [aTrial()], device: { reference: true } };
    const bounds = silence(given, SOUND);
    assert.equal(bounds.sensitivity, null);
    close(bounds.visits, 0.220922192, 1e-9);
  });

  it('takes a phone’s own known leak, void trials too, and never the calibration of handsets', () => {
    const tried = (held: boolean) =>
      aTrial({ checks: [...aTrial().checks, { name: 'known-leak', held, found: '' }] });
    const trials = [...Array.from({ length: 19 }, () => tried(true)), tried(false)];
    const given = { plan: aPlan({ calibration: CALIBRATION }), device: { reference: false } };
    const { sensitivity } = silence({ ...given, trials }, SOUND);
    // SciPy 1.17.1: beta.ppf(0.05, 19, 2).
    close(sensitivity?.limit, 0.7838938358, 1e-9);
    assert.deepEqual(
      [sensitivity?.found, sensitivity?.of, sensitivity?.from],
      [19, 20, 'this run'],
    );
    assert.equal(silence({ ...given, trials: [aTrial()] }, SOUND).sensitivity, null);
  });

  it('says of phones what 0 of so many alike say, and nothing where one of them leaks', () => {
    const quiet = (device: string): Verdict =>
      aVerdict({
        device,
        answer: 'not seen',
        bounds: silence({ plan: aPlan(), trials: [], device: { reference: true } }, SOUND),
      });
    const phones = (rows: readonly Verdict[]) =>
      overPhones(rows).flatMap(({ bounds }) =>
        bounds === null ? [] : [bounds.ofPhones, bounds.phones],
      );
    const four = ['one', 'two', 'three', 'four'].map(quiet);
    // 0 of 4: 1 - 0.05 ** (1 / 4).
    const [of, bound] = phones(four);
    assert.equal(of, 4);
    close(bound, 0.5271292, 1e-7);
    assert.deepEqual(
      phones([quiet('one'), aVerdict({ device: 'two', answer: 'leaks', host: 'tell.example' })]),
      [1, 0.95],
    );
    assert.deepEqual(
      phones([quiet('one'), { ...quiet('two'), rom: 'another' }]),
      [1, 0.95, 1, 0.95],
    );
  });
});
