import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { inWords } from '../../../harness/judge/fields/classes.ts';
import { Fields } from '../../../harness/judge/fields/fields.ts';
import type { FieldTable } from '../../../harness/judge/fields/table.ts';
import { endpointOf, Templates, written } from '../../../harness/judge/fields/template.ts';
import { hashOf, Sample } from '../../../harness/judge/fields/values/sample.ts';
import { maskOf, shapeOf } from '../../../harness/judge/fields/values/shape.ts';
import { makeSearch } from '../../../harness/judge/sightings/sightings.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import type { TrialRecord } from '../../../harness/record/trial.ts';
import { aBlock, aBody, anExchange, aTrial } from '../../builders.ts';
import { uuidOf } from '../compare/records.ts';

async function tableOf(
  trials: readonly TrialRecord[],
  sent: (trial: TrialRecord) => Exchange[],
): Promise<FieldTable> {
  const fields = new Fields([aBlock()], trials, () => false);
  const search = makeSearch<never>([], { fields: true });
  for (const trial of trials) {
    for (const [line, exchange] of sent(trial).entries()) {
      const searched = await search.exchange(exchange, (body) =>
        'base64' in body ? Buffer.from(body.base64, 'base64') : null,
      );
      fields.note(trial, { exchange, line: line + 1, ...searched });
    }
  }
  return fields.table();
}

const trialsOf = (count: number): TrialRecord[] =>
  Array.from({ length: count }, (_, i) =>
    aTrial({ id: `phone-0${i + 1}`, replicate: i + 1, planted: {} }),
  );

function post(body: string, differs: Partial<Exchange> = {}): Exchange {
  return anExchange({ method: 'POST', requestBody: aBody(body), ...differs });
}

describe('a field that a server named', () => {
  it('is an echo, with the response in which the server said it first', async () => {
    const sid = ({ id }: TrialRecord): string => uuidOf('sid', id);
    const table = await tableOf(trialsOf(3), (trial) => [
      anExchange({
        url: 'https://collector.example/key',
        responseBody: aBody(JSON.stringify({ data: { sid: sid(trial) } })),
      }),
      ...[1, 2].map((at) =>
        post(JSON.stringify({ sid: sid(trial), own: uuidOf('own', trial.id) }), { at: 5_000 + at }),
      ),
    ]);
    const fields = table.blocks[0]?.fields ?? [];
    const [named, own] = ['$.sid', '$.own'].map((field) =>
      fields.find((one) => one.field === field),
    );
    assert.ok(named && own);
    assert.equal(
      inWords(named),
      "echo of a server's value, per-session or per-install: undetermined",
    );
    assert.equal(named.origin, 'GET collector.example/key, response $.data.sid');
    assert.equal(inWords(own), 'per-session or per-install: undetermined');
    assert.equal(own.origin, null);
  });

  it('is none where the phone said the value first and the server only repeats it', async () => {
    const id = ({ id: trial }: TrialRecord): string => uuidOf('id', trial);
    const table = await tableOf(trialsOf(3), (trial) =>
      [1, 2, 3].map((at) =>
        post(JSON.stringify({ id: id(trial) }), {
          at: 5_000 + at,
          responseBody: aBody(JSON.stringify({ ok: id(trial) })),
        }),
      ),
    );
    assert.deepEqual(
      table.blocks[0]?.fields.filter(({ echo }) => echo),
      [],
    );
  });
});

describe('identifiers that one event joins', () => {
  /** As the SDK of 2020 sends it when somebody signs in (sa-sdk-android 3.2.10, `login`). */
  const signUp = (trial: TrialRecord): string =>
    `gzip=1&data_list=${encodeURIComponent(
      gzipSync(
        JSON.stringify([
          {
            type: 'track',
            event: 'page_load_event_start',
            distinct_id: uuidOf('anonymous', trial.id),
          },
          {
            type: 'track_signup',
            event: '$SignUp',
            distinct_id: '6214559370',
            original_id: uuidOf('anonymous', trial.id),
          },
        ]),
      ).toString('base64'),
    )}`;

  it('are told for $SignUp: the anonymous id and the account that it belongs to', async () => {
    const table = await tableOf(trialsOf(3), (trial) =>
      [1, 2].map((at) => post(signUp(trial), { at: 5_000 + at })),
    );
    assert.deepEqual(
      table.blocks[0]?.links.map(({ fields, events, first }) => [
        fields.map(({ field }) => field).sort(),
        events,
        first,
      ]),
      [
        [
          ['data_list.$[].distinct_id', 'data_list.$[].original_id'],
          6,
          { trial: 'phone-01', line: 1 },
        ],
      ],
    );
  });

  it('are not told where two events of one request carry one each', async () => {
    const table = await tableOf(trialsOf(3), ({ id }) =>
      [1, 2].map((at) =>
        post(JSON.stringify([{ imei: '860000000000000' }, { uuid: uuidOf('a', id) }]), {
          at: 5_000 + at,
        }),
      ),
    );
    assert.deepEqual(table.blocks[0]?.links, []);
  });
});

describe('the format of mistat v2', () => {
  it('gives its fields by name, sealed ones too: the device id beside the page that was opened', async () => {
    const table = await tableOf(trialsOf(2), () =>
      [1, 2].map((at) => post(MISTAT, { at: 5_000 + at })),
    );
    const row = (field: string) => table.blocks[0]?.fields.find((one) => one.field === field);
    const id = row('device_id');
    assert.ok(id);
    assert.deepEqual(
      [inWords(id), id.shape, id.lasting],
      ['constant or hardware: undetermined', 'hex', true],
    );
    assert.equal(row('stat_value.$[].content[].values[].params.url')?.shape, 'url');
    assert.equal(row('stat_value.$[].content[].category')?.requests, 4);
  });
});

/** A complete body as the published SDK code makes it: the key is derived from fields that stand beside what it seals. */
const MISTAT =
  'app_id=2882303761500000001&app_key=5600000000001&bc=S&channel=mistats_default&client_config=0&device_id=C1B9E1' +
  'C651C7AAAB09204DC1875765EC&id_type=2&interval=0&mistatv=5&network=WIFI&policy=0&sdk_version=2.1.0&sign=9a99b10' +
  '97cbda649fd47c2e95e3598b1&size=3&stat_value=5515160ab75fa09292b7f63ca54fe5f83d67697036f575198154f7a6f245ab2577' +
  '18d4b16f2ffaf3827154be01b440190b3d537beae827108546830979532bc0ac9cbb20f5e3b2d8dc18d3d5240ee57a01720d43c6b18e50' +
  '395a5a98b22f1e2326761690a0aaeb21499ab02411831a65ff4407d62ab14a27d7e6fd245201afc64c75ae7cf53ac5e1b7de090b9b6ef1' +
  '3cd2571a2031231477a6a7c03a87b6c8dde01020def6813a160731f8f25d603602bb686eb39ee5b6bb48dc1e1bf03d0b1d2d5c030dfa42' +
  'c9add24847d380e70a683c432e264062bb5e593a109c64203814878ff520cee20fe92d704f405fc68cf920706a96baf535e3f4e6a55700' +
  '9c37b97650d970d7af4fd63c71a49af6420f37ec73ab3fa5363151cae5bc36d75d62281382ef3754a3ac82e931c7049824ae342bcd3733' +
  '31f031756ed7e1e835b5436c0ad7fc88f2d29c6e0d0af4d7874c7707833b1f05c3579b5f5b948caa9e7c448b9fba3897ead78b89507692' +
  '2a05b05a3d1b167589dd8109b1116ac51b6c2461d9c42535f4351f10fc3afdafedd9a36e3a383e17840a2719f7eee8bc608a903cab&ver' +
  'sion=3.4.0';

describe('endpoint templates', () => {
  const settled = (paths: readonly string[], signature = 1): string[] => {
    const templates = new Templates();
    const endpoints = paths.map((path) =>
      endpointOf({ method: 'GET', host: 'h', url: `https://h${path}` }),
    );
    for (const endpoint of endpoints) templates.note(endpoint, signature);
    return endpoints.map((endpoint) => written(templates.settled(endpoint)));
  };

  it('mask what names one thing among many by its shape', () => {
    assert.deepEqual(
      [
        '42',
        '3f1d2c58-7a0b-4f0e-9f3a-5b8d0c1e2a77',
        '9774d56d682e549c',
        '2026-11-25',
        '10.0.0.1',
        '3.4.3',
        'a@b.example',
      ].map(maskOf),
      ['{number}', '{uuid}', '{hex}', '{date}', '{address}', '{version}', '{e-mail}'],
    );
    assert.deepEqual(['v4', 'track', 'getSplashScreenAds', 'facade', 'Android.conf'].map(maskOf), [
      null,
      null,
      null,
      null,
      null,
    ]);
    assert.deepEqual(settled(['/u/42/x?y=1#z', '/track/v4', '']), [
      'GET h/u/{number}/x',
      'GET h/track/v4',
      'GET h',
    ]);
  });

  it('learn a part that is another one each time, and keep words apart', () => {
    const slugs = ['/p/x7q-kz9w', '/p/b3t-mm2r', '/p/zz8-q1pl', '/p/k4k-vv0d'];
    assert.deepEqual(new Set(settled(slugs)), new Set(['GET h/p/{…}']));
    const words = ['/v1/login', '/v1/search', '/v1/config'];
    assert.deepEqual(
      settled(words),
      words.map((path) => `GET h${path}`),
    );
  });

  it('keep apart what carries other fields, however often its name changes', () => {
    const templates = new Templates();
    const paths = ['/p/x7q-kz9w', '/p/b3t-mm2r', '/p/zz8-q1pl'];
    const endpoints = paths.map((path) =>
      endpointOf({ method: 'GET', host: 'h', url: `https://h${path}` }),
    );
    for (const [i, endpoint] of endpoints.entries()) templates.note(endpoint, i);
    assert.deepEqual(
      endpoints.map((endpoint) => written(templates.settled(endpoint))),
      paths.map((path) => `GET h${path}`),
    );
  });

  it('put the host and path of a canary under one name, so that trials can be compared', async () => {
    const table = await tableOf(trialsOf(3), (trial) => {
      const path = new URL(trial.canaries[0]?.value ?? '').pathname;
      return [anExchange({ url: `https://collector.example/seen${path}` })];
    });
    const endpoints = table.blocks[0]?.present.filter(({ kind }) => kind === 'endpoint') ?? [];
    assert.deepEqual(
      endpoints.map(({ what, lines }) => [what, [...lines]]),
      [['GET collector.example/seen/{canary}', [1, 1, 1]]],
    );
  });

  it('never grow without bound, and never lose a request', () => {
    fc.assert(
      fc.property(fc.array(fc.webPath(), { minLength: 1, maxLength: 300 }), (paths) => {
        const templates = new Templates();
        const endpoints = paths.map((url) =>
          endpointOf({ method: 'GET', host: 'h', url: `https://h${url}` }),
        );
        for (const endpoint of endpoints) templates.note(endpoint, 0);
        const known = new Set(endpoints.map((endpoint) => written(templates.settled(endpoint))));
        assert.ok(known.size <= new Set(paths).size);
        for (const endpoint of endpoints) {
          const once = templates.settled(endpoint);
          assert.deepEqual(templates.settled(once), once);
        }
      }),
    );
  });
});

describe('the sample of a field’s values', () => {
  const moment = (request: number) => ({ climbed: [], request, at: null });

  it('knows of every value it holds in how many requests it was, out of ten thousand', () => {
    const sample = new Sample(64);
    const requests = new Map<number, number>();
    for (let i = 0; i < 20_000; i++) {
      // Every third value comes again ten thousand requests later.
      const hash = hashOf(i >= 10_000 && i % 3 === 0 ? `v${i - 10_000}` : `v${i}`);
      requests.set(hash, (requests.get(hash) ?? 0) + 1);
      sample.note(hash, moment(i), () => false);
    }
    assert.equal(sample.size, 64);
    assert.ok(!sample.isWhole);
    const hashes = [...sample.hashes];
    const held = [...sample.all].map((one, i) => [one.requests, requests.get(hashes[i] ?? 0)]);
    assert.ok(held.every(([own, truth]) => own === truth));
    assert.ok(held.some(([own]) => own === 2));
  });

  it('does not depend on whether two halves were heard apart', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 400 }), fc.nat(400), (values, cut) => {
        const [one, first, second] = [new Sample(16), new Sample(16), new Sample(16)];
        for (const [i, value] of values.entries()) {
          const hash = hashOf(`v${value}`);
          one.note(hash, moment(i), () => false);
          (i < cut ? first : second).note(hash, moment(i), () => false);
        }
        first.join(second);
        const counts = (sample: Sample): [number, number][] =>
          [...sample.hashes]
            .map((hash, i): [number, number] => [hash, [...sample.all][i]?.requests ?? 0])
            .sort(([a], [b]) => a - b);
        assert.deepEqual(counts(first), counts(one));
      }),
    );
  });
});

describe('the shape of a value', () => {
  it('is told for hostile ones too, and takes no longer for them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 256 }), (value) => {
        assert.ok(shapeOf(value).length > 0);
      }),
    );
    for (const unit of ['0', 'a', '1.', ':', '-', 'a@', '%2'])
      assert.ok(shapeOf(unit.repeat(128)).length > 0);
  });
});
