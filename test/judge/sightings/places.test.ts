import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Canary } from '../../../harness/canary.ts';
import { mint } from '../../../harness/canary.ts';
import { formsOf } from '../../../harness/judge/sightings/forms.ts';
import type { Searched } from '../../../harness/judge/sightings/sightings.ts';
import { makeSearch } from '../../../harness/judge/sightings/sightings.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import { aBody, anExchange } from '../../builders.ts';

const [WORDS] = mint({ words: 'words' }, { run: 'run', seed: 'seed', trial: 'trial' });
assert.ok(WORDS);
const { value } = WORDS;
const searching = makeSearch(formsOf(WORDS).map((form) => ({ owner: WORDS, form })));

async function search(differs: Partial<Exchange>): Promise<Searched<Canary>> {
  return await searching.exchange(anExchange(differs), (body) =>
    'base64' in body ? Buffer.from(body.base64, 'base64') : null,
  );
}

describe('the places of an exchange', () => {
  it('are named in the words of the report, each with its direction', async () => {
    const escaped = encodeURIComponent(value);
    const cases: [Partial<Exchange>, string][] = [
      [{ url: `https://a.example/x/${escaped}?b=1` }, 'up request.url.path path:1,percent'],
      [{ url: `https://a.example/x?b=1&q=${escaped}` }, 'up request.url.query[q] percent'],
      [{ url: `https://a.example/x?${escaped}=1` }, `up request.url.query[${value}] percent`],
      [{ url: `/relative?q=${escaped}` }, 'up request.url.query[q] percent'],
      [{ url: `https://${value.replaceAll(' ', '-')}.example/` }, 'up request.url.host '],
      [{ requestHeaders: [['X-Last', value]] }, 'up request.header[x-last] '],
      [{ trailers: [['X-Sum', value]] }, 'up request.trailer[x-sum] '],
      [{ requestBody: aBody(value) }, 'up request.body '],
      [{ responseHeaders: [['X-Echo', value]] }, 'down response.header[x-echo] '],
      [{ responseBody: aBody(value) }, 'down response.body '],
      [{ kind: 'websocket', direction: 'up', requestBody: aBody(value) }, 'up frame '],
      [{ kind: 'websocket', direction: 'down', requestBody: aBody(value) }, 'down frame '],
      [{ kind: 'dns', requestBody: aBody(value) }, 'up dns '],
      [{ kind: 'unread', url: null, host: `${value.replaceAll(' ', '-')}.example` }, 'up sni '],
    ];
    for (const [differs, expected] of cases) {
      const { sightings } = await search(differs);
      assert.deepEqual(
        sightings.map(
          ({ where, direction, wrappings }) => `${direction} ${where} ${wrappings.join()}`,
        ),
        [expected],
      );
    }
  });

  it('have their declared codings undone, the last one first', async () => {
    const requestBody = aBody(brotliCompressSync(gzipSync(JSON.stringify({ q: value }))));
    const { sightings, gaps } = await search({
      requestHeaders: [['content-encoding', 'gzip, br']],
      requestBody,
    });
    assert.deepEqual(sightings[0]?.wrappings, ['brotli', 'gzip', 'json:$.q']);
    assert.deepEqual(gaps, []);
  });

  it('are searched as sent when the declared coding is not true', async () => {
    const { sightings, gaps } = await search({
      requestHeaders: [['Content-Encoding', 'gzip']],
      requestBody: aBody(`plain ${value}`),
    });
    assert.deepEqual(sightings[0]?.wrappings, []);
    assert.deepEqual(
      gaps.map(({ kind, why }) => [kind, why]),
      [['undecoded', 'gzip that does not open']],
    );
  });

  it('give away a value that was split over fields, array items or two requests', async () => {
    const [one, other] = [value.slice(0, 14), value.slice(14)];
    const cases: [string, string][] = [
      [JSON.stringify({ a: one, n: 1, b: other }), 'split:json:$.a + json:$.b'],
      [JSON.stringify([7, one, other]), 'split:json:$[1] + json:$[2]'],
      [`x=1&a=${encodeURIComponent(one)}&b=${encodeURIComponent(other)}`, 'split:form:a + form:b'],
    ];
    for (const [body, expected] of cases) {
      const { sightings } = await search({ requestBody: aBody(body) });
      assert.deepEqual(sightings[0]?.wrappings, [expected]);
    }
    await search({ requestBody: aBody(JSON.stringify({ seq: 1, chunk: one })), host: 'a.example' });
    await search({ requestBody: aBody('{"seq":1,"chunk":"other"}'), host: 'b.example' });
    const { sightings } = await search({
      requestBody: aBody(JSON.stringify({ seq: 2, chunk: other })),
      host: 'a.example',
    });
    assert.deepEqual(sightings[0]?.wrappings, [
      'split:json:$.chunk of the request before + json:$.chunk',
    ]);
  });

  it('give away a value that was cut over the bodies of many requests, packed first or afterwards', async () => {
    const event = JSON.stringify({ event: 'load', url: value });
    const packed = gzipSync(event);
    const hex = createHash('sha256').update(value).digest('hex');
    const halves = [event.slice(0, 30), event.slice(30)];
    const cases: [(Buffer | string)[], RegExp][] = [
      [chunksOf(Buffer.from(event), 8), /^split:request.body of \d+ requests$/],
      [chunksOf(packed, 20), /^split:request.body of .* › gzip › json:\$.url$/],
      [halves.map((half) => gzipSync(half)), /^split:gzip of the request before \+ gzip$/],
      [
        [hex.slice(0, 32), hex.slice(32)].map((half, n) => JSON.stringify({ n, half })),
        /^split:json:\$.half of the request before \+ json:\$.half › hex$/,
      ],
    ];
    for (const [n, [bodies, expected]] of cases.entries()) {
      const seen = [];
      for (const body of bodies) {
        const { sightings } = await search({ requestBody: aBody(body), host: `h${n}.example` });
        seen.push(...sightings.filter(({ form }) => /^(?:exact|sha256\(exact\))$/.test(form)));
      }
      assert.equal(seen.length, 1, bodies.join(' | '));
      assert.match(seen[0]?.wrappings.join(' › ') ?? '', expected);
    }
  });

  it('do not tell a value again in the requests that follow', async () => {
    for (const [n, text] of [
      value.slice(0, 14),
      value.slice(14),
      'and so on',
      'and on',
    ].entries()) {
      const { sightings } = await search({ requestBody: aBody(text), host: 'told.example' });
      assert.equal(sightings.length, n === 1 ? 1 : 0, text);
    }
  });

  it('give away what was cut over the labels of a name that is asked for, or that a server is called by', async () => {
    const digits = Buffer.from(value).toString('hex');
    const name = `${digits.replace(/.{30}/g, '$&.')}.t.example`;
    for (const exchange of [
      { kind: 'unread' as const, url: null, host: name, why: 'cert-rejected' },
      { url: `https://${name}/` },
    ]) {
      const { sightings } = await search(exchange);
      assert.deepEqual(sightings[0]?.wrappings, ['hex']);
    }
  });

  it('give away a value whose halves stand in two headers, or in two parameters', async () => {
    const [one, other] = [value.slice(0, 14), value.slice(14)];
    const { sightings } = await search({
      requestHeaders: [
        ['X-A', one],
        ['X-B', other],
      ],
    });
    assert.deepEqual(sightings[0]?.wrappings, ['split:request.header[x-a] + request.header[x-b]']);
    const asked = [one, other].map(encodeURIComponent);
    const query = await search({
      url: `https://h.example/?a=${asked[0] ?? ''}&b=${asked[1] ?? ''}`,
    });
    assert.deepEqual(query.sightings[0]?.wrappings, [
      'split:request.url.query[a] + request.url.query[b]',
    ]);
  });

  it('leave out a response that the tap made up', async () => {
    const { sightings } = await search({ fabricated: true, responseBody: aBody(value) });
    assert.deepEqual(sightings, []);
  });

  it('bear any text in any field without an error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), fc.uint8Array(), async (url, header, body) => {
        const { sightings } = await search({
          url,
          requestHeaders: [
            [header, url],
            ['content-encoding', header],
          ],
          requestBody: aBody(Buffer.from(body)),
        });
        assert.deepEqual(sightings, []);
      }),
      { numRuns: 100 },
    );
  });
});

function chunksOf(bytes: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}
