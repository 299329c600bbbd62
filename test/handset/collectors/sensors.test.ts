import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import SensorsAnalytics from 'sa-sdk-node';
import { javaHash } from '../../../harness/handset/collectors/disclose.ts';
import { bytesOf, wrapped } from '../../../harness/handset/collectors/encode/chain.ts';
import type { Json } from '../../../harness/handset/collectors/rules/rules.ts';
import { loadRom } from '../../../harness/handset/roms/load.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import { eventsOf } from './pretend.ts';

const PUBLISHED =
  'crc=1515946546&gzip=1&data_list=H4sIAAAAAAAAAx3IWwqDMBAF0L3c77SJWKlkK7WEwY4PGk2YjKUi7r3Q83keB3TPDA8V6t8w4A%2BvCo9MI4eY6BX%2BE4qSKAyypMyiMxf4A5tEeEyqufjOdpa%2FtOTI1yRjZ3taSfbLfagJp0EY4lamoPPC8FXTtnXlblXjnDufP7yExNeIAAAA';
const EVENT = {
  type: 'track',
  event: 'page_load_event_start',
  properties: { url: 'https://example.org/canary-7f3a' },
};

describe('Sensors Analytics, the format of 2020', () => {
  it('hashes as Java does, by values that others have published', () => {
    assert.equal(javaHash('abc'), 96354);
    assert.equal(javaHash('Aa'), 2112);
    assert.equal(javaHash('BB'), 2112);
    assert.equal(javaHash(''), 0);
    // Known for being the least int: the sign must come out.
    assert.equal(javaHash('polygenelubricants'), -2147483648);
    const list = new URLSearchParams(PUBLISHED).get('data_list') ?? '';
    assert.equal(javaHash(list), 1515946546);
  });

  it('wraps the text of a complete published request', async () => {
    const body = await bodyOf([EVENT], 1588310415000);
    assert.deepEqual(
      [...new URLSearchParams(body).keys()],
      [...new URLSearchParams(PUBLISHED).keys()],
    );
    assert.equal(jsonIn(body), jsonIn(PUBLISHED));
    assert.equal(
      jsonIn(body),
      '[{"type":"track","event":"page_load_event_start","properties":{"url":"https:\\/\\/example.org\\/canary-7f3a"},"_flush_time":1588310415000}]',
    );
  });

  it('escapes what a form must escape, and no more', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => ({ at, noise: javaHash(String(at)) }));
    const body = await bodyOf(rows, 1);
    assert.match(body, /^crc=-?\d+&gzip=1&data_list=(?:[A-Za-z0-9]|%2B|%2F|%3D)+$/);
    const form = new URLSearchParams(body);
    assert.equal(form.get('crc'), String(javaHash(form.get('data_list') ?? '')));
  });

  it('brings any event back whole, whatever stands in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.string()), { minLength: 1 }),
        async (events) => {
          const rows = events.map((properties) => ({ type: 'track', properties }));
          const read = eventsOf(Buffer.from(await bodyOf(rows, 7)));
          assert.deepEqual(
            read.map((event) => JSON.stringify(event)),
            rows.map((row) => JSON.stringify({ ...row, _flush_time: 7 })),
          );
        },
      ),
    );
  });

  it('reads like what the maker of the format sends from Node', async () => {
    const bodies: Buffer[] = [];
    const server = createServer((request, response) => {
      void Array.fromAsync(request).then((chunks) => {
        bodies.push(Buffer.concat(chunks.filter((chunk) => Buffer.isBuffer(chunk))));
        response.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const sa = new SensorsAnalytics();
    sa.submitTo({ url: `http://127.0.0.1:${String(port)}/sa`, gzip: true, mode: 'track' });
    const answered = once(server, 'request');
    sa.track('3f1d2c58', 'page_load_event_start', { url: EVENT.properties.url });
    await answered;
    server.close();
    server.closeIdleConnections();
    await once(server, 'close');

    const [theirs] = eventsOf(bodies[0] ?? Buffer.alloc(0));
    const [ours] = eventsOf(Buffer.from(await bodyOf([EVENT], 1)));
    assert.equal(theirs?.['type'], ours?.['type']);
    assert.equal(theirs?.['event'], ours?.['event']);
    assert.equal(
      new Map(Object.entries(theirs?.['properties'] ?? {})).get('url'),
      EVENT.properties.url,
    );
    assert.deepEqual(ours?.['properties'], EVENT.properties);
  });
});

const shipped = loadRom('miui-11-mint-3.4.3');

/** Rows as the shipped collector wraps them. */
async function bodyOf(rows: Json, now: number): Promise<string> {
  const chain = (await shipped).apps
    .flatMap(({ collectors }) => collectors)
    .find(({ name }) => name === 'sensors-analytics-3.4.3')?.channels['events']?.wrap;
  const lookup = (name: string): Json | undefined => (name === 'now' ? now : undefined);
  const around = { lookup, chance: seeded('test') };
  const [payload] = await wrapped(rows, chain ?? [], around);
  return payload ? bytesOf(payload).toString() : '';
}

function jsonIn(body: string): string {
  const list = new URLSearchParams(body).get('data_list') ?? '';
  return gunzipSync(Buffer.from(list, 'base64')).toString();
}
