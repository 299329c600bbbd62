import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { seamOf } from '../../../../harness/judge/sightings/wrappings/compressed.ts';
import { bodyOf, searchFor } from '../grid/search-for.ts';

/** At each offset under one codec; under each of them in the long series, as for `hostile.test.ts`. */
const LONG = Number(process.env['LEAKLAB_FUZZ'] ?? 0) > 12;
const PAGE = 'https://www.visited.example/news/qkzvtrmwpahcxbjd';
const PIECE = 4 * 2 ** 20;
/** So much of a piece the next one begins with: it ends that much earlier. */
const OVERLAP = seamOf(Buffer.alloc(PIECE), PIECE).length;

const CODECS: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['gzip', (bytes) => gzipSync(bytes, { level: 1 })],
  ['zlib', (bytes) => deflateSync(bytes, { level: 0 })],
  ['zstd', (bytes) => zstdCompressSync(bytes)],
  [
    'brotli',
    (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  ],
];

describe('a stream that is opened piece by piece', () => {
  it('is searched across the seams of its pieces, at each offset at which the canary can lie over one', async () => {
    const search = searchFor([{ name: 'page', value: PAGE }]);
    const filler = letters(2 * PIECE + 2 ** 16);
    for (let inside = 0; inside <= PAGE.length; inside++) {
      // The second seam is the first behind a piece that began with some of the one before.
      const seam = inside % 7 === 0 ? 2 : 1;
      const place = seam * PIECE - inside - (seam - 1) * OVERLAP;
      const body = Buffer.from(filler.subarray(0, seam * PIECE + 2 ** 16));
      body.write(PAGE, place);
      for (const [at, [codec, pack]] of CODECS.entries()) {
        if (!LONG && at !== inside % CODECS.length) continue;
        const { sightings } = await search(bodyOf(pack(body)));
        // A piece that ends in the canary may show its beginning as well.
        assert.ok(
          sightings.some(({ form, wrappings }) => form === 'exact' && wrappings.join() === codec),
          `${codec}, at ${place}: ${sightings.map(({ form }) => form).join()}`,
        );
      }
    }
  }).timeout(600_000);
});

/** Letters of chance, the same in each run: what packs well would be cut off for its ratio before the seam. */
function letters(length: number): Buffer {
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  return Buffer.from(stream.update(Buffer.alloc(length)).map((byte) => 0x61 + (byte & 15)));
}
