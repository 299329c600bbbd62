import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seeded } from '../../harness/lib/seed.ts';

describe('seeded chance', () => {
  it('gives the same draws for the same words, on every machine', () => {
    // sha256(sha256('["tuesday","order"]') ‖ "0"), computed with sha256sum and xxd.
    assert.equal(seeded('tuesday', 'order').bytes(8).toString('hex'), EXPECTED);
  });

  it('does not confuse where one word ends and the next begins', () => {
    assert.notDeepEqual(seeded('a', 'bc').bytes(8), seeded('ab', 'c').bytes(8));
  });

  it('draws integers below the limit, and every one of them', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (word, below) => {
        const chance = seeded(word);
        const drawn = new Set(Array.from({ length: below * 40 }, () => chance.integer(below)));
        assert.ok([...drawn].every((one) => one >= 0 && one < below));
        assert.ok(drawn.size >= below * 0.8);
      }),
      { numRuns: 30, seed: 7 },
    );
  });

  it('shuffles without losing anything, each order about as often', () => {
    const chance = seeded('shuffle');
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = chance.shuffled(['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.deepEqual([...counts.keys()].sort(), ['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    // Binomial(6000, 1/6): standard deviation 29.
    for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 150, String(count));
  });
});

const EXPECTED = 'aae38b15e6e235d7';
