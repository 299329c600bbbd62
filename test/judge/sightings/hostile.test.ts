import assert from 'node:assert/strict';
import type { Chance } from '../../../harness/lib/seed.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import { WRAPPINGS } from '../../../harness/judge/sightings/wrappings.ts';
import { Value } from '../../../harness/judge/sightings/wrappings/value.ts';
import { ENCODERS } from './grid/all-encoders.ts';
import { bodyOf, searchFor } from './grid/search-for.ts';

/** How many mutations of each encoding: the long series is `LEAKLAB_FUZZ=2000 npm test -- test/judge/sightings/hostile.test.ts`. */
const EACH = Number(process.env['LEAKLAB_FUZZ'] ?? 12);
const ROOM = 2 ** 16;
const PAGE = 'https://www.visited.example/news/qkzvtrmwpahcxbjd';

function mutated(bytes: Buffer, chance: Chance): Buffer {
  const at = chance.integer(bytes.length + 1);
  const other = chance.integer(bytes.length + 1);
  const [from, to] = [Math.min(at, other), Math.max(at, other)];
  switch (chance.integer(5)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      for (let turn = 0; turn <= chance.integer(4); turn++) {
        const place = chance.integer(Math.max(1, flipped.length));
        flipped[place] = (flipped[place] ?? 0) ^ (1 << chance.integer(8));
      }
      return flipped;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    default: {
      const inserted = Buffer.from(Array.from({ length: 8 }, () => chance.integer(256)));
      return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
    }
  }
}

describe('hostile bytes', () => {
  it('open to no more than there is room for and never throw, in every row that takes them for its own', async () => {
    const chance = seeded('hostile', 'rows');
    const event = Buffer.from(
      JSON.stringify({ event: 'page_load', time: 1588310400000, text: 'a b c '.repeat(9) }),
    );
    for (const encoder of ENCODERS) {
      const packed = await encoder.pack(event, 7);
      for (let turn = 0; turn < EACH; turn++) {
        const value = new Value(mutated(packed, chance));
        for (const row of WRAPPINGS) {
          for (const spans of row.wild?.(value) ?? [])
            for (const span of spans) row.open(new Value(span), ROOM);
          if (!row.recognise(value)) continue;
          const what = row.open(value, ROOM);
          const sizes = what.parts.map(({ bytes }) => bytes.length);
          const most = Math.max(ROOM, 2 * value.bytes.length);
          assert.ok(
            Math.max(0, ...sizes) <= most,
            `${row.name} of ${encoder.name} gives ${sizes.join()}`,
          );
          for (const { spans, bytes } of what.leaves) {
            const end = bytes?.length ?? value.bytes.length;
            assert.ok(
              Array.from(spans).every((at) => at >= 0 && at <= end),
              `${row.name} of ${encoder.name}`,
            );
          }
        }
      }
    }
  }).timeout(3_600_000);

  it('show no canary that is not in them, and stay within the budget of an exchange', async () => {
    const chance = seeded('hostile', 'tree');
    const search = searchFor([{ name: 'page', value: PAGE }]);
    const event = Buffer.from(
      JSON.stringify({ event: 'page_load', url: 'https://other.example/' }),
    );
    for (const encoder of ENCODERS) {
      const packed = await encoder.pack(event, 3);
      for (let turn = 0; turn < EACH; turn++) {
        const { sightings } = await search(bodyOf(mutated(mutated(packed, chance), chance)));
        assert.deepEqual(sightings, [], encoder.name);
      }
    }
  }).timeout(3_600_000);
});
