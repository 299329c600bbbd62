import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arrangementsOf } from '../../../harness/judge/statistics/arrangements.ts';
import { rerandomise } from '../../../harness/judge/statistics/rerandomise.ts';
import { paired } from '../../../harness/judge/statistics/strata.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import { close } from '../../close.ts';
import { BYTES, COUNTS, DOSES, NOISE } from './doses.ts';

/** Pairs by their differences: the first arm shows them, the second nothing. */
function pairsTest(columns: readonly (readonly number[])[], chance = seeded('p')) {
  const made = columns.map((column) => ({ outcomes: column.flatMap((one) => [one, 0]) }));
  return rerandomise(paired(columns[0]?.length ?? 0), made, chance);
}

const same = (n: number, value: number): number[] => Array.from({ length: n }, () => value);

describe('re-randomisation', () => {
  it('gives twelve pairs that all differ one way p = 2/4096', () => {
    const { own, max, smallest } = pairsTest([same(12, 1)]);
    assert.deepEqual([own, max, smallest], [[2 / 4096], [2 / 4096], 2 / 4096]);
  });

  it('gives three of four against one, counted by hand, p = 10/16', () => {
    // |sum| is 4 in 2 arrangements, 2 in 8 and 0 in 6; seen is 2.
    assert.deepEqual(pairsTest([[1, 1, 1, -1]]).own, [10 / 16]);
  });

  it('agrees with SciPy’s permutation test on random pairs, sighted or not, and by their bytes', () => {
    // SciPy 1.17.1, default_rng(7): permutation_test((d,), |sum|, permutation_type='samples', n_resamples=inf).
    const independent: [number[], number][] = [
      [[1, 0, 1, 1, 0], 0.25],
      [[1, 1, -1, -1, -1, -1, 1], 1],
      [[0, 0, 1, 1, 1, 1, 0, 0, 1, 0, -1, 1], 0.125],
      [[-1, 1, 0, -1, -1, 0, -1, -1, 0, 1, 0, 1], 0.7265625],
      [[15, 121, 4, 12, 51, 23, 18], 0.015625],
      [[-37, 29, 3, 100, 69, 29, 70, 10, 93, 30, 65, -47], 0.03271484375],
    ];
    for (const [column, p] of independent) assert.deepEqual(pairsTest([column]).own, [p]);
  });

  it('agrees with the R package coin on counts in pairs', () => {
    // R 4.2.2, coin 1.4-2, set.seed(7): oneway_test(y ~ g | b, distribution = "exact").
    const independent: [number[], number][] = [
      [[4, 2, 2, 3, 7, 3, 9, 2, 5, 2, 3, 5], 0.21875],
      [[3, 4, 2, 9, 5, 5, 5, 10, 9, 9, 3, 4, 6, 8, 5, 5, 5, 2, 4, 3], 0.296875],
      [[9, 6, 7, 6, 6, 5, 7, 7, 6, 1, 9, 7], 0.0625],
      [[8, 5, 9, 4, 9, 3, 6, 2, 7, 3, 6, 4, 9, 5, 8, 5, 8, 4], 0.00390625],
    ];
    for (const [outcomes, p] of independent) {
      const tested = rerandomise(paired(outcomes.length / 2), [{ outcomes }], seeded('p'));
      close(tested.own[0], p, 1e-12);
    }
  });

  it('agrees with coin where six against six were shuffled freely', () => {
    // The same, oneway_test(y ~ g, distribution = "exact"), 924 arrangements.
    const independent: [number[], number][] = [
      [[133, 128, 190, 106, 144, 163, 149, 72, 89, 48, 84, 84], 0.012987012987013],
      [[304, 274, 254, 287, 239, 250, 215, 268, 229, 219, 137, 213], 0.012987012987013],
      [[357, 314, 353, 356, 372, 378, 313, 344, 331, 346, 350, 328], 0.106060606060606],
    ];
    const design = { replicates: same(12, 1), scores: [...same(6, 1), ...same(6, -1)] };
    for (const [outcomes, p] of independent) {
      const { own, smallest } = rerandomise(design, [{ outcomes }], seeded('p'));
      close(own[0], p, 1e-12);
      assert.equal(smallest, 2 / 924);
    }
  });

  it('agrees with a search over all 13,824 arrangements of doses that shares no code with ours', () => {
    // Python 3.11 with NumPy, itertools.permutations within replicates, default_rng(7).
    const columns = [BYTES, NOISE, COUNTS].map((outcomes) => ({ outcomes }));
    const { own, max, smallest } = rerandomise(DOSES, columns, seeded('p'), { scaled: true });
    const counts = (p: readonly number[]): number[] => p.map((one) => Math.round(one * 13_824));
    assert.deepEqual(counts(own), [21, 1_219, 7_284]);
    assert.deepEqual(counts(max), [21, 3_525, 12_291]);
    // Doses that double have no mirror image: one arrangement is the most extreme.
    assert.equal(smallest, 1 / 13_824);
    const late = rerandomise(DOSES, [{ outcomes: COUNTS, lag: 1 }], seeded('p'));
    assert.deepEqual(counts(late.own), [3_216]);
    assert.deepEqual(late.statistics, [3_984]);
  });

  it('gives p = 1 where no pair differs, and where there is no pair', () => {
    assert.deepEqual(pairsTest([same(12, 0)]).own, [1]);
    assert.deepEqual(pairsTest([[]]), { statistics: [0], own: [1], max: [1], smallest: 1 });
  });

  it('does not see the level of a replicate, nor the unit of a scaled column', () => {
    const shifted = BYTES.map((one, slot) => one + 10_000 * (DOSES.replicates[slot] ?? 0));
    const of = (outcomes: readonly number[]) => rerandomise(DOSES, [{ outcomes }], seeded('p')).own;
    assert.deepEqual(of(shifted), of(BYTES));
    const both = (unit: number) =>
      rerandomise(
        DOSES,
        [{ outcomes: NOISE }, { outcomes: BYTES.map((one) => one * unit) }],
        seeded('p'),
        { scaled: true },
      ).max;
    assert.deepEqual(both(1), both(1_000));
  });

  it('never lets a column profit from its neighbours: maxT is at least each own p', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 8, maxLength: 8 }), {
          minLength: 1,
          maxLength: 5,
        }),
        (columns) => {
          const { own, max } = pairsTest(columns);
          for (const [h, p] of own.entries()) assert.ok((max[h] ?? 0) >= p);
        },
      ),
    );
  });

  it('draws where there are too many arrangements, never gives 0, and repeats with its seed', () => {
    const columns = [same(20, 1), [1, 1, ...same(18, 0)]];
    const once = pairsTest(columns);
    assert.deepEqual(once, pairsTest(columns));
    assert.ok((once.own[0] ?? 0) >= once.smallest && once.smallest === 1 / 100_000);
    close(once.own[1], 0.5, 0.01);
  });

  it('draws what the sign test says of thirty and of a hundred pairs, within the error of 99,999 draws', () => {
    // SciPy 1.17.1: binomtest(k, n).pvalue for k of n differing pairs; the other pairs show the same on both sides.
    const independent: [number, number, number, number][] = [
      [30, 14, 20, 0.11531829833984375],
      [100, 33, 50, 0.032839137564268484],
      [100, 61, 100, 0.035200200217704855],
    ];
    for (const [pairs, k, n, p] of independent) {
      const column = [...same(k, 1), ...same(n - k, -1), ...same(pairs - n, 0)];
      const { own, max } = pairsTest([column, column.toReversed()], seeded('sign', String(pairs)));
      // Four standard errors.
      close(own[0], p, 4 * Math.sqrt((p * (1 - p)) / 99_999));
      assert.ok((max[0] ?? 0) >= (own[0] ?? 1));
    }
  });

  it('gives a column the same p beside its twin, and beside one that differs by a level alone', () => {
    const alone = pairsTest([[...same(15, 1), ...same(5, -1)]]);
    const seen = [...same(15, 1), ...same(5, 0)].flatMap((one) => [one, Number(one === 0)]);
    const raised = seen.map((one, slot) => one + (slot >> 1));
    const twins = rerandomise(
      paired(20),
      [{ outcomes: seen }, { outcomes: raised }, { outcomes: seen }],
      seeded('p'),
    );
    const p = alone.own[0] ?? NaN;
    assert.deepEqual([twins.own, twins.max], [same(3, p), same(3, p)]);
  });

  it('draws every order of a replicate equally often', () => {
    const design = {
      replicates: same(4, 1).concat(same(4, 2), same(4, 3), same(4, 4)),
      scores: [],
    };
    const four = { ...design, scores: design.replicates.map((_, slot) => slot % 4) };
    const { exact, all } = arrangementsOf(four, seeded('orders'), 24_000);
    const times = new Int32Array(24);
    for (const digits of all()) times[digits[0] ?? 0] = (times[digits[0] ?? 0] ?? 0) + 1;
    assert.equal(exact, false);
    // 1,000 expected: chi-squared with 23 degrees of freedom is under 49.73 in 999 of 1,000 series.
    const off = times.reduce((sum, one) => sum + (one - 1_000) ** 2 / 1_000, 0);
    assert.ok(off < 49.73, String(off));
  });

  it('refuses a replicate of more orders than it can list, instead of running out of memory', () => {
    const ten = Array.from({ length: 10 }, (_, i) => i);
    assert.throws(() => arrangementsOf({ replicates: same(10, 1), scores: ten }, seeded('p')), {
      name: 'RangeError',
    });
  });

  it('raises an alarm without a difference no more often than it says', () => {
    const chance = seeded('null');
    let alarms = 0;
    for (let i = 0; i < 500; i++) {
      const columns = [0, 1, 2].map(() => Array.from({ length: 10 }, () => chance.integer(3) - 1));
      if (pairsTest(columns, chance).max.some((p) => p <= 0.05)) alarms++;
    }
    // 38 of 500 is the most that a true 5 % gives in 99.5 of 100 such series.
    assert.ok(alarms <= 38, `${alarms} of 500`);
  });
});
