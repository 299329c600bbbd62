import assert from 'node:assert/strict';
import fc from 'fast-check';
import { boundsOf } from '../../../harness/judge/statistics/bounds.ts';
import { differenceInterval, score } from '../../../harness/judge/statistics/interval.ts';
import { atMost, clopperPearson, probability } from '../../../harness/judge/statistics/rate.ts';
import { stepDown } from '../../../harness/judge/statistics/stepdown.ts';
import { close } from '../../close.ts';

describe('the rate interval', () => {
  // R's binom.test and SciPy 1.17's binomtest(...).proportion_ci() agree on these.
  const published: [number, number, number, number][] = [
    [0, 20, 0, 0.16843347],
    [8, 10, 0.44390454, 0.97478927],
    [11, 11, 0.71508585, 1],
    [1, 12, 0.00210759, 0.38479617],
    [12, 12, 0.73535153, 1],
  ];
  it('is Clopper and Pearson’s', () => {
    for (const [k, n, low, high] of published) {
      close(clopperPearson(k, n)?.[0], low, 1e-8);
      close(clopperPearson(k, n)?.[1], high, 1e-8);
    }
    assert.equal(clopperPearson(0, 0), null);
  });

  it('agrees with SciPy to the ninth decimal on random counts', () => {
    // SciPy 1.17.1, random.seed(7): binomtest(k, n).proportion_ci(method='exact').
    const independent: [number, number, number, number][] = [
      [0, 166, 0, 0.021977071928],
      [34, 38, 0.751950620783, 0.970565482554],
      [299, 299, 0.987738404092, 1],
      [13, 20, 0.407811465467, 0.846090795215],
      [5, 36, 0.046677660603, 0.294974948111],
      [17, 24, 0.489052186142, 0.873847911476],
      [105, 289, 0.307797440492, 0.421680765717],
      [272, 349, 0.732151784756, 0.821775382892],
    ];
    for (const [k, n, low, high] of independent) {
      close(clopperPearson(k, n)?.[0], low, 1e-9);
      close(clopperPearson(k, n)?.[1], high, 1e-9);
    }
  });

  it('holds the observed rate, and covers every true rate at least 95 times in 100', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (n, p) => {
          let covered = 0;
          for (let k = 0; k <= n; k++) {
            const [low, high] = clopperPearson(k, n) ?? [1, 0];
            assert.ok(low <= k / n && k / n <= high);
            if (low <= p && p <= high) covered += probability(k, n, p);
          }
          assert.ok(covered >= 0.95 - 1e-9, `${covered} at ${p}`);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('rests on probabilities that add up to one', () => {
    close(
      atMost(4, 9, 0.3) + [5, 6, 7, 8, 9].reduce((sum, k) => sum + probability(k, 9, 0.3), 0),
      1,
      1e-12,
    );
  });
});

describe('the bounds on what was not seen', () => {
  it('are the rates at which silence is a one-in-twenty accident', () => {
    const percents = [10, 20, 30, 59, 299].map((n) =>
      Number((boundsOf({ sound: n, voids: 0, family: 1, phones: 1 }).visits * 100).toFixed(1)),
    );
    assert.deepEqual(percents, [25.9, 13.9, 9.5, 5, 1]);
    close(
      1 - (1 - boundsOf({ sound: 12, voids: 0, family: 1, phones: 1 }).visits) ** 12,
      0.95,
      1e-9,
    );
  });

  it('agree with SciPy to the ninth decimal on random counts', () => {
    // SciPy 1.17.1, random.seed(7), for sound s, voids v, family m: 1-0.05**(1/s), beta.ppf(0.95, v+1, s), 1-(0.05/m)**(1/s).
    const independent: [number, number, number, number, number, number][] = [
      [120, 37, 60, 0.024655401055656334, 0.2980932625103223, 0.05737239003002659],
      [117, 23, 20, 0.025279532749551303, 0.2246456738608657, 0.049920010723066954],
      [64, 11, 45, 0.045729702330762456, 0.23107224156034434, 0.10083382576990285],
      [200, 15, 6, 0.014867039231272083, 0.10539797194811056, 0.023653230168843464],
      [19, 7, 33, 0.14586850331224344, 0.44676653642417746, 0.28943640880916344],
    ];
    for (const [sound, voids, family, visits, withVoids, simultaneous] of independent) {
      const bounds = boundsOf({ sound, voids, family, phones: 1 });
      close(bounds.visits, visits, 1e-9);
      close(bounds.withVoids, withVoids, 1e-9);
      close(bounds.simultaneous, simultaneous, 1e-9);
    }
  });

  it('count voids as leaks, share the error over the family, and say little of phones', () => {
    // Exact one-sided limits for 1 of 13: SciPy's beta.ppf(0.95, 2, 12).
    close(boundsOf({ sound: 12, voids: 1, family: 16, phones: 1 }).withVoids, 0.3163397648, 1e-9);
    close(
      boundsOf({ sound: 12, voids: 1, family: 16, phones: 1 }).simultaneous,
      1 - (0.05 / 16) ** (1 / 12),
      1e-9,
    );
    assert.equal(boundsOf({ sound: 12, voids: 0, family: 1, phones: 1 }).phones, 0.95);
    // 0 of 4 phones: up to 53 %.
    assert.equal(
      Number(boundsOf({ sound: 12, voids: 0, family: 1, phones: 4 }).phones.toFixed(2)),
      0.53,
    );
  });

  it('are divided by what would at least have been found, and exclude nothing where nothing would', () => {
    const counts = { sound: 12, voids: 1, family: 16, phones: 4 };
    const [plain, divided] = [boundsOf(counts), boundsOf(counts, 0.8)];
    for (const which of ['visits', 'withVoids', 'simultaneous', 'phones'] as const) {
      close(divided[which], plain[which] / 0.8);
      assert.equal(boundsOf(counts, 0)[which], 1);
    }
    assert.equal(boundsOf({ ...counts, phones: 1 }, 0.8).phones, 1);
  });
});

describe('the adjustment over contrasts', () => {
  it('is Holm’s with one hypothesis a contrast', () => {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert.deepEqual(stepDown([[0.01], [0.04], [0.03], [0.005]]), [[0.03], [0.06], [0.06], [0.02]]);
  });

  it('counts contrasts whose p is told elsewhere as standing: never less than Holm over all of them', () => {
    assert.deepEqual(stepDown([[0.01], [0.02]], 2), [[0.04], [0.06]]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2 }), (all) => {
        const whole = stepDown(all.map((p) => [p]));
        const half = Math.ceil(all.length / 2);
        const known = stepDown(
          all.slice(0, half).map((p) => [p]),
          all.length - half,
        );
        for (const [i, [p = 0]] of known.entries()) assert.ok(p >= (whole[i]?.[0] ?? 1) - 1e-12);
      }),
    );
  });

  it('keeps its multiplier while any hypothesis of a contrast still stands', () => {
    // Each contrast keeps one hypothesis that is true: no multiplier may fall below 2.
    assert.deepEqual(
      stepDown([
        [0.001, 0.5],
        [0.001, 0.03],
      ]),
      [
        [0.002, 0.5],
        [0.002, 0.06],
      ],
    );
  });

  it('never lowers p, and keeps its order', () => {
    const p = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 4 }), (families) => {
        const pairs = stepDown(families).flatMap((family, f) =>
          family.map((adjusted, h) => ({ adjusted, raw: families[f]?.[h] ?? 1 })),
        );
        for (const { adjusted, raw } of pairs) assert.ok(adjusted >= raw && adjusted <= 1);
        const sorted = pairs.toSorted((a, b) => a.raw - b.raw);
        for (const [i, { adjusted }] of sorted.entries()) {
          assert.ok(adjusted >= (sorted[i - 1]?.adjusted ?? 0));
        }
      }),
    );
  });
});

describe('the interval of a difference', () => {
  it('is ordered by the score statistic that is published for 56/70 against 48/80', () => {
    // Newcombe, Statistics in Medicine 17:873 (1998), table II, contrast (a), Mee's interval 0.0533–0.3377;
    // the statistics 2.65 and 1.348 are those of the R package cicalc's snapshot.
    close(score(56, 70, 48, 80, 0), 2.65, 5e-4);
    close(score(56, 70, 48, 80, 0.1), 1.348, 5e-4);
    close(score(56, 70, 48, 80, 0.0533), 1.96, 2e-3);
    close(score(56, 70, 48, 80, 0.3377), -1.96, 2e-3);
  });

  it('is what a search over all tables gives that shares no code with ours', () => {
    // Computed with SciPy 1.17: restricted rates by numeric optimisation, 1001 nuisance values, all tables.
    const independent: [number, number, number, number, number, number][] = [
      [12, 12, 0, 12, 0.715, 1],
      [11, 11, 0, 12, 0.702, 1],
      [0, 12, 0, 12, -0.267, 0.267],
      [8, 10, 3, 10, 0.018, 0.827],
      [10, 12, 12, 12, -0.489, 0.115],
    ];
    for (const [x1, n1, x2, n2, low, high] of independent) {
      const interval = differenceInterval(x1, n1, x2, n2);
      close(interval?.[0], low, 0.001);
      close(interval?.[1], high, 0.001);
    }
    assert.equal(differenceInterval(0, 0, 1, 5), null);
  });

  it('turns around with its arms and holds the observed difference', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.nat(6), (x1, x2) => {
        const [low, high] = differenceInterval(x1, 6, x2, 6) ?? [NaN, NaN];
        const [back, forth] = differenceInterval(x2, 6, x1, 6) ?? [NaN, NaN];
        close(low, -forth, 1e-12);
        close(high, -back, 1e-12);
        assert.ok(low <= (x1 - x2) / 6 && (x1 - x2) / 6 <= high);
      }),
      { numRuns: 30 },
    );
  });

  it('covers true differences at least 95 times in 100, at every rate', () => {
    const n = 5;
    const intervals = Array.from({ length: n + 1 }, (_, a) =>
      Array.from({ length: n + 1 }, (__, b) => differenceInterval(a, n, b, n) ?? [1, -1]),
    );
    for (let i = 0; i <= 10; i++) {
      for (let j = 0; j <= 10; j++) {
        let covered = 0;
        for (const [a, row] of intervals.entries()) {
          for (const [b, [low = 1, high = -1]] of row.entries()) {
            const inside = low - 1e-9 <= (i - j) / 10 && (i - j) / 10 <= high + 1e-9;
            if (inside) covered += probability(a, n, i / 10) * probability(b, n, j / 10);
          }
        }
        assert.ok(covered >= 0.95 - 1e-6, `${covered} at ${i / 10}, ${j / 10}`);
      }
    }
  });
});
