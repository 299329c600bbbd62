import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { seeded } from '../../../harness/lib/seed.ts';
import { MaskedGrams } from '../../../harness/judge/sightings/spot/masked-grams.ts';
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

  it('is not opened by four differences under another length of key, which would explain all of a needle', () => {
    const needle = Buffer.from('63188EA7EDED9644');
    const form = { name: 'digest', bytes: needle, subject: 'digest', strength: 1, entropy: 64 };
    const grams = new MaskedGrams([{ owner: 'id', form }], (_, key) => key <= 4, 16, 1);
    // What the table of grams mixes a length into a gram with: under sixteen bytes these differ as the needle's under four.
    const mixed = Math.imul(4, 0x27d4eb2f) ^ Math.imul(16, 0x27d4eb2f);
    const last = needle.length - 8;
    const differing = needle.readInt32LE(last) ^ needle.readInt32LE(last + 4) ^ mixed;
    const bytes = createHash('sha512').update('any').digest();
    bytes.writeInt32LE(bytes.readInt32LE(20) ^ differing, 36);
    assert.equal(grams.find(bytes, 1 << 16), null);
    const masked = Buffer.from(needle.map((byte, at) => byte ^ (1 + (at % 4))));
    assert.deepEqual(grams.find(masked, 1 << 4), Buffer.from([1, 2, 3, 4]));
  });
});
