import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';
import ascii85 from 'ascii85';
import { isDense85 } from '../../../../harness/judge/sightings/wrappings/rows/letters/ascii85.ts';
import { bodyOf, searchFor } from '../grid/search-for.ts';

const PAGE = { name: 'page', value: 'https://www.visited.test/news/qkzvtrmwpahcxbjd' };
const asIs = (head: Buffer): Buffer => head;

describe('base 85 that is told by its letters alone', () => {
  it('is seen around a stream without a magic, as a whole and in a sentence', async () => {
    const search = searchFor([PAGE]);
    const event = JSON.stringify({ event: 'page_load', url: PAGE.value, model: 'Redmi Note 8' });
    const letters = ascii85.encode(deflateRawSync(event)).toString();
    for (const body of [letters, `sent as ${letters} at noon`]) {
      const { sightings } = await search(bodyOf(Buffer.from(body)));
      assert.deepEqual(
        sightings.map(({ wrappings }) => wrappings.slice(0, 2).join(' › ')),
        ['ascii85 › deflate'],
        body,
      );
    }
  });

  it('is no address, no script, no identifier and no base64', () => {
    for (const text of [
      'https://www.visited.test/a/b?c=d&e=f#g-1588310400000',
      "if(a[0]!=='b'){c=d?e:f;g.push(h[i]);return!0}else{j(k)}",
      '3f1d2c58-7a0b-4f0e-9f3a-5b8d0c1e2a77',
      'eyJldmVudCI6InBhZ2VfbG9hZCIsInRpbWUiOjE1ODgzMTA0MDAwMDAs',
      'Mozilla/5.0(Linux;Android10;Redmi_Note_8)AppleWebKit/537.36',
    ])
      assert.ok(!isDense85(Buffer.from(text), asIs), text);
  });
});
