import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { bodyOf, searchFor } from './grid/search-for.ts';

const PAGE = 'https://www.visited.test/news/qkzvtrmwpahcxbjd?from=app#top';
const UUID = '3f1d2c58-7a0b-4f0e-9f3a-5b8d0c1e2a77';
const HOST = 'https://x7k2m9qvw4trz8p1.example-site.org/news/qkzvtrmwpahcxbjd';

/** What stands in the traffic, and how much of the canary it is. */
const SHARES: readonly (readonly [string, string | Buffer, string])[] = [
  [PAGE, `u=${PAGE}`, 'the whole: 59 characters'],
  [PAGE, PAGE.toUpperCase(), 'the whole, in other letters: 59 characters'],
  [PAGE, `at ${PAGE.slice(0, 46)}`, 'the first 46 of 59 characters'],
  [PAGE, `${PAGE.slice(30, 44)} end`, 'characters 31 to 44 of 59 characters'],
  [HOST, 'x7k2m9qvw4trz8p1.example-site.org', 'the host only: characters 9 to 41 of 63 characters'],
  [UUID, UUID.replaceAll('-', ''), 'the whole, as raw bytes; the whole, as undashed'],
  [UUID, Buffer.from(UUID.replaceAll('-', ''), 'hex'), 'the whole, as raw bytes'],
  [UUID, `id ${UUID.slice(0, 20)}`, 'the first 20 of 36 characters'],
  [PAGE, sha256(PAGE), 'the whole digest: 256 of 256 bits'],
  [PAGE, sha256(PAGE).slice(0, 16), '64 of 256 bits of the digest'],
];

describe('a sighting', () => {
  for (const [value, sent, share] of SHARES) {
    it(`of ${String(sent).slice(0, 60)} is said to be ${share}`, async () => {
      const { sightings } = await searchFor([{ name: 'canary', value }])(bodyOf(Buffer.from(sent)));
      assert.equal(
        sightings.map((one) => one.share).join('; '),
        share,
        sightings.map(({ form }) => form).join(),
      );
    });
  }
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
