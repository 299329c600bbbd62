import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { detectCommand } from '../../harness/cli/commands/detect.ts';
import { parseRequest } from '../../harness/cli/argv/request.ts';
import { Fault } from '../../harness/lib/fault.ts';

/** The document's fixed shape, as far as it is asked about here. */
const gap = z.array(
  z.object({
    exchange: z.number(),
    host: z.string(),
    bytes: z.number().nullable(),
    why: z.string(),
  }),
);
const shape = z.object({
  sightings: z.array(
    z.object({
      canary: z.string(),
      exchange: z.number(),
      host: z.string(),
      where: z.string(),
      wrappings: z.array(z.string()),
      form: z.string(),
    }),
  ),
  unread: gap,
  opaque: gap,
  undecoded: gap,
  truncated: gap,
});

const PAGE = 'https://visited.leaklab.test/qkzvtrmwpahcxbjd';
const CANARIES = [{ name: 'visited page', value: PAGE }];

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leaklab-detect-'));
});
after(async () => await rm(folder, { recursive: true }));

/** What the command prints. */
async function printed(
  name: string,
  content: string | Buffer,
  {
    canaries = CANARIES,
    json = true,
    explain = false,
  }: { canaries?: unknown; json?: boolean; explain?: boolean } = {},
): Promise<string> {
  const [capture, wanted] = [join(folder, name), join(folder, 'canaries.json')];
  await writeFile(capture, content);
  await writeFile(wanted, JSON.stringify(canaries));
  let text = '';
  await detectCommand(
    { capture, canaries: wanted, salts: null, keys: null, json, explain },
    { output: { write: (more) => (text += more) }, env: {}, signal: new AbortController().signal },
  );
  return text;
}

/** "exchange where › wrapping: form" of each sighting. */
async function seen(name: string, content: string | Buffer): Promise<string[]> {
  const { sightings } = shape.parse(JSON.parse(await printed(name, content)));
  return sightings.map(
    (one) => `${one.exchange} ${[one.where, ...one.wrappings].join(' › ')}: ${one.form}`,
  );
}

async function fault(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function anEntry(request: object, rest: object = {}): object {
  return {
    startedDateTime: '2026-01-01T00:00:00Z',
    request: { method: 'POST', url: 'https://collector.example/sa', headers: [], ...request },
    response: { status: 200, headers: [], content: { text: '', mimeType: 'text/plain' } },
    ...rest,
  };
}

function har(entries: readonly unknown[], lead = ''): string {
  const creator = { name: 'proxy', version: '1', entries: [{ request: {} }] };
  return `${lead}${JSON.stringify({ log: { version: '1.2', creator, pages: [], entries } }, null, 1)}`;
}

describe('leaklab detect', () => {
  it('reads a HAR with all that exporters do to requests', async () => {
    const packed = gzipSync(PAGE).toString('base64');
    const entries = [
      anEntry({ postData: { text: `data_list=${encodeURIComponent(packed)}` } }),
      anEntry({ postData: { text: packed, encoding: 'base64' } }),
      anEntry({ url: `/relative?u=${encodeURIComponent(PAGE)}` }),
      anEntry({ postData: { params: [{ name: 'u', value: PAGE }] } }),
      anEntry({ cookies: [{ name: 'c', value: PAGE }] }),
      anEntry({ queryString: [{ name: 'q', value: PAGE }] }),
      anEntry({ postData: { text: gzipSync(PAGE).toString('latin1') } }),
      anEntry(
        {},
        {
          response: {
            headers: [{ name: 'Content-Encoding', value: 'gzip' }],
            content: { text: `x ${PAGE}` },
          },
        },
      ),
      anEntry(
        {},
        {
          _webSocketMessages: [
            { type: 'send', opcode: 1, data: JSON.stringify({ u: PAGE }) },
            { type: 'receive', opcode: 2, data: packed },
          ],
        },
      ),
    ];
    assert.deepEqual(await seen('all.har', har(entries, '\ufeff')), [
      '0 request.body › form:data_list › base64 › gzip: exact',
      '1 request.body › gzip: exact',
      '2 request.url.query[u] › percent: exact',
      '3 request.body › form:u: exact',
      '4 request.header[cookie] › form:c: exact',
      '5 request.url.query[q] › percent: exact',
      '6 request.body › gzip: exact',
      '7 response.body: exact',
      '8 frame › json:$.u: exact',
      '8 frame › gzip: exact',
    ]);
  });

  it('lists an entry that is broken, keeps the numbers of the others, and goes on', async () => {
    const text = har([anEntry({}), null, { no: 'request' }, anEntry({ postData: { text: PAGE } })]);
    const { sightings, unread } = shape.parse(JSON.parse(await printed('bad.har', text)));
    assert.deepEqual(
      sightings.map(({ exchange }) => exchange),
      [3],
    );
    assert.deepEqual(
      unread.map(({ exchange, why }) => [exchange, why]),
      [
        [1, 'cannot be read: no request in it'],
        [2, 'cannot be read: no request in it'],
      ],
    );
  });

  it('reads exchanges.jsonl by lines, lists unread connections and lines that are none', async () => {
    const lines = [
      {
        id: 'a',
        host: 'collector.example',
        url: 'https://collector.example/x',
        method: 'GET',
      },
      { kind: 'unread', host: 'pinned.example', bytesUp: 100, bytesDown: 20, why: 'cert-rejected' },
      {
        kind: 'websocket',
        host: 'ws.example',
        requestBody: { base64: Buffer.from(PAGE).toString('base64') },
      },
    ].map((line) => JSON.stringify(line));
    const text = `${lines[0]}\n{"torn":\n\n${lines[1]}\n${lines[2]}`;
    const { sightings, unread } = shape.parse(JSON.parse(await printed('some.jsonl', text)));
    assert.deepEqual(
      sightings.map(({ exchange, where, host }) => [exchange, where, host]),
      [[4, 'frame', 'ws.example']],
    );
    assert.equal(unread[0]?.exchange, 1);
    assert.deepEqual(unread[1], {
      exchange: 3,
      host: 'pinned.example',
      bytes: 120,
      why: 'cert-rejected',
    });
  });

  it('tells what stood before the end of a HAR that is cut off, and that it ends there', async () => {
    const whole = har([anEntry({ postData: { text: PAGE } }), anEntry({})]);
    const { sightings, unread } = shape.parse(
      JSON.parse(await printed('cut.har', whole.slice(0, -300))),
    );
    assert.deepEqual(
      sightings.map(({ exchange, where }) => [exchange, where]),
      [[0, 'request.body']],
    );
    assert.deepEqual(
      unread.map(({ exchange, why }) => [exchange, why]),
      [[1, 'cannot be read: the file ends in the middle of entry 1']],
    );
  });

  it('says of bytes that an exporter left out or spoilt that they are not all here', async () => {
    const entries = [
      anEntry({}, { response: { status: 200, content: { size: 5120, mimeType: 'text/html' } } }),
      anEntry({ bodySize: 77 }),
      anEntry({}, { _webSocketMessages: [{ type: 'send', opcode: 2, data: 'H4sI\ufffd\ufffd' }] }),
      anEntry(
        {},
        { response: { status: 200, content: { encoding: 'base64', text: '\u0000abc' } } },
      ),
    ];
    const { truncated } = shape.parse(JSON.parse(await printed('spoilt.har', har(entries))));
    assert.deepEqual(
      truncated.map(({ exchange, why }) => [exchange, why]),
      [
        [0, 'its bytes were not kept'],
        [1, 'its bytes were not kept'],
        [2, 'recorded only in part'],
        [3, 'recorded only in part'],
      ],
    );
  });

  it('refuses what is no capture, is cut off at once, or does not exist, and says what to do', async () => {
    const whole = har([anEntry({ postData: { text: PAGE } })]);
    const refused: [string, string, string][] = [
      ['cut.har', whole.slice(0, -300), 'in the middle of entry 0'],
      ['no.har', '{"hello": 1}', 'has no log.entries'],
      ['empty.jsonl', '', 'holds no exchange'],
      ['words.txt', 'these are words\nand more', 'no exchange that can be read'],
    ];
    for (const [name, content, what] of refused) {
      const { message, advice } = await fault(printed(name, content));
      assert.ok(message.includes(what), message);
      assert.ok(advice.length > 10);
    }
  });

  it('refuses canaries whose sighting would prove nothing, naming the entry', async () => {
    const other = { name: 'other', value: 'mzrbwqpltkxvhdjc' };
    const refused: [unknown, string][] = [
      [[{ name: 'short', value: 'hello' }], 'entry 0 (short) holds'],
      [[{ name: 'host', value: 'https://www.example.org/' }], 'entry 0 (host) holds'],
      [[other, { name: 'other', value: PAGE }], 'entries 0 and 1 are both called other'],
      [
        [other, { name: 'same', value: 'MZRBWQPLTKXVHDJC' }],
        'entries 0 (other) and 1 (same) cannot be told apart',
      ],
      [[], 'holds no canary'],
      [[{ name: 'x' }], 'entry 0, value'],
      ['text', 'is Invalid input'],
    ];
    for (const [canaries, what] of refused) {
      const { code, message } = await fault(printed('some.har', har([]), { canaries }));
      assert.equal(code, 'bad-canaries');
      assert.ok(message.includes(what), message);
    }
  });

  it('says in words what it saw, layer by layer, and what it could not search', async () => {
    const entries = [
      anEntry({ postData: { text: `u=${encodeURIComponent(PAGE)}` } }),
      null,
      anEntry({
        postData: {
          text: Buffer.from('89504e470d0a1a0a00000000', 'hex').toString('base64'),
          encoding: 'base64',
        },
      }),
    ];
    const text = await printed('words.har', har(entries), { json: false, explain: true });
    assert.equal(
      text,
      `searched 3 exchanges for 1 canary

SEEN  visited page to collector.example
  where  exchange 0, request.body › form:u
  form   exact (75 bits)
  share  the whole: 45 characters
  as captured
    [u=https%3A%2F%2Fvisited.leaklab.test%2Fqkzvtrmwpahcxbjd]
  form:u
    [https://visited.leaklab.test/qkzvtrmwpahcxbjd]

unread  1 place not searched to the end
  exchange 1: cannot be read: no request in it

undecoded  1 place not searched to the end
  exchange 2 collector.example › request.body, 12 bytes: a PNG image
`,
    );
  });

  it('takes its words from the command line', () => {
    const given = { env: {}, scenarios: [] };
    assert.deepEqual(parseRequest(['detect', 'a.har', '--canaries', 'c.json', '--json'], given), {
      command: 'detect',
      capture: 'a.har',
      canaries: 'c.json',
      salts: null,
      keys: null,
      json: true,
      explain: false,
    });
    assert.throws(() => parseRequest(['detect', 'a.har'], given), { code: 'no-canaries' });
    assert.throws(() => parseRequest(['detect'], given), { code: 'no-capture' });
  });
});
