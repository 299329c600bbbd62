import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seeded } from '../../../../harness/lib/seed.ts';
import { formsOf } from '../../../../harness/judge/sightings/forms.ts';
import { makeSpotter } from '../../../../harness/judge/sightings/spot.ts';
import { FULL_BUDGET, Purse } from '../../../../harness/judge/sightings/tree/budget.ts';
import { Peeler } from '../../../../harness/judge/sightings/tree/peel.ts';
import { Value } from '../../../../harness/judge/sightings/wrappings/value.ts';
import { WRAPPINGS } from '../../../../harness/judge/sightings/wrappings.ts';
import { ENCODERS } from '../grid/all-encoders.ts';
import { BEGINNINGS, REPEATED } from './repeated.ts';

const EACH = Number(process.env['LEAKLAB_FUZZ'] ?? 4);
const PAGE = 'https://www.visited.example/news/qkzvtrmwpahcxbjd';
const SMALL = { depth: 8, nodes: 200, bytes: 2 ** 17, ratio: 256 };
const spot = makeSpotter(formsOf({ value: PAGE }).map((form) => ({ owner: PAGE, form })));

describe('the work that bytes can make', () => {
  it('is what its budget says, counted in values and bytes, and what was left undone is a gap', async () => {
    const chance = seeded('hostile', 'work');
    const list = Array.from({ length: 40 }, (_, n) => ({
      event: 'page_load',
      id: chance.bytes(24).toString('base64'),
      n,
      text: 'a b c '.repeat(9),
    }));
    const events = Buffer.from(JSON.stringify({ list }));
    let hit = 0;
    for (const { name, pack } of ENCODERS) {
      const packed = await pack(events, 3);
      for (let turn = 0; turn < EACH; turn++) {
        const bytes = Buffer.from(packed);
        for (let flips = 3 * turn; flips > 0; flips--)
          bytes[chance.integer(bytes.length)] = chance.integer(256);
        const purse = new Purse(SMALL);
        const { gaps, found } = new Peeler(spot).peel(bytes, purse);
        assert.deepEqual(found, [], name);
        // One that came again may be charged whole, and the last one to be opened may give all that was left once more.
        assert.ok(purse.nodesSpent <= 2 * SMALL.nodes, `${name}: ${purse.nodesSpent} values`);
        assert.ok(purse.bytesSpent <= 3 * SMALL.bytes, `${name}: ${purse.bytesSpent} bytes`);
        if (purse.refused === null) continue;
        hit++;
        assert.ok(
          gaps.some(({ kind }) => kind === 'truncated'),
          `${name}: ${purse.refused}, and nothing says so`,
        );
      }
    }
    assert.ok(hit > 60, `${hit} times a limit was hit`);
  }).timeout(600_000);

  it('is nothing at all on random bytes: they are searched, and nothing is sighted in them', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 4_000 }),
      fc.base64String({ maxLength: 2_000 }).map((text) => Buffer.from(text)),
      fc.string({ unit: 'grapheme', maxLength: 500 }).map((text) => Buffer.from(text)),
      fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        const purse = new Purse(FULL_BUDGET);
        const { found } = new Peeler(spot).peel(Buffer.from(given), purse);
        assert.deepEqual(found, []);
        assert.equal(purse.refused, null);
        // Each byte of chance is read under a few rows, one inside the other, and no more.
        const most = 40 * given.length + 4 ** 8;
        assert.ok(purse.bytesSpent <= most, `${purse.bytesSpent} of ${given.length}`);
      }),
      { numRuns: 50 * EACH, seed: 1 },
    );
  }).timeout(600_000);

  it('does not grow with the square of what is repeated: every row comes to its end, regions among it', () => {
    // A row that reads on to the end from each of its beginnings does not end within the test's own time.
    const size = EACH > 12 ? 2 ** 20 : 2 ** 18;
    for (const head of BEGINNINGS) {
      for (const sign of REPEATED) {
        const long = head + sign.repeat(Math.ceil(size / sign.length));
        const value = new Value(Buffer.from(`${long}7`, 'latin1'));
        for (const row of WRAPPINGS) {
          const { first, needs, lacks } = row;
          if ((value.kinds & needs) !== needs) continue;
          const begins = first === null || first.includes(value.bytes[0] ?? 0);
          if ((value.kinds & lacks) === 0 && begins && row.recognise(value))
            row.open(value, 2 ** 16);
          let regions = 0;
          for (const spans of row.wild?.(value) ?? []) {
            // As many of them are opened as the budget of an exchange allows.
            if (regions++ > 100) continue;
            for (const span of spans) row.open(new Value(span), 2 ** 16);
          }
        }
      }
    }
  }).timeout(EACH > 12 ? 3_600_000 : 180_000);
});
