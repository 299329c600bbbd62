import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readAddress, searchUrl } from '../../../harness/handset/ui/browser/address.ts';
import { readPage } from '../../../harness/handset/ui/browser/page.ts';
import { aBench, MINT, startMint } from './by-hand.ts';
import type { Bench } from './by-hand.ts';

const PAGE = 'https://visited.leaklab.test/qwertyuiopasdfgh';

async function aBrowser(): Promise<Bench & { type: (text: string) => void }> {
  const bench = await aBench('miui-11-mint-3.4.3');
  startMint(bench);
  return {
    ...bench,
    type: (text) => {
      bench.tap('search_hint');
      bench.screen.type(`${text}\n`);
    },
  };
}

describe('an address field', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['https://visited.leaklab.test/a?b=c#d', 'https://visited.leaklab.test/a?b=c#d'],
    ['HTTP://Example.org', 'http://example.org/'],
    ['example.org', 'http://example.org/'],
    ['example.org/a b', 'words'],
    ['localhost:8080/x', 'http://localhost:8080/x'],
    ['192.168.1.1', 'http://192.168.1.1/'],
    ['miba kola dufe zani', 'words'],
    ['weather', 'words'],
    ['3.14', 'words'],
    ['what is example.org', 'words'],
    ['https://', 'words'],
  ];
  for (const [typed, expected] of cases) {
    it(`takes ${typed} for ${expected === 'words' ? 'words to search for' : expected}`, () => {
      const read = readAddress(typed);
      assert.equal(read.kind === 'page' ? read.url : 'words', expected);
    });
  }

  it('encodes words as a form does, so that any server reads them back', () => {
    assert.equal(
      searchUrl('https://www.google.com/search?q={words}', 'miba kola & été'),
      'https://www.google.com/search?q=miba+kola+%26+%C3%A9t%C3%A9',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (words) => {
        const url = new URL(searchUrl('https://duckduckgo.com/?q={words}', words));
        assert.equal(url.searchParams.get('q'), words);
      }),
    );
  });
});

describe('the web engine', () => {
  it('asks for the document as a WebView of the phone would, then for what the page embeds', async () => {
    const { web, told, type } = await aBrowser();
    web.serves(
      PAGE,
      `<!doctype html><html><head><title>A &amp; B</title>
      <link rel="stylesheet" href="/style.css"><link rel="shortcut icon" href="icon.png">
      <link rel="canonical" href="/elsewhere"></head><body><img src="a.png"><img src="a.png#x">
      <img src="data:image/png;base64,AAAA"><script src="//cdn.example.org/s.js"></script>
      <script>fetch('/never')</script></body></html>`,
    );
    type(PAGE);
    await told.next('page-finished');
    assert.deepEqual(web.urls, [
      PAGE,
      'https://visited.leaklab.test/style.css',
      'https://visited.leaklab.test/icon.png',
      'https://visited.leaklab.test/a.png',
      'https://cdn.example.org/s.js',
    ]);
    const headers = new Map(web.asked[0]?.headers);
    assert.match(
      headers.get('User-Agent') ?? '',
      /^Mozilla\/5\.0 \(Linux; Android 9; Redmi Note 8 Build\/[\w.]+; wv\) AppleWebKit/u,
    );
    assert.equal(headers.get('X-Requested-With'), MINT);
    assert.match(headers.get('Accept-Language') ?? '', /^fr-FR/u);
    assert.equal(new Map(web.asked[4]?.headers).get('Referer'), PAGE);
    assert.ok(web.asked.every((request) => request.package === MINT && request.method === 'GET'));
  });

  it('follows redirects to the page that answers', async () => {
    const { web, told, type, see } = await aBrowser();
    web.serves('http://example.org/', '', 301, [['Location', 'https://example.org/']]);
    web.serves('https://example.org/', '', 302, [['location', '/home']]);
    web.serves('https://example.org/home', '<title>Home</title>');
    type('example.org');
    const finished = await told.next('page-finished');
    assert.deepEqual(finished.values, { url: 'https://example.org/home', title: 'Home' });
    assert.equal(see('search_hint').text, 'https://example.org/home');
  });

  it('gives up on a redirect that leads round in a circle, after five', async () => {
    const { web, type, see } = await aBrowser();
    web.serves('https://example.org/', '', 302, [['Location', 'https://example.org/']]);
    type('https://example.org/');
    await new Promise(setImmediate);
    assert.equal(see('error_detail').text, 'net::ERR_TOO_MANY_REDIRECTS');
    assert.equal(web.asked.length, 6);
  });

  it('shows what a page of another kind is called, and an empty refusal as an error', async () => {
    const { web, told, type, see } = await aBrowser();
    web.answers.set(PAGE, {
      ok: true,
      status: 200,
      headers: [['Content-Type', 'image/png']],
      body: Buffer.from('<title>no</title>'),
    });
    type(PAGE);
    assert.equal((await told.next('page-finished')).values['title'], PAGE);
    web.serves(PAGE, '', 503);
    type(PAGE);
    await new Promise(setImmediate);
    assert.equal(see('error_detail').text, 'net::ERR_HTTP_RESPONSE_CODE_FAILURE');
  });

  it('ends a load when the app is stopped, and says nothing of it afterwards', async () => {
    const { web, told, type, screen } = await aBrowser();
    const gate = Promise.withResolvers<void>();
    web.gate = gate.promise;
    web.serves(PAGE, '<title>Late</title>');
    type(PAGE);
    screen.stop(MINT);
    assert.equal(web.signals[0]?.aborted, true);
    gate.resolve();
    await new Promise(setImmediate);
    assert.deepEqual(told.of('page-finished'), []);
    assert.deepEqual(web.urls, [PAGE]);
  });

  it('ends a load when another begins', async () => {
    const { web, told, type } = await aBrowser();
    const gate = Promise.withResolvers<void>();
    web.gate = gate.promise;
    web.serves(PAGE, '<title>First</title>');
    web.serves('https://example.org/', '<title>Second</title>');
    type(PAGE);
    type('https://example.org/');
    const finished = told.next('page-finished');
    gate.resolve();
    assert.equal((await finished).values['title'], 'Second');
    assert.equal(told.of('page-finished').length, 1);
    assert.equal(told.of('page-opened').length, 2);
  });

  it('loads again when asked to', async () => {
    const { web, told, type, tap } = await aBrowser();
    web.serves(PAGE, '<title>Here</title>');
    type(PAGE);
    await told.next('page-finished');
    tap('Menu');
    tap('Refresh');
    await told.next('page-finished');
    assert.deepEqual(web.urls, [PAGE, PAGE]);
  });
});

describe('a search', () => {
  const engines = [
    ['Google', 'https://www.google.com/search?q=miba+kola+dufe+zani'],
    ['DuckDuckGo', 'https://duckduckgo.com/?q=miba+kola+dufe+zani'],
    ['Bing', 'https://www.bing.com/search?q=miba+kola+dufe+zani'],
  ] as const;
  for (const [engine, url] of engines) {
    it(`goes to ${engine} once that is chosen, and the browser's own code learns the words`, async () => {
      const { web, told, type, tap, screen } = await aBrowser();
      web.serves(url, '<title>miba kola dufe zani - Results</title>');
      tap('Menu');
      tap('Settings');
      tap('Search engine');
      tap(engine);
      screen.key(4);
      screen.key(4);
      type('miba kola dufe zani');
      await told.next('page-finished');
      assert.deepEqual(web.urls, [url]);
      const [searched] = told.of('word-searched');
      assert.deepEqual(searched?.values, {
        words: 'miba kola dufe zani',
        engine,
        url,
        position: 'homepage',
        method: 'input',
      });
      assert.deepEqual(searched.state, {
        consented: 'yes',
        mode: 'normal',
        engine,
        enhancedIncognito: 'on',
      });
      const kinds = told.stimuli.map(({ kind }) => kind);
      assert.ok(kinds.indexOf('word-searched') < kinds.indexOf('page-opened'));
    });
  }
});

describe('a document', () => {
  it('is read however broken it is, and never makes more than twenty requests', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.string(), fc.constantFrom('<title>', '</p>', '<img src=', '<b', '<!--', '"')),
          {
            maxLength: 60,
          },
        ),
        (pieces) => {
          const page = readPage(pieces.join(''), PAGE);
          assert.ok(page.embedded.length <= 20);
          assert.doesNotMatch(page.title, /\p{Cc}/u);
        },
      ),
    );
    const many = Array.from({ length: 50 }, (_, at) => `<img src="/${at}.png">`).join('');
    assert.equal(readPage(many, PAGE).embedded.length, 20);
  });
});
