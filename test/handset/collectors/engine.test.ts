import assert from 'node:assert/strict';
import { createCollectors } from '../../../harness/handset/collectors/engine.ts';
import type { Stimulus } from '../../../harness/handset/phone/phone.ts';
import type { StimulusKind } from '../../../harness/handset/phone/stimulus.ts';
import { Settings } from '../../../harness/handset/phone/settings.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import { MINT, PretendClock, PretendNetwork, romWith, settled, status } from './pretend.ts';

const PAGE = 'https://visited.leaklab.test/qwertzuiop';

async function phoneWith(collector: string) {
  const rom = await romWith(collector);
  const clock = new PretendClock();
  const network = new PretendNetwork();
  const settings = new Settings(rom.settings);
  const collectors = createCollectors({ rom, clock, network, settings, chance: seeded('test') });
  const happens = (
    kind: StimulusKind,
    values: Stimulus['values'] = {},
    state: Stimulus['state'] = { mode: 'normal', enhancedIncognito: 'on' },
  ): void => {
    collectors.notify({ kind, package: MINT, values, state });
  };
  return { rom, clock, network, settings, collectors, happens };
}

const INCOGNITO_ON = { mode: 'incognito', enhancedIncognito: 'on' };
const INCOGNITO_OFF = { mode: 'incognito', enhancedIncognito: 'off' };

describe('what Mint Browser reports', () => {
  it('is every page and search, with who and where one is, to the maker', async () => {
    const { clock, network, happens } = await phoneWith('sensors-analytics-3.4.3');
    happens('page-opened', { url: PAGE });
    happens('page-finished', { url: PAGE, title: 'A title' });
    happens('word-searched', {
      words: 'miba kola',
      engine: 'DuckDuckGo',
      url: 'https://duckduckgo.com/?q=miba+kola',
      position: 'homepage',
      method: 'input',
    });
    await clock.pass(15_000);
    const [post] = network.posts();
    assert.equal(post?.url, 'https://sa.api.intl.miui.com/sa?project=global_browser_mini&r=FR');
    assert.deepEqual(post.headers, [
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['User-Agent', 'Dalvik/2.1.0 (Linux; U; Android 9; Redmi Note 8 MIUI/V11.0.6.0.PCOMIXM)'],
      ['Connection', 'Keep-Alive'],
      ['Accept-Encoding', 'gzip'],
    ]);
    const events = network.events();
    assert.deepEqual(
      events.map((event) => event['event']),
      ['page_load_event_start', 'page_load_event_finish', 'search'],
    );
    const [start, , search] = events.map(propertiesOf);
    const { _track_id: track, distinct_id: id, ...event } = events[0] ?? {};
    assert.ok(Number.isInteger(track) && Math.abs(Number(track)) <= 2 ** 31);
    assert.match(
      String(id),
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.deepEqual(
      { ...event, properties: undefined },
      {
        time: Date.UTC(2020, 4, 1, 5, 20),
        type: 'track',
        lib: {
          $lib: 'Android',
          $lib_version: '3.2.10',
          $app_version: '3.4.3',
          $lib_method: 'code',
          $lib_detail:
            'com.sensorsdata.analytics.android.sdk.SensorsDataAPI##trackEvent##SensorsDataAPI.java##3054',
        },
        event: 'page_load_event_start',
        properties: undefined,
        _flush_time: Date.UTC(2020, 4, 1, 5, 20, 15),
      },
    );
    assert.deepEqual(Object.fromEntries(start ?? []), {
      $lib: 'Android',
      $lib_version: '3.2.10',
      $os: 'Android',
      $os_version: '9',
      $manufacturer: 'Xiaomi',
      $model: 'Redmi Note 8',
      $app_version: '3.4.3',
      $screen_width: 1080,
      $screen_height: 2340,
      $carrier: 'Orange F',
      $device_id: '5f0c1d7be2a94836',
      uuid: id,
      internet_status: 1,
      platform: 'AndroidApp',
      miui_version: 'V11.0.6.0.PCOMIXM',
      miui_region: 'FR',
      system_language: 'fr',
      $wifi: true,
      $network_type: 'WIFI',
      $is_first_day: true,
      url: PAGE,
    });
    assert.equal(search?.get('used_searchengine'), 'duckduckgo');
    assert.equal(search.get('search_position'), 'homepage');
    assert.equal(search.get('search_method'), 'input');
    assert.equal(search.get('search_word'), 'miba kola');
  });

  it('is the same in incognito before the switch came, wherever a switch would stand', async () => {
    for (const state of [INCOGNITO_ON, INCOGNITO_OFF, { mode: 'incognito' }, { mode: 'normal' }]) {
      const { clock, network, happens } = await phoneWith('sensors-analytics-3.4.0');
      happens('page-opened', { url: PAGE }, state);
      await clock.pass(15_000);
      assert.equal(network.events().length, 1, JSON.stringify(state));
    }
  });

  it('stops in 3.4.3 only in incognito with the switch off', async () => {
    const { clock, network, happens } = await phoneWith('sensors-analytics-3.4.3');
    const states = [
      INCOGNITO_ON,
      INCOGNITO_OFF,
      { mode: 'normal', enhancedIncognito: 'on' },
      { mode: 'normal', enhancedIncognito: 'off' },
    ];
    for (const [at, state] of states.entries()) {
      happens('page-opened', { url: `${PAGE}-${String(at)}` }, state);
      happens('word-searched', { words: String(at), engine: 'Google' }, state);
    }
    await clock.pass(15_000);
    const text = JSON.stringify(network.events());
    assert.deepEqual(
      states.map((_, at) => text.includes(`${PAGE}-${String(at)}"`)),
      [true, false, true, true],
    );
    assert.equal(network.events().length, 6);
  });

  it('is nothing of other apps', async () => {
    const { clock, network, collectors } = await phoneWith('sensors-analytics-3.4.0');
    collectors.notify({
      kind: 'page-opened',
      package: 'org.lineageos.jelly',
      values: { url: PAGE },
      state: { mode: 'normal' },
    });
    await clock.pass(15_000);
    assert.deepEqual(network.sent, []);
  });

  it('carries a new random id after `pm clear`, and the old device id', async () => {
    const { clock, network, collectors, happens } = await phoneWith('sensors-analytics-3.4.0');
    const visit = async (): Promise<void> => {
      happens('page-opened', { url: PAGE });
      await clock.pass(15_000);
    };
    await visit();
    collectors.stop(MINT);
    await visit();
    collectors.clear(MINT);
    await visit();
    const events = network.events();
    const ids = events.map((event) => event['distinct_id']);
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[1], ids[2]);
    const devices = events.map((event) => propertiesOf(event).get('$device_id'));
    assert.deepEqual(devices, Array(3).fill('5f0c1d7be2a94836'));
  });

  it('stays in the queue while the maker answers 404, 403, 5xx or nothing, and goes with other answers', async () => {
    const kept = async (answer: Parameters<typeof status>[0] | 'nothing'): Promise<boolean> => {
      const { clock, network, happens } = await phoneWith('sensors-analytics-3.4.0');
      network.answer = () =>
        answer === 'nothing' ? { ok: false, error: 'net::ERR_CONNECTION_RESET' } : status(answer);
      happens('page-opened', { url: PAGE });
      await clock.pass(15_000);
      network.answer = () => status(200);
      happens('page-finished', { url: PAGE });
      await clock.pass(15_000);
      return network.posts().length === 2 && network.events().length === 3;
    };
    for (const answer of [404, 403, 500, 503, 'nothing'] as const) {
      assert.equal(await kept(answer), true, String(answer));
    }
    for (const answer of [200, 204, 304, 400, 413]) {
      assert.equal(await kept(answer), false, String(answer));
    }
  });

  it('lies in the queue over an update, and is sent by the newer version when it starts', async () => {
    const { rom, clock, network, collectors, happens } = await phoneWith('sensors-analytics-3.4.0');
    happens('page-opened', { url: PAGE });
    collectors.stop(MINT);
    const app = rom.apps.find((one) => one.package === MINT);
    assert.ok(app);
    const [newer] = (await romWith('sensors-analytics-3.4.3')).apps;
    collectors.replace({ ...app, versionName: '3.4.3', collectors: newer?.collectors ?? [] });
    await clock.pass(60_000);
    assert.deepEqual(network.posts(), []);
    happens('app-opened');
    happens('page-opened', { url: `${PAGE}2` });
    await clock.pass(15_000);
    assert.deepEqual(
      network.events().map((event) => propertiesOf(event).get('url')),
      [PAGE, `${PAGE}2`],
    );
    const ids = network.events().map((event) => event['distinct_id']);
    assert.equal(ids[0], ids[1]);
  });

  it('follows one redirect with the same body', async () => {
    const { clock, network, happens } = await phoneWith('sensors-analytics-3.4.0');
    network.answer = (request) =>
      request.url.startsWith('https://sa.api.intl.miui.com/')
        ? {
            ok: true,
            status: 302,
            headers: [['Location', 'https://sa2.example.org/sa']],
            body: Buffer.alloc(0),
          }
        : status(200);
    happens('page-opened', { url: PAGE });
    await clock.pass(15_000);
    const [first, second] = network.posts();
    assert.equal(second?.url, 'https://sa2.example.org/sa');
    assert.deepEqual(second.body, first?.body);
    assert.equal(network.posts().length, 2);
  });

  it('begins with a request for its remote configuration, which names the version it has', async () => {
    const { network, happens } = await phoneWith('sensors-analytics-3.4.3');
    network.answer = () => status(200, '{"v":"1.0","configs":{}}');
    happens('app-opened', {}, INCOGNITO_OFF);
    await settled();
    happens('app-opened', {}, INCOGNITO_OFF);
    await settled();
    assert.deepEqual(
      network.sent.map(({ method, url }) => `${method} ${url}`),
      [
        'GET https://sa.api.intl.miui.com/config/Android.conf',
        'GET https://sa.api.intl.miui.com/config/Android.conf?v=1.0',
      ],
    );
  });

  it('asks for that configuration four times within two minutes while nobody answers', async () => {
    const { clock, network, happens } = await phoneWith('sensors-analytics-3.4.3');
    network.answer = () => ({ ok: false, error: 'net::ERR_INTERNET_DISCONNECTED' });
    happens('app-opened');
    for (const _ of Array(10)) await clock.pass(40_000);
    assert.equal(network.sent.length, 4);
  });

  it('says which network the phone is on', async () => {
    const { clock, network, settings, happens } = await phoneWith('sensors-analytics-3.4.0');
    settings.put('global', 'wifi_on', '0');
    happens('page-opened', { url: PAGE });
    await clock.pass(15_000);
    const properties = propertiesOf(network.events()[0]);
    assert.equal(properties.get('$wifi'), false);
    assert.equal(properties.get('$network_type'), '4G');
  });
});

function propertiesOf(event: Record<string, unknown> | undefined): Map<string, unknown> {
  return new Map<string, unknown>(Object.entries(event?.['properties'] ?? {}));
}
