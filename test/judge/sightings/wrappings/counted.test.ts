import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import ascii85 from 'ascii85';
import { AVRO } from '../grid/record-encoders.ts';
import { bodyOf, searchFor } from '../grid/search-for.ts';

const ID = { name: 'id', value: '3f1d2c58-7a0b-4f0e-9f3a-5b8d0c1e2a77' };
const wrapped = ascii85.encode(Buffer.from(ID.value)).toString();
const search = searchFor([ID]);

describe('a text behind its length, in a record without its schema', () => {
  const seen = async (bytes: Buffer): Promise<string[]> =>
    (await search(bodyOf(bytes))).sightings.map(({ wrappings }) => wrappings.join(' › '));
  it('is looked into as Avro writes it, whether its length takes one byte or two', async () => {
    for (const filler of [
      '',
      'and what is longer than sixty-four letters, as nearly all events are',
    ]) {
      const page = ascii85.encode(Buffer.from(`${ID.value} ${filler}`)).toString();
      const record = AVRO.toBuffer({ event: 'load', payload: page, at: 5 });
      assert.deepEqual(await seen(record), ['counted:[0] › ascii85']);
    }
  });

  it('is looked into as java.io.DataOutput.writeUTF writes it', async () => {
    const head = Buffer.from([0, 0, 0, 7, 0, wrapped.length]);
    const record = Buffer.concat([head, Buffer.from(wrapped), Buffer.from([0, 0, 0, 1])]);
    assert.equal((await seen(record)).length, 1);
  });

  it('is none where a letter of a text happens to be as much as follows it', async () => {
    const address = { name: 'page', value: 'https://visited.leaklab.test/ekkxgtoovqoaxixr' };
    // The slash is 47, and 47 letters come after it.
    const text = Buffer.from(`\0 ${address.value} and so on`);
    assert.equal('/visited.leaklab.test/ekkxgtoovqoaxixr and so on'.length - 1, '/'.charCodeAt(0));
    const { sightings } = await searchFor([address])(bodyOf(text));
    assert.deepEqual(
      sightings.map(({ wrappings, form }) => [wrappings.join(' › '), form]),
      [['', 'exact']],
    );
  });

  it('does not explain the ciphertext that stands beside it', async () => {
    const sealed = ['a', 'b', 'c', 'd'].map((seed) => createHash('sha512').update(seed).digest());
    const label = 'the field that is sealed';
    const record = Buffer.concat([Buffer.from([label.length]), Buffer.from(label), ...sealed]);
    const { gaps } = await search(bodyOf(record));
    assert.deepEqual(
      gaps.map(({ kind }) => kind),
      ['opaque'],
    );
  });
});
