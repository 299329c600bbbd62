import assert from 'node:assert/strict';
import fc from 'fast-check';
import { WRAPPINGS } from '../../../../harness/judge/sightings/wrappings.ts';
import { Value } from '../../../../harness/judge/sightings/wrappings/value.ts';
import { ENCODERS } from './all-encoders.ts';
import { bodyOf, searchFor } from './search-for.ts';

const URL_CANARY = { name: 'page', value: 'https://visited.leaklab.test/qkzvtrmwpahcxbjd' };
const ID = { name: 'id', value: '3f1d2c58-7a0b-4f0e-9f3a-5b8d0c1e2a77' };

describe('what other people’s encoders wrap', () => {
  const search = searchFor([URL_CANARY, ID]);

  for (const { name, row, pack, lone } of ENCODERS) {
    it(`${name} is opened by its row${lone ? ', around a lone value and' : ''} around an event`, async () => {
      for (const { value } of [URL_CANARY, ID]) {
        for (const plain of [
          value,
          JSON.stringify({ event: 'load', url: value, time: 1588310400 }),
        ]) {
          if (plain === value && !lone) continue;
          for (let turn = 0; turn < 3; turn++) {
            const packed = await pack(Buffer.from(plain), turn);
            const { sightings } = await search(bodyOf(packed));
            const seen = sightings.filter(({ where }) => where === 'request.body');
            const chains = seen.map(({ wrappings, form }) => [...wrappings, form].join(' › '));
            const right = seen.some(
              ({ owner, wrappings }) =>
                owner.value === value && (row === null || wrappings.some((one) => row.test(one))),
            );
            assert.ok(right, `${plain} in turn ${turn}: ${chains.join(' | ') || 'not found'}`);
          }
        }
      }
    });
  }
});

describe('every row', () => {
  it('never throws, never gives more than its room, and names where it occurs', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ maxLength: 200, unit: 'binary' }).map((text) => Buffer.from(text)),
      fc.base64String({ maxLength: 200 }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 400 }), (given, room) => {
        for (const row of WRAPPINGS) {
          const value = new Value(Buffer.from(given), 'base64');
          if (!row.recognise(value)) continue;
          const { parts } = row.open(value, room);
          const most = Math.max(room, 8 * given.length + 64);
          for (const part of parts) assert.ok(part.bytes.length <= most, row.name);
          for (const region of row.wild?.(value) ?? []) assert.ok(region.length > 0);
        }
      }),
      { numRuns: 300 },
    );
    for (const { name, evidence } of WRAPPINGS) assert.ok(evidence.length > 3, name);
  });

  it('bears every encoding with bytes changed, cut out and doubled', async () => {
    const plain = Buffer.from(JSON.stringify({ event: 'load', url: URL_CANARY.value }));
    const packed = await Promise.all(ENCODERS.map(async ({ pack }) => await pack(plain, 1)));
    fc.assert(
      fc.property(
        fc.constantFrom(...packed),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat(2)), {
          minLength: 1,
          maxLength: 6,
        }),
        (original, changes) => {
          const bytes = changes.reduce((now, [place, byte, what]) => {
            const at = place % (now.length + 1);
            if (what === 0)
              return Buffer.concat([now.subarray(0, at), now.subarray(at + 1 + (byte % 8))]);
            const middle = what === 1 ? Buffer.from([byte]) : now.subarray(at, at + byte);
            return Buffer.concat([
              now.subarray(0, at),
              middle,
              now.subarray(at + (what === 1 ? 1 : 0)),
            ]);
          }, original);
          const value = new Value(bytes, 'base64');
          for (const row of WRAPPINGS) {
            if (row.recognise(value)) row.open(value, 4096);
            for (const region of row.wild?.(value) ?? []) {
              for (const span of region) row.open(new Value(span), 4096);
            }
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
