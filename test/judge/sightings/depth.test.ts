import assert from 'node:assert/strict';
import { bodyOf, searchFor } from './grid/search-for.ts';

const PAGE = 'https://www.visited.example/news/qkzvtrmwpahcxbjd';
const search = searchFor([{ name: 'page', value: PAGE }]);

async function chainsIn(bytes: Buffer): Promise<string[]> {
  const { sightings } = await search(bodyOf(bytes));
  return sightings.map(({ wrappings }) => wrappings.join(' › '));
}

describe('the depth of nesting', () => {
  it('counts what changes bytes, and a structure that leaves its values as they are for a quarter', async () => {
    const message = (inner: Buffer): Buffer =>
      Buffer.concat([Buffer.from([0x08, 0x05, 0x12, 0x04]), Buffer.from('load'), field(inner)]);
    let bytes: Buffer = Buffer.from(Buffer.from(PAGE).toString('base64'));
    for (let n = 0; n < 12; n++) bytes = message(bytes);
    const [chain = ''] = await chainsIn(bytes);
    assert.match(chain, /(?:protobuf:3 › ){12}base64$/);
    let wrapped = PAGE;
    for (let n = 0; n < 9; n++) wrapped = Buffer.from(wrapped).toString('base64');
    const { sightings, gaps } = await search(bodyOf(Buffer.from(wrapped)));
    assert.deepEqual(sightings, []);
    assert.ok(gaps.some(({ kind, why }) => kind === 'truncated' && /8 wrappings/.test(why)));
  });
});

/** Field 3, of any bytes. */
function field(bytes: Buffer): Buffer {
  const size: number[] = [];
  for (let left = bytes.length; ; left >>>= 7) {
    size.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    if (left <= 0x7f) return Buffer.concat([Buffer.from([0x1a, ...size]), bytes]);
  }
}
