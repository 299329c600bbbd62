import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { seeded } from '../../../harness/lib/seed.ts';
import { bodyOf, searchFor } from './grid/search-for.ts';

const OWNER = { name: 'id', value: '7f3a9c51e08b42d6' };
const DECOY = { name: 'decoy', value: 'b14e60d29f7c5a83' };

describe('XOR with a key that nobody knows', () => {
  it('is opened around a raw digest under keys of one to eight bytes, and no decoy is seen', async () => {
    const chance = seeded('unmasked');
    const search = searchFor([OWNER, DECOY]);
    const digest = createHash('sha256').update(OWNER.value).digest();
    for (let length = 1; length <= 8; length++) {
      const noise = Buffer.from(Array.from({ length: 90 }, () => chance.integer(256)));
      const plain = Buffer.concat([noise.subarray(0, 37), digest, noise.subarray(37)]);
      const key = Array.from({ length }, () => 1 + chance.integer(255));
      const masked = Buffer.from(plain.map((byte, at) => byte ^ (key[at % length] ?? 0)));
      const { sightings } = await search(bodyOf(masked));
      assert.deepEqual([...new Set(sightings.map(({ owner }) => owner.name))], ['id'], `${length}`);
      assert.deepEqual(sightings[0]?.wrappings, ['xor']);
    }
  });
});
