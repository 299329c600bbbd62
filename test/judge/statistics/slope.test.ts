import assert from 'node:assert/strict';
import { paired } from '../../../harness/judge/statistics/strata.ts';
import { rerandomise } from '../../../harness/judge/statistics/rerandomise.ts';
import { slopeOf } from '../../../harness/judge/statistics/slope.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import { close } from '../../close.ts';
import { BYTES, COUNTS, DOSES, NOISE } from './doses.ts';

describe('the slope of bytes on dose', () => {
  it('is that of least squares with a level for each replicate, its interval that of a search by halving', () => {
    // Python 3.11, NumPy: linalg.lstsq with replicate dummies; ends by bisection of p over all 13,824 arrangements.
    const independent: [number[], number, number, number, number][] = [
      [BYTES, 1.2128776241679478, 0.7634367321866724, 1.733584131327016, 282.11755856783975],
      [NOISE, -0.08074916794674841, -0.17816361429836616, 0.01937837381922923, 61.31703308075928],
      [
        COUNTS,
        -0.0007200460829493093,
        -0.0035240464345751713,
        0.0021830530401666607,
        1.7307199961487487,
      ],
    ];
    for (const [outcomes, slope, low, high, residual] of independent) {
      const found = slopeOf(DOSES, outcomes, seeded('p'));
      close(found?.slope, slope);
      close(found?.interval[0], low);
      close(found?.interval[1], high);
      close(found?.residual, residual);
    }
  });

  it('ends where the test turns: just inside p is above 5 %, just outside it is not', () => {
    for (const outcomes of [BYTES, NOISE, COUNTS]) {
      const [low, high] = slopeOf(DOSES, outcomes, seeded('p'))?.interval ?? [NaN, NaN];
      const p = (slope: number): number => {
        const left = outcomes.map((one, slot) => one - slope * (DOSES.scores[slot] ?? 0));
        return rerandomise(DOSES, [{ outcomes: left }], seeded('p')).own[0] ?? NaN;
      };
      const step = (high - low) * 1e-6;
      assert.ok(p(low + step) > 0.05 && p(high - step) > 0.05);
      assert.ok(p(low - step) <= 0.05 && p(high + step) <= 0.05);
    }
  });

  it('has no end where trials are too few, and is nothing where no dose differs', () => {
    const few = { replicates: [1, 1, 2, 2], scores: [0, 64, 64, 0] };
    assert.deepEqual(slopeOf(few, [1, 65, 60, 0], seeded('p'))?.interval, [-Infinity, Infinity]);
    assert.equal(slopeOf({ ...few, scores: [5, 5, 5, 5] }, [1, 2, 3, 4], seeded('p')), null);
  });

  it('leaves nothing over on a straight line', () => {
    const line = DOSES.scores.map((dose) => 7 + 1.5 * dose);
    const { slope, interval, residual } = slopeOf(DOSES, line, seeded('p')) ?? {};
    close(slope, 1.5);
    close(interval?.[0], 1.5);
    close(interval?.[1], 1.5);
    close(residual, 0, 1e-3);
    assert.equal(slopeOf(paired(1), [1, 2], seeded('p'))?.residual, NaN);
  });

  it('holds the true slope at least 462 times in 500, with noise that is not normal and drifts', () => {
    const chance = seeded('slopes');
    let held = 0;
    for (let i = 0; i < 500; i++) {
      const scores = Array.from({ length: 6 }, () => chance.shuffled([0, 64, 256, 1024])).flat();
      const replicates = scores.map((_, slot) => slot >> 2);
      const bytes = scores.map(
        (dose, slot) => (4 / 3) * dose + 8 * slot + 900 * Number(chance.integer(10) === 0),
      );
      const found = slopeOf({ replicates, scores }, bytes, chance, { draws: 999 });
      const [low, high] = found?.interval ?? [NaN, NaN];
      if (low - 1e-9 <= 4 / 3 && 4 / 3 <= high + 1e-9) held++;
    }
    assert.ok(held >= 462, `${held} of 500`);
  });
});
