import assert from 'node:assert/strict';
import { capitals, needed } from '../../../harness/judge/statistics/betting.ts';
import { seeded } from '../../../harness/lib/seed.ts';

describe('a bet on the signs of blocks', () => {
  it('is worth what exact fractions say, at every moment', () => {
    const signs = [1, 1, 0, 1, -1, 1, 1, 1, 1] as const;
    // Python 3, fractions: ((3/2)^wins·(1/2)^losses + (1/2)^wins·(3/2)^losses) / 2.
    assert.deepEqual(capitals(signs, { stake: 0.5, side: 'either' }), [
      1,
      5 / 4,
      5 / 4,
      7 / 4,
      15 / 16,
      21 / 16,
      123 / 64,
      183 / 64,
      1095 / 256,
    ]);
    assert.deepEqual(
      capitals([1, -1, -1], { stake: 0.25, side: 'second' }),
      [0.75, 0.9375, 1.171875],
    );
  });

  it('needs log2(m/α) blocks at best, for m games at once', () => {
    // Pairs for 1, 40, 1,000 and 10,000 tests at 5 %: 2^5 ≥ 20, 2^10 ≥ 800, 2^15 ≥ 20,000, 2^18 ≥ 200,000.
    const blocks = [1, 40, 1_000, 10_000].map((family) => {
      const all = capitals(
        Array.from({ length: 30 }, () => 1 as const),
        { stake: 0.999999, side: 'first' },
      );
      return 1 + all.findIndex((capital) => capital >= needed(family));
    });
    assert.deepEqual(blocks, [5, 10, 15, 18]);
  });

  it('refuses a stake that could lose everything, or nothing', () => {
    for (const stake of [0, 1, -0.5, Number.NaN])
      assert.throws(() => capitals([1], { stake, side: 'first' }), RangeError);
  });

  it('alarms in no more than 5 of 100 series without a difference, though somebody looks after every night', () => {
    const chance = seeded('betting', 'null');
    const alarms = Array.from({ length: 2_000 }, () => {
      const signs = Array.from(
        { length: 200 },
        () => ([-1, 0, 1] as const)[chance.integer(3)] ?? 0,
      );
      return Number(capitals(signs, { stake: 0.5, side: 'either' }).some((e) => e >= needed(1)));
    });
    // Four standard errors of 2,000 above 5 % would be 139; Ville's inequality promises 100 in the long run.
    const count = alarms.reduce((sum, one) => sum + one, 0);
    assert.ok(count <= 139, `${count} of 2,000`);
    // It is a bet and no constant: some series do come to twenty times their beginning.
    assert.ok(count > 0);
  });

  it('finds a difference that shows in nine nights of ten within a month, nearly always', () => {
    const chance = seeded('betting', 'difference');
    const found = Array.from({ length: 500 }, () => {
      const signs = Array.from({ length: 30 }, () => (chance.integer(10) === 0 ? -1 : 1));
      return Number(capitals(signs, { stake: 0.5, side: 'either' }).some((e) => e >= needed(1)));
    });
    assert.ok(found.reduce((sum, one) => sum + one, 0) >= 475);
  });
});
