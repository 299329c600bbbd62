import assert from 'node:assert/strict';
import { classOf, isNamed } from '../../../harness/judge/verdicts/recipients.ts';
import { originOf } from '../../../harness/judge/verdicts/origin.ts';
import { standingOf, tally } from '../../../harness/judge/verdicts/sound.ts';
import { aTrial, anExchange } from '../../builders.ts';

describe('recipients', () => {
  it('belong to a class by their domain, and to unknown when no row names it', () => {
    const hosts = [
      'sa.api.intl.miui.com',
      'mi.com',
      'www.google.com',
      'x.beacon.leaklab.test',
      'evilmiui.com',
      '',
    ];
    assert.deepEqual(hosts.map(classOf), [
      'maker',
      'maker',
      'search engine',
      'page',
      'unknown',
      'unknown',
    ]);
  });

  it('are the platform where its maker lists them for every phone, and not where it says that browsers share them', () => {
    // support.google.com/work/android/answer/10513641; FCM's own network page; both looked at on 2026-11-25.
    const listed = ['connectivitycheck.gstatic.com', 'mtalk.google.com', 'r3.gvt1.com'];
    assert.deepEqual(
      listed.map(classOf),
      listed.map(() => 'platform'),
    );
    const shared = ['clients4.google.com', 'www.google.com', 'accounts.google.com'];
    assert.deepEqual(
      shared.map(classOf),
      shared.map(() => 'search engine'),
    );
    assert.deepEqual(['google-analytics.com', 'safebrowsing.googleapis.com'].map(classOf), [
      'unknown',
      'unknown',
    ]);
  });

  it('may see a canary only where they are named, a leading dot meaning every host under it', () => {
    const names = ['google.com', '.google.com'];
    assert.deepEqual(
      ['google.com', 'www.google.com', 'notgoogle.com', 'google.com.evil.example'].map((host) =>
        isNamed({ host, url: null }, names),
      ),
      [true, true, false, false],
    );
    assert.equal(isNamed({ host: 'google.com', url: null }, ['.google.com']), false);
  });

  it('where anyone may be told over TLS, only what goes in clear is a leak', () => {
    const told = (url: string | null): boolean =>
      isNamed({ host: 'collector.example', url }, ['anyone, encrypted']);
    assert.deepEqual(
      [
        'https://collector.example/',
        'wss://collector.example/',
        'http://collector.example/',
        null,
      ].map(told),
      [true, true, false, false],
    );
  });
});

describe('the origin of a request', () => {
  const pages = ['visited.leaklab.test', 'google.com', 'duckduckgo.com'];
  const origin = (host: string, ...requestHeaders: [string, string][]): string =>
    originOf(anExchange({ host, requestHeaders }), pages, null).origin;

  it('is a page where a shown page is named or visited, or the engine’s own party loads with a page’s marks', () => {
    assert.equal(origin('visited.leaklab.test'), 'page');
    assert.equal(
      origin('tracker.example', ['Referer', 'https://visited.leaklab.test/abc']),
      'page',
    );
    assert.equal(origin('tracker.example', ['Origin', 'https://www.google.com']), 'page');
    assert.equal(origin('www.gstatic.com', ['X-Requested-With', 'com.example.browser']), 'page');
  });

  it('is native where nothing that the steps open embeds the host and no page is named', () => {
    assert.equal(origin('sa.api.intl.miui.com', ['User-Agent', 'Dalvik/2.1.0 (Linux)']), 'native');
    assert.equal(origin('collector.example', ['User-Agent', 'Mozilla/5.0']), 'native');
    assert.equal(origin('www.google.com', ['User-Agent', 'okhttp/3.12']), 'native');
  });

  it('is native where no page was open yet, or the browser itself says that none was the cause', () => {
    const marks: [string, string][] = [
      ['Origin', 'https://www.google.com'],
      ['Sec-Fetch-Site', 'none'],
      ['Sec-Fetch-Dest', 'empty'],
    ];
    assert.equal(origin('accounts.google.com', ...marks), 'native');
    const typed: [string, string][] = [
      ['Sec-Fetch-Site', 'none'],
      ['Sec-Fetch-Dest', 'document'],
    ];
    assert.equal(origin('www.google.com', ...typed), 'page');
    assert.equal(origin('stranger.example', ...typed), 'unknown');
    const early = anExchange({ host: 'www.google.com', at: 4_999 });
    assert.equal(originOf(early, pages, 5_000).origin, 'native');
    assert.equal(originOf({ ...early, at: 5_000 }, pages, 5_000).origin, 'unknown');
  });

  it('is unknown wherever neither is shown', () => {
    assert.equal(origin('collector.example', ['Sec-Fetch-Mode', 'no-cors']), 'unknown');
    assert.equal(origin('collector.example', ['Referer', 'https://elsewhere.example/']), 'unknown');
    assert.equal(origin('www.google.com', ['User-Agent', 'Mozilla/5.0']), 'unknown');
  });
});

describe('a trial', () => {
  it('is sound only when every control was tried and held', () => {
    const beacon = { name: 'beacon', held: false, found: 'missing' } as const;
    assert.equal(standingOf(aTrial()), 'sound');
    assert.equal(standingOf(aTrial({ checks: [] })), 'void');
    assert.equal(standingOf(aTrial({ checks: [beacon] })), 'void');
    assert.equal(standingOf(aTrial({ sound: false })), 'void');
    const fault = { code: 'phone-offline', message: 'gone', advice: 'Plug it in.' };
    assert.equal(standingOf(aTrial({ fault })), 'void');
    assert.equal(standingOf(aTrial({ cutShort: true })), 'cut short');
  });

  it('set aside in more than one of five spoils the rest', () => {
    const mixed = (sound: number, voids: number): boolean =>
      tally([
        ...Array.from({ length: sound }, () => aTrial()),
        ...Array.from({ length: voids }, () => aTrial({ sound: false })),
      ]).tooManyVoid;
    assert.deepEqual(
      [mixed(8, 2), mixed(7, 2), mixed(0, 0), mixed(0, 1)],
      [false, true, false, true],
    );
  });
});
