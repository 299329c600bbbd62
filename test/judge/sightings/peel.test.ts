import { spawnChild } from '../../../harness/lib/children.ts';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import fc from 'fast-check';
import type { Canary } from '../../../harness/canary.ts';
import { mint } from '../../../harness/canary.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import { formsOf } from '../../../harness/judge/sightings/forms.ts';
import type { Spotter } from '../../../harness/judge/sightings/spot.ts';
import { makeSpotter } from '../../../harness/judge/sightings/spot.ts';
import { FULL_BUDGET, Purse } from '../../../harness/judge/sightings/tree/budget.ts';
import { Peeler } from '../../../harness/judge/sightings/tree/peel.ts';
import type { Peeling } from '../../../harness/judge/sightings/tree/outcome/reading.ts';
import { xor } from '../../../harness/judge/sightings/wrappings/rows/sealed/xor.ts';
import { Value } from '../../../harness/judge/sightings/wrappings/value.ts';
import { mayBeDeflate } from '../../../harness/judge/sightings/wrappings/rows/packed/first-block.ts';

const CANARY: Canary = { name: 'page', mold: 'page', value: 'https://example.org/canary-7f3a' };
const [PAGE, WORDS] = mint(
  { page: 'page', words: 'words' },
  { run: 'run', seed: 'seed', trial: 'trial' },
);
assert.ok(PAGE && WORDS);

const SPOTTERS = new Map<Canary, Spotter<Canary>>();

function search(bytes: Buffer | string, canary = CANARY, budget = FULL_BUDGET): Peeling<Canary> {
  let spot = SPOTTERS.get(canary);
  if (!spot) {
    spot = makeSpotter(formsOf(canary).map((form) => ({ owner: canary, form })));
    SPOTTERS.set(canary, spot);
  }
  return new Peeler(spot).peel(Buffer.from(bytes), new Purse(budget));
}

/** What was found, as "wrapping › wrapping: form". */
function found(bytes: Buffer | string, canary = CANARY): string[] {
  return search(bytes, canary).found.map(
    ({ needle, wrappings }) => `${wrappings.join(' › ')}: ${needle.form.name}`,
  );
}

/** A published body of the analytics SDK of 2020: 218 bytes, not made by any encoder of ours. */
const PUBLISHED =
  'crc=1515946546&gzip=1&data_list=H4sIAAAAAAAAAx3IWwqDMBAF0L3c77SJWKlkK7WEwY4PGk2YjKUi7r3Q83keB3TPDA8V6t8w4A%2BvCo9MI4eY6BX%2BE4qSKAyypMyiMxf4A5tEeEyqufjOdpa%2FtOTI1yRjZ3taSfbLfagJp0EY4lamoPPC8FXTtnXlblXjnDufP7yExNeIAAAA';

/** A body of mistat v2, sealed under a key that stands beside it; made by openssl from the formulas of the SDK. */
const MISTAT =
  'app_id=2882303761500000001&app_key=5600000000001&bc=S&channel=mistats_default&client_config=0&device_id=C1B9E1C651C7AAAB09204DC1875765EC&id_type=2&interval=0&mistatv=5&network=WIFI&policy=0&sdk_version=2.1.0&sign=9a99b1097cbda649fd47c2e95e3598b1&size=3&stat_value=5515160ab75fa09292b7f63ca54fe5f83d67697036f575198154f7a6f245ab257718d4b16f2ffaf3827154be01b440190b3d537beae827108546830979532bc0ac9cbb20f5e3b2d8dc18d3d5240ee57a01720d43c6b18e50395a5a98b22f1e2326761690a0aaeb21499ab02411831a65ff4407d62ab14a27d7e6fd245201afc64c75ae7cf53ac5e1b7de090b9b6ef13cd2571a2031231477a6a7c03a87b6c8dde01020def6813a160731f8f25d603602bb686eb39ee5b6bb48dc1e1bf03d0b1d2d5c030dfa42c9add24847d380e70a683c432e264062bb5e593a109c64203814878ff520cee20fe92d704f405fc68cf920706a96baf535e3f4e6a557009c37b97650d970d7af4fd63c71a49af6420f37ec73ab3fa5363151cae5bc36d75d62281382ef3754a3ac82e931c7049824ae342bcd373331f031756ed7e1e835b5436c0ad7fc88f2d29c6e0d0af4d7874c7707833b1f05c3579b5f5b948caa9e7c448b9fba3897ead78b895076922a05b05a3d1b167589dd8109b1116ac51b6c2461d9c42535f4351f10fc3afdafedd9a36e3a383e17840a2719f7eee8bc608a903cab&version=3.4.0';

const BOMB =
  'z///fwAkAOKxQHLv//n//w+ABEAcFoDu/T////8BkACIwwLQvf/n//8/ABIAcVgAuvf//P//B0ACIA4LQPf+n////w' +
  'BIAMRhAeje//P//x8ACYA4LADd+3/+//8DIAEQhwWge//P//9/ACQA4rAAdO//+f//D4AEQBwWgO79P////wGQAIjD' +
  'AtC9/+f//z8AEgBxWAC69//8//8HQAIgDgtA9/6f////AEgAxGEB6N7/8///HwAJgDgsAN37f/7//wMgARCHBaB7/8' +
  '///38AJADisAB07//5//8PgARAHBaA7v0/////AZAAiMMC0L3/5///PwASAHFYALr3//z//wdAAiAOC0D3/p////8A' +
  'SADEYQHo3v/z//8fAAmAOCwA3ft//v//AyABEIcFoHv/z///fwAkAOKwAHTv//n//w+ABEAcFoDu/T////8BkACIww' +
  'LQvf/n//8/ABIAcVgAuvf//P//B0ACIA4LQPf+n////wBIAMRhAeje//P//x8ACYA4LADd+3/+//8DIAEQhwWge/8/';

describe('peeling', () => {
  it('opens the published 218-byte body of the collector SDK to the visited page', async () => {
    assert.equal(PUBLISHED.length, 218);
    const { found: sightings, gaps } = search(PUBLISHED);
    assert.deepEqual(
      sightings.map(({ needle, wrappings }) => [needle.form.name, wrappings]),
      [['exact', ['form:data_list', 'base64', 'gzip', 'json:$[0].properties.url']]],
    );
    assert.deepEqual(gaps, []);
  });

  it('opens what mistat seals under a key that stands in the same form', () => {
    assert.deepEqual(found(MISTAT), [
      'form:stat_value › hex › aes-128-cbc (mistat v2) › json:$[0].content[2].values[0].params.url: exact',
    ]);
  });

  it('shows the canary in its surroundings at each layer, from the outside in', () => {
    const inner = JSON.stringify({ time: 1, url: CANARY.value });
    const body = `v=1&d=${Buffer.from(inner).toString('base64')}&end=`;
    const [sighting] = search(body).found;
    assert.deepEqual(
      sighting?.layers.map(({ wrapping, excerpt }) => [wrapping, excerpt.found]),
      [
        [null, Buffer.from(inner).toString('base64')],
        ['form:d', Buffer.from(inner).toString('base64')],
        ['base64', CANARY.value],
        ['json:$.url', CANARY.value],
      ],
    );
    assert.equal(sighting.layers[2]?.excerpt.before, '{"time":1,"url":"');
  });

  it('opens what the SDK for Node packs, an encoder that is not ours', async () => {
    const bodies: Buffer[] = [];
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk));
      request.on('end', () => {
        response.end('ok');
        server.emit('posted');
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const posted = once(server, 'posted');
    // In a process of its own: the SDK keeps the first address it was ever given.
    const script = `import sdk from 'sa-sdk-node'; const sensors = new sdk();
      sensors.submitTo({ url: 'http://127.0.0.1:${address.port}/sa', gzip: true, mode: 'track' });
      sensors.track('someone', 'page_load', { url: '${CANARY.value}' });`;
    await using sender = await spawnChild(process.execPath, ['--input-type=module', '-e', script]);
    assert.ok(sender.pid > 0);
    await posted;
    server.closeAllConnections();
    server.close();
    assert.deepEqual(found(Buffer.concat(bodies)), [
      'form:data_list › base64 › gzip › json:$[0].properties.url: exact',
    ]);
  });

  it('opens what gzip, base64 and zstd of this system pack', () => {
    const run = (command: string, args: string[], input: Buffer): Buffer =>
      execFileSync(command, args, { input });
    const plain = Buffer.from(`visited ${CANARY.value} today`);
    assert.deepEqual(found(run('gzip', ['-c'], plain)), ['gzip: exact']);
    const wrapped = run('base64', ['-w', '76'], run('gzip', ['-c'], Buffer.concat([plain, plain])));
    assert.deepEqual(found(wrapped), ['base64 › gzip: exact']);
  });

  it('names the digests that openssl makes', async () => {
    for (const algorithm of ['md5', 'sha1', 'sha256']) {
      const printed = execFileSync('openssl', ['dgst', `-${algorithm}`, '-r'], {
        input: CANARY.value.toUpperCase(),
      });
      const digest = printed.toString().split(' ')[0] ?? '';
      assert.deepEqual(found(`{"id":"${digest}"}`), [`json:$.id › hex: ${algorithm}(upper)`]);
      const base64 = Buffer.from(digest, 'hex').toString('base64');
      assert.deepEqual(found(`h ${base64.replace(/=+$/, '')}!`), [`base64: ${algorithm}(upper)`]);
    }
  });

  it('reads JSON with escapes, in strings, cut off, repeated, guarded and called', async () => {
    const url = CANARY.value.replaceAll('/', '\\/');
    const cases: [string, string][] = [
      [`{"a":[1,{"u":"${url}"}]}`, 'json:$.a[1].u: exact'],
      [`{"a":"\\u0068ttps:\\/\\/example.org\\/canary-7f3a"}`, 'json:$.a: exact'],
      [JSON.stringify({ a: JSON.stringify({ b: CANARY.value }) }), 'json:$.a › json:$.b: exact'],
      [`{"a":"${url}","a":"overwritten later"}`, 'json:$.a: exact'],
      [`[{"a":"${url}","b":"cut o`, 'json:$[0].a: exact'],
      [`{"n":1}\n{"a":"${url}"}`, 'json:$(2).a: exact'],
      [`)]}',\n{"a":"${url}"}`, 'json:$.a: exact'],
      [`callback({"a":"${url}"});`, 'json:$.a: exact'],
      [`{"${url}":1}`, 'json:$: exact'],
      [`log: "u":"${url}" done`, 'escapes: exact'],
    ];
    for (const [text, expected] of cases) assert.deepEqual(found(text), [expected], text);
  });

  it('reads forms and percent-encoding, once and twice, with a plus for a space or for itself', async () => {
    const { value } = WORDS;
    const plus = value.replaceAll(' ', '+');
    assert.deepEqual(found(`q=${plus}&x=1`, WORDS), ['form:q: exact']);
    const twice = encodeURIComponent(encodeURIComponent(value));
    assert.deepEqual(found(twice, WORDS), ['percent › percent: exact']);
    const careless = gzipSync(CANARY.value, { level: 0 }).toString('base64');
    assert.deepEqual(found(`data=${careless}&v=1`), ['form:data › base64 › gzip: exact']);
  });

  it('finds partial disclosures and says which', async () => {
    const segment = PAGE.value.split('/').at(-1) ?? '';
    assert.deepEqual(found(`/go/${segment}`, PAGE), ['path:1: path']);
    assert.deepEqual(found(`/go/${segment.slice(0, 12)}…`, PAGE), ['path:1: prefix']);
    assert.deepEqual(found(PAGE.value.toUpperCase(), PAGE), [': upper']);
    assert.deepEqual(found(WORDS.value.replaceAll(' ', '-'), WORDS), [': joined']);
    assert.deepEqual(found(WORDS.value.split(' ').slice(0, 3).join(' '), WORDS), [': prefix']);
  });

  it('finds base64 that begins in the middle of a run', async () => {
    const encoded = Buffer.from(`{"u":"${CANARY.value}"}`).toString('base64');
    for (const lead of ['/v1/track/', 'a', 'ab', 'abc']) {
      const [first] = found(`GET ${lead}${encoded} HTTP`);
      assert.equal(first, 'base64 › json:$.u: exact', lead);
    }
  });

  it('keeps the prefix of a stream that is cut off, and says so', async () => {
    // Longer than one zstd block: half a block cannot be opened.
    const text = `${CANARY.value} ${seeded('filler').bytes(110_000).toString('base64')}`;
    for (const [name, pack] of [
      ['gzip', gzipSync],
      ['zlib', deflateSync],
      ['zstd', zstdCompressSync],
    ] as const) {
      const packed = pack(text);
      const { found: sightings, gaps } = search(packed.subarray(0, packed.length - 20));
      const kinds = new Set(gaps.map(({ kind }) => kind));
      assert.ok(kinds.has('truncated'), name);
      if (name !== 'zstd')
        assert.deepEqual(
          sightings.map(({ wrappings }) => wrappings[0]),
          [name],
        );
    }
  });

  it('stops a bomb at its cap and calls it truncated', async () => {
    for (const [name, bomb] of [
      ['gzip', gzipSync(Buffer.alloc(64 * 2 ** 20))],
      ['zlib', deflateSync(Buffer.alloc(64 * 2 ** 20))],
    ] as const) {
      const { gaps } = search(bomb);
      assert.match(gaps[0]?.why ?? '', new RegExp(`^${name} opens to more than \\d+ bytes$`));
    }
  });

  it('stops 512 MiB packed into a kilobyte by brotli', async () => {
    const { declared } = await import('../../../harness/judge/sightings/wrappings/compressed.ts');
    // 512 MiB of zero bytes, as `brotli --lgwin=24 -q 9` packs them.
    const bomb = Buffer.from(BOMB, 'base64');
    assert.equal(bomb.length, 405);
    const what = declared('br', bomb, 2 ** 20);
    assert.equal(what?.parts[0]?.bytes.length, 2 ** 20);
    assert.ok(what.rest !== null);
    assert.equal(what.rest(2 ** 10).parts[0]?.bytes.length, 2 ** 10);
  }).timeout(30_000);

  it('calls nesting beyond its depth and more values than its budget truncated', async () => {
    let nested = Buffer.from(CANARY.value);
    for (let i = 0; i < 9; i++) nested = gzipSync(nested);
    assert.deepEqual(
      search(nested).gaps.map(({ why }) => why),
      ['deeper than 8 wrappings'],
    );
    const many = JSON.stringify(Array.from({ length: 100 }, (_, i) => `value%20number%20${i}`));
    const { gaps } = search(many, CANARY, { ...FULL_BUDGET, nodes: 50 });
    assert.deepEqual(
      [gaps[0]?.kind, gaps[0]?.why],
      ['truncated', 'more than 50 values inside one another'],
    );
  });

  it('calls what looks like chance opaque, also in base64, hex and the middle of something else', async () => {
    const random = seeded('opaque').bytes(96);
    for (const bytes of [
      random,
      Buffer.from(random.toString('base64')),
      Buffer.from(random.toString('hex')),
      Buffer.from(`key=1&ekey=${encodeURIComponent(random.toString('base64'))}`),
      Buffer.from(JSON.stringify({ payloads: [random.toString('base64url')] })),
      Buffer.concat([Buffer.from('header '.repeat(64)), seeded('more').bytes(1024)]),
    ]) {
      const { gaps } = search(bytes);
      assert.deepEqual(
        [...new Set(gaps.map(({ kind }) => kind))],
        ['opaque'],
        bytes.toString('latin1'),
      );
    }
  });

  it('says of an image that it was not opened', async () => {
    const { gaps } = search(
      Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), seeded('p').bytes(200)]),
    );
    assert.deepEqual(gaps, [{ kind: 'undecoded', why: 'a PNG image', wrappings: [], bytes: 208 }]);
  });

  it('has nothing to say against the plain text of requests', async () => {
    for (const text of [
      'Mozilla/5.0 (Linux; U; Android 9; fr-fr; Redmi Note 8 Build/PKQ1.190616.001) AppleWebKit/537.36',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8',
      '/a/very/long/path/of/words/that/nobody/would/call/opaque/because/it/reads/aloud.html',
      'com.sensorsdata.analytics.android.sdk.SensorsDataAPI##trackEvent##SensorsDataAPI.java##3054',
      '{"time":1588310400000,"distinct_id":"3f1d2c58-7a0b-4f0e-9f3a-5b8d0c1e2a77","$wifi":true}',
    ]) {
      assert.deepEqual(search(text).gaps, [], text);
    }
  });
});

describe('a list of more values than are looked into', () => {
  const many = Buffer.from(
    JSON.stringify(
      Array.from({ length: 100 }, (_, n) => Buffer.from(`number ${n}!`).toString('hex')),
    ),
  );
  const budget = { ...FULL_BUDGET, nodes: 50 };
  const told = [['truncated', 'more than 50 values inside one another']];

  it('is one gap, and the same one when it comes again', () => {
    const peeler = new Peeler(makeSpotter([]));
    for (let turn = 0; turn < 2; turn++) {
      const { gaps } = peeler.peel(many, new Purse(budget));
      assert.deepEqual(
        gaps.map(({ kind, why }) => [kind, why]),
        told,
      );
    }
    assert.deepEqual(peeler.peel(many, new Purse(FULL_BUDGET)).gaps, []);
  });
});

describe('peeling any bytes', () => {
  const coats: [string, (inner: Buffer) => Buffer][] = [
    ['gzip', (inner) => gzipSync(inner)],
    ['zlib', (inner) => deflateSync(inner)],
    ['zstd', (inner) => zstdCompressSync(inner)],
    ['base64', (inner) => Buffer.from(inner.toString('base64'))],
    ['base64, unpadded', (inner) => Buffer.from(inner.toString('base64').replace(/=+$/, ''))],
    ['base64url', (inner) => Buffer.from(inner.toString('base64url'))],
    ['hex', (inner) => Buffer.from(inner.toString('hex'))],
    ['percent', (inner) => Buffer.from(escaped(inner))],
    ['form', (inner) => Buffer.from(`v=1&payload=${escaped(inner)}&end=`)],
    [
      'json',
      (inner) => Buffer.from(JSON.stringify([{ n: 1, value: inner.toString('latin1') }]), 'latin1'),
    ],
  ];

  /** Every byte that is not a letter or digit, as a browser or SDK may escape it. */
  function escaped(bytes: Buffer): string {
    return [...bytes]
      .map((byte) => {
        const character = String.fromCharCode(byte);
        return /[A-Za-z0-9_.~-]/.test(character)
          ? character
          : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
      })
      .join('');
  }

  it('lets no chance opening of percent signs stand before what they say', () => {
    const words: Canary = { name: 'words', mold: 'words', value: 'lahubi tivini vimupi piruze' };
    // Escaped twice, this reads as base85 that opens to the beginning of an lz-string.
    const inner = gzipSync(Buffer.from(` ${words.value} and so on`));
    const twice = escaped(Buffer.from(escaped(inner)));
    assert.deepEqual(found(gzipSync(twice), words), ['gzip › percent › percent › gzip: exact']);
  });

  it('takes no text for masked that is more like text as it is', () => {
    // A path of Chromium's: under "https://" as a key of eight letters the rest stays printable.
    for (const text of ['/ac/?q=https%3A%2F%2Fvi&type=list', '/ac/?q=h&type=list']) {
      const value = new Value(Buffer.from(text), '');
      assert.deepEqual(xor.recognise(value) ? xor.open(value, 1e6).parts : [], []);
    }
  });

  it('finds a planted canary under any chain of up to five wrappings', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: coats.length - 1 }), { minLength: 0, maxLength: 5 }),
        fc.constantFrom(PAGE, WORDS),
        fc.string({ maxLength: 40 }),
        async (chain, canary, before) => {
          const plain = Buffer.from(`${before} ${canary.value} and so on`);
          const dressed = chain.reduce<Buffer>(
            (inner, which) => coats[which]?.[1](inner) ?? inner,
            plain,
          );
          const { found: sightings } = search(dressed, canary);
          assert.deepEqual(
            [...new Set(sightings.map(({ needle }) => needle.form.name))],
            ['exact'],
            chain.map((which) => coats[which]?.[0]).join(' ← '),
          );
        },
      ),
      { numRuns: 150 },
    );
  }).timeout(60_000);

  it('never throws on them, and never sees a canary that is not there', async () => {
    const magic = [
      [0x1f, 0x8b, 8, 0],
      [0x78, 0x9c],
      [0x28, 0xb5, 0x2f, 0xfd],
      [...Buffer.from('{"a":')],
      [...Buffer.from('a=1&b=')],
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<number[]>([], ...magic),
        fc.uint8Array({ maxLength: 600 }),
        async (head, tail) => {
          const { found: sightings } = search(Buffer.from([...head, ...tail]), PAGE);
          assert.deepEqual(sightings, []);
        },
      ),
      { numRuns: 300 },
    );
  }).timeout(60_000);

  it('never throws on text that is nearly JSON or nearly a form', async () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      '\\u00',
      'a',
      '1',
      '=',
      '&',
      '%4',
      '+',
      ' ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 80 }), async (text) => {
        assert.deepEqual(search(text.join(''), WORDS).found, []);
      }),
      { numRuns: 300 },
    );
  });

  it('opens brotli that is declared or that opens to its end', async () => {
    const { declared } = await import('../../../harness/judge/sightings/wrappings/compressed.ts');
    const packed = brotliCompressSync(
      `some text before ${CANARY.value} and some after it, and again`,
    );
    const what = declared('br', packed, 2 ** 20);
    assert.deepEqual(found(what?.parts[0]?.bytes ?? ''), [': exact']);
    assert.deepEqual(found(packed), ['brotli: exact']);
  });
});

describe('the gate before bare deflate', () => {
  it('lets through whatever zlib packs, by any strategy and at any level, text or chance', () => {
    const content = fc.oneof(
      fc.uint8Array({ minLength: 8, maxLength: 600 }),
      fc.string({ minLength: 16 }),
    );
    const strategy = fc.constantFrom(
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_FIXED,
      constants.Z_HUFFMAN_ONLY,
      constants.Z_RLE,
    );
    fc.assert(
      fc.property(content, strategy, fc.integer({ min: 0, max: 9 }), (bytes, how, level) => {
        const packed = deflateRawSync(Buffer.from(bytes), { strategy: how, level });
        // Shorter dynamic blocks are made by nobody.
        const type = ((packed[0] ?? 0) >> 1) & 3;
        return (type === 2 && packed.length < 24) || mayBeDeflate(packed);
      }),
      { numRuns: 500 },
    );
  });
});
