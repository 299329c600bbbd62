import assert from 'node:assert/strict';
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import fc from 'fast-check';
import { mint, mintDecoy } from '../../../harness/canary.ts';
import { formsOf } from '../../../harness/judge/sightings/forms.ts';
import { makeSearch } from '../../../harness/judge/sightings/sightings.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import { KINDS, anExchangeOf } from '../../../bench/sightings/traffic.ts';
import { aBody, anExchange } from '../../builders.ts';

/** MB of traffic that is searched for canaries it does not hold; 1000 with LEAKLAB_FALSE_SIGHTINGS_MB=1000. */
const MEGABYTES = Number(process.env['LEAKLAB_FALSE_SIGHTINGS_MB'] ?? 2);

const CANARIES = Array.from({ length: 34 }, (_, n) =>
  mint(
    { page: 'page', words: 'words', title: 'title' },
    { run: 'r', seed: 'planted nowhere', trial: String(n) },
  ),
).flat();
const NEEDLES = CANARIES.flatMap((owner) => formsOf(owner).map((form) => ({ owner, form })));

const read = (body: NonNullable<Exchange['requestBody']>): Buffer | null =>
  'base64' in body ? Buffer.from(body.base64, 'base64') : null;

const COATS: readonly ((inner: Buffer) => Buffer)[] = [
  (inner) => gzipSync(inner),
  (inner) => deflateSync(inner),
  (inner) => deflateRawSync(inner),
  (inner) => brotliCompressSync(inner),
  (inner) => zstdCompressSync(inner),
  (inner) => Buffer.from(inner.toString('base64')),
  (inner) => Buffer.from(inner.toString('base64url')),
  (inner) => Buffer.from(inner.toString('hex')),
  (inner) => Buffer.from(encodeURIComponent(inner.toString('latin1'))),
  (inner) => Buffer.from(JSON.stringify({ v: inner.toString('latin1') })),
  (inner) => Buffer.from(`a=1&v=${encodeURIComponent(inner.toString('base64'))}`),
  (inner) => Buffer.from(inner.map((byte) => byte ^ 0x5a)),
  (inner) => Buffer.from(inner).reverse(),
  (inner) => Buffer.from(inner.toString('latin1'), 'utf16le'),
];

describe('what is not there', () => {
  it(`is not seen in ${MEGABYTES} MB of traffic that holds no canary`, async () => {
    const search = makeSearch(NEEDLES);
    let size = 0;
    for (let n = 0; size < MEGABYTES * 1e6; n++) {
      for (const kind of KINDS) {
        const exchange = anExchangeOf(kind, n);
        const { sightings } = await search.exchange(exchange, read);
        assert.deepEqual(sightings, [], exchange.id);
        for (const body of [exchange.requestBody, exchange.responseBody])
          size += body ? (read(body)?.length ?? 0) : 0;
      }
    }
  }).timeout(120_000 + MEGABYTES * 5_000);

  it('is not seen where another value of its kind stands, under any two wrappings', async () => {
    const search = makeSearch(NEEDLES);
    for (const [n, outer] of COATS.entries()) {
      for (const [m, inner] of COATS.entries()) {
        const from = { run: 'r', seed: 'decoy', trial: `${n}-${m}` };
        const [page] = mint({ page: 'page' }, from);
        const text = `{"url":"${page?.value}","title":"${mintDecoy(from).value}"}`;
        const requestBody = aBody(outer(inner(Buffer.from(text))));
        const { sightings } = await search.exchange(anExchange({ requestBody }), read);
        assert.deepEqual(sightings, [], `${n} around ${m}`);
      }
    }
  }).timeout(60_000);

  it('is not seen in random bytes, and nothing is thrown on them', async () => {
    const search = makeSearch(NEEDLES, { budget: { nodes: 5_000, bytes: 2 ** 24 } });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        const requestBody = aBody(Buffer.from(bytes));
        const { sightings } = await search.exchange(anExchange({ requestBody }), read);
        assert.deepEqual(sightings, []);
      }),
      { numRuns: 200 },
    );
  }).timeout(60_000);
});
