import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Chance } from '../../harness/lib/seed.ts';
import { seeded } from '../../harness/lib/seed.ts';
import type { Exchange } from '../../harness/record/exchange.ts';
import { exchangeSchema } from '../../harness/record/exchange.ts';

/** What phones send and get, by kind, so that a figure can be told for each. */
export const KINDS = ['telemetry', 'json', 'page', 'script', 'picture'] as const;
export type Kind = (typeof KINDS)[number];

/** An exchange of one kind, from a seed: it holds no canary. Bodies are as phones and servers make them. */
export function anExchangeOf(kind: Kind, n: number): Exchange {
  const chance = seeded('traffic', kind, String(n));
  return exchangeSchema.parse({
    id: `${kind}-${n}`,
    method: 'POST',
    requestHeaders: HEADERS,
    status: 200,
    ...MAKE[kind](chance),
  });
}

const HEADERS = [
  ['User-Agent', 'Mozilla/5.0 (Linux; U; Android 9; en-us; Redmi Note 8 Build/PKQ1.190616.001)'],
  ['Accept-Encoding', 'gzip, deflate, br'],
  ['Cookie', 'session=6f1c2d58a07b4f0e9f3a5b8d0c1e2a77; theme=dark; _ga=GA1.2.1093772.158831'],
];

const MAKE: Readonly<Record<Kind, (chance: Chance) => object>> = {
  /** A batch of analytics events: form, base64, gzip, JSON, as Sensors Analytics posts them. */
  telemetry: (chance) => {
    const events = Array.from({ length: 1 + chance.integer(50) }, () => event(chance));
    const packed = gzipSync(Buffer.from(written(events))).toString('base64');
    const body = `crc=${chance.integer(2 ** 31)}&gzip=1&data_list=${encodeURIComponent(packed)}`;
    return {
      host: 'sa.collector.example',
      url: 'https://sa.collector.example/sa?project=default',
      requestBody: inline(body),
    };
  },
  /** An API that is spoken to in plain JSON, both ways. */
  json: (chance) => ({
    host: 'api.example',
    url: `https://api.example/v2/items/${hex(chance, 8)}?page=${chance.integer(100)}&ids=${hex(chance, 16)}%2C${hex(chance, 16)}`,
    requestBody: inline(written(event(chance))),
    responseBody: inline(
      JSON.stringify({ items: Array.from({ length: 5 + chance.integer(40) }, () => item(chance)) }),
    ),
  }),
  /** A page, packed by the server in one of the two usual ways. */
  page: (chance) => {
    const html = Buffer.from(page(chance));
    const br = chance.integer(2) === 0;
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
    return {
      method: 'GET',
      host: 'www.news.example',
      url: `https://www.news.example/${words(chance, 5, '-')}-${chance.integer(10 ** 6)}.html`,
      responseHeaders: [
        ['Content-Type', 'text/html; charset=utf-8'],
        ['Content-Encoding', br ? 'br' : 'gzip'],
      ],
      responseBody: inline(br ? brotliCompressSync(html, quality) : gzipSync(html)),
    };
  },
  /** A script as it was written: no coding, much text. */
  script: (chance) => ({
    method: 'GET',
    host: 'cdn.example',
    url: `https://cdn.example/app.${hex(chance, 10)}.js`,
    responseBody: inline(script(chance)),
  }),
  /** A picture: a head with a comment, then bytes that look like chance. */
  picture: (chance) => ({
    method: 'GET',
    host: 'img.example',
    url: `https://img.example/${hex(chance, 20)}.jpg`,
    responseBody: inline(
      Buffer.concat([
        Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x48\0\x48\0\0\xff\xdb\0C', 'latin1'),
        chance.bytes(2000 + chance.integer(40_000)),
      ]),
    ),
  }),
};

function event(chance: Chance): object {
  return {
    _track_id: chance.integer(2 ** 31),
    time: 1_588_310_400_000 + chance.integer(10 ** 8),
    type: 'track',
    distinct_id: uuid(chance),
    event: pick(chance, ['$AppStart', '$AppViewScreen', 'page_load_event_finish', 'tab_click']),
    lib: { $lib: 'Android', $lib_version: '3.2.5', $app_version: '3.4.3', $lib_method: 'code' },
    properties: {
      $device_id: hex(chance, 16).toLowerCase(),
      $model: 'Redmi Note 8',
      $os_version: '9',
      $manufacturer: 'Xiaomi',
      $screen_width: 1080,
      $network_type: pick(chance, ['WIFI', '4G']),
      url: `https://www.${words(chance, 2, '')}.example/${words(chance, 4, '-')}?id=${chance.integer(10 ** 6)}`,
      title: words(chance, 6, ' '),
      $wifi: true,
      event_duration: chance.integer(10 ** 5) / 1000,
    },
  };
}

function item(chance: Chance): object {
  return {
    id: uuid(chance),
    name: words(chance, 4, ' '),
    image: `https://img.example/${hex(chance, 20)}.webp`,
    price: chance.integer(10 ** 5) / 100,
    tags: Array.from({ length: 4 }, () => words(chance, 1, '')),
    description: words(chance, 30, ' '),
    etag: Buffer.from(chance.bytes(20)).toString('base64'),
  };
}

/** As org.json on Android writes it: every slash escaped. */
function written(value: object): string {
  return JSON.stringify(value).replaceAll('/', String.raw`\/`);
}

function page(chance: Chance): string {
  const paragraphs = Array.from(
    { length: 20 + chance.integer(60) },
    () =>
      `<p class="c-${hex(chance, 6)}">${words(chance, 60, ' ')} &amp; <a href="/${words(chance, 3, '/')}?ref=${hex(chance, 8)}">${words(chance, 4, ' ')}</a></p>`,
  );
  return `<!doctype html><html><head><title>${words(chance, 6, ' ')}</title><script>window.d=${written(event(chance))}</script></head><body>\n${paragraphs.join('\n')}\n</body></html>`;
}

function script(chance: Chance): string {
  const lines = Array.from(
    { length: 200 + chance.integer(400) },
    () =>
      `function ${words(chance, 2, '_')}(a,b){var c=this.${words(chance, 1, '')}[b+"${words(chance, 2, '-')}"];return ${chance.integer(1000)}<a?c.apply(null,[a,"${words(chance, 1, '')}\\n"]):${words(chance, 1, '')}(b)}`,
  );
  return lines.join(';\n');
}

function inline(content: string | Buffer): { base64: string } {
  return { base64: Buffer.from(content).toString('base64') };
}

function uuid(chance: Chance): string {
  const digits = hex(chance, 32).toLowerCase();
  return [0, 8, 12, 16, 20].map((from, i) => digits.slice(from, [8, 12, 16, 20, 32][i])).join('-');
}

function hex(chance: Chance, digits: number): string {
  return Buffer.from(chance.bytes(Math.ceil(digits / 2)))
    .toString('hex')
    .slice(0, digits);
}

function words(chance: Chance, count: number, glue: string): string {
  return Array.from({ length: count }, () => pick(chance, WORDS)).join(glue);
}

function pick<Item>(chance: Chance, from: readonly [Item, ...Item[]] | readonly Item[]): Item {
  const one = from[chance.integer(from.length)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
}

/** Words by Zipf's law would compress better; these are as many as make text of usual density. */
const WORDS = (
  'time year people way day man thing woman life child world school state family student group country problem ' +
  'hand part place case week company system program question work government number night point home water room ' +
  'mother area money story fact month lot right study book eye job word business issue side kind head house ' +
  'service friend father power hour game line end member law car city community name president team minute idea ' +
  'body information back parent face others level office door health person art war history party result change ' +
  'morning reason research girl guy moment air teacher force education der die und das nicht ist les pour dans ' +
  'que une avec sur плюс город время человек жизнь 手机 浏览器 搜索 新闻 天气'
).split(' ');
