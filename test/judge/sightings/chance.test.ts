import assert from 'node:assert/strict';
import { seeded } from '../../../harness/lib/seed.ts';
import { isChance } from '../../../harness/judge/sightings/tree/short/chance.ts';
import { nextRow, regionsOf } from '../../../harness/judge/sightings/tree/rows.ts';
import { WRAPPINGS } from '../../../harness/judge/sightings/wrappings.ts';
import { Value } from '../../../harness/judge/sightings/wrappings/value.ts';
import { ENCODERS } from './grid/all-encoders.ts';

describe('few bytes that are taken for chance', () => {
  it('are opened by no row of the table, as a whole or within, whatever they begin with', () => {
    const chance = seeded('few', 'bytes');
    let taken = 0;
    for (let turn = 0; turn < 60_000; turn++) {
      const bytes = Buffer.from(chance.bytes(10 + chance.integer(38)));
      // Most signs that a row looks for stand in one of the first places.
      for (let at = chance.integer(4); at > 0; at--)
        bytes[chance.integer(5)] = SIGNS[chance.integer(SIGNS.length)] ?? 0;
      if (chance.integer(3) === 0) bytes.write('eyJhbGciOi.x.y', chance.integer(10), 'latin1');
      // A token in the midst of other bytes, as records hold it.
      const token = Buffer.from(chance.bytes(24)).toString(turn % 2 === 0 ? 'base64' : 'hex');
      if (chance.integer(3) === 0) bytes.write(token, chance.integer(10), 'latin1');
      taken += judged(bytes, chance.integer(2) === 0 ? 'base64' : 'hex');
    }
    assert.ok(taken > 10_000, `${taken} were taken for chance`);
  });

  it('are none of what an encoder makes of a short text', async () => {
    for (const { name, textOnly, pack } of ENCODERS)
      for (const text of ['Zq8hT3nLw0Rk', 'wolkenbruch zitrone', '{"id":"a7f3k9d2m5x8"}']) {
        const bytes = await pack(Buffer.from(text), text.length);
        if (textOnly || new Value(bytes).isText) continue;
        for (const from of ['', 'base64', 'xor'])
          assert.equal(judged(bytes, from, name) > 1, false);
      }
  });
});

/** Whether the bytes were taken for chance, once no row has opened them. */
function judged(bytes: Buffer, from: string, who = ''): 0 | 1 {
  const value = new Value(bytes, from);
  if (value.isText || !isChance(value)) return 0;
  const told = `${who} ${bytes.toString('hex')} from ${from}`;
  for (let at = nextRow(0, value); at >= 0; at = nextRow(at + 1, value)) {
    const what = WRAPPINGS[at]?.open(value, 2 ** 16);
    assert.deepEqual([what?.parts, what?.leaves, what?.undecoded], [[], [], null], told);
  }
  assert.deepEqual(regionsOf(value), [], told);
  return 1;
}

const SIGNS = Buffer.from(
  '\x1f\x8b\x28\xb5\x78\x9c{["<=&%/\\:;,e -_.\r\n\0\x01\x02\xff\xfe\xef\xa0)Bb~`',
  'latin1',
);
