import assert from 'node:assert/strict';
import { MINT, startMint } from '../ui/by-hand.ts';
import { aLab } from './client.ts';

const PAGE = 'https://visited.leaklab.test/poiuytrewqlkjhgf';

describe('an element', () => {
  it('can be read: text, place and every attribute as a string', async () => {
    await using lab = await aLab();
    startMint(lab.bench);
    lab.bench.tap('Menu');
    const id = await lab.find('id', 'menu_incognito');
    assert.equal(await lab.call('GET', `element/${id}/text`), 'Incognito mode');
    const attributes = {
      'resource-id': `${MINT}:id/menu_incognito`,
      resourceId: `${MINT}:id/menu_incognito`,
      className: 'android.widget.CheckedTextView',
      package: MINT,
      checkable: 'true',
      checked: 'false',
      clickable: 'true',
      enabled: 'true',
      displayed: 'true',
      selected: 'false',
      name: 'Incognito mode',
      contentDescription: null,
      bounds: '[0,220][1080,363]',
    };
    for (const [name, value] of Object.entries(attributes)) {
      assert.equal(await lab.call('GET', `element/${id}/attribute/${name}`), value);
    }
    await assert.rejects(
      lab.call('GET', `element/${id}/attribute/colour`),
      /400 invalid argument/u,
    );
    const rect = { x: 0, y: 220, width: 1080, height: 143 };
    assert.deepEqual(await lab.call('GET', `element/${id}/rect`), rect);
    assert.deepEqual(await lab.call('GET', `element/${id}/location`), { x: 0, y: 220 });
    assert.deepEqual(await lab.call('GET', `element/${id}/size`), { width: 1080, height: 143 });
    assert.match(String(await lab.call('GET', `element/${id}/screenshot`)), /^iVBORw0KGgo/u);
  });

  it('is stale when its screen is gone, and unknown when it never was', async () => {
    await using lab = await aLab();
    startMint(lab.bench);
    const menu = await lab.find('accessibility id', 'Menu');
    assert.equal(await lab.call('POST', `element/${menu}/click`, {}), null);
    await assert.rejects(
      lab.call('GET', `element/${menu}/text`),
      /404 stale element reference: The element '[\w-]+' does not exist in DOM anymore/u,
    );
    await lab.call('POST', 'back');
    assert.equal(await lab.call('GET', `element/${menu}/attribute/content-desc`), 'Menu');
    await assert.rejects(
      lab.call('GET', 'element/another/text'),
      /404 no such element: The element with id 'another' does not exist/u,
    );
  });

  for (const enter of ['\n', '\\n', '\uE007']) {
    it(`takes text, and ${JSON.stringify(enter)} for the Enter key`, async () => {
      await using lab = await aLab();
      startMint(lab.bench);
      lab.bench.web.serves(PAGE, '<title>There</title>');
      await lab.call('POST', `element/${await lab.find('id', 'search_hint')}/click`);
      const field = await lab.find('id', 'url');
      await lab.call('POST', `element/${field}/value`, { text: 'wrong', replace: false });
      await lab.call('POST', `element/${field}/clear`);
      assert.equal(await lab.call('GET', `element/${field}/text`), '');
      const finished = lab.bench.told.next('page-finished');
      await lab.call('POST', `element/${field}/value`, { text: `${PAGE}${enter}`, replace: true });
      assert.deepEqual((await finished).values, { url: PAGE, title: 'There' });
    });
  }

  it('that is no field takes no text', async () => {
    await using lab = await aLab();
    startMint(lab.bench);
    const hint = await lab.find('id', 'search_hint');
    await assert.rejects(
      lab.call('POST', `element/${hint}/value`, { text: 'x' }),
      /400 invalid element state: Cannot set the element/u,
    );
  });

  it('that has the focus is the active one, and keys go to it', async () => {
    await using lab = await aLab();
    startMint(lab.bench);
    await assert.rejects(lab.call('GET', 'element/active'), /404 no such element/u);
    lab.bench.tap('search_hint');
    const field = await lab.find('id', 'url');
    assert.match(JSON.stringify(await lab.call('GET', 'element/active')), new RegExp(field, 'u'));
    await lab.call('POST', 'keys', { text: 'ab', value: ['a', 'b'] });
    await lab.call('POST', 'appium/device/press_keycode', { keycode: 67 });
    assert.equal(await lab.call('GET', `element/${field}/text`), 'a');
    await lab.call('POST', 'appium/device/press_keycode', { keycode: 66 });
    assert.deepEqual(lab.bench.web.urls, ['https://www.google.com/search?q=a']);
  });
});

describe('a finger', () => {
  it('taps where the actions say, or on the element they name', async () => {
    await using lab = await aLab();
    startMint(lab.bench);
    const tapAt = (move: object): Promise<unknown> =>
      lab.call('POST', 'actions', {
        actions: [
          {
            type: 'pointer',
            id: 'finger',
            parameters: { pointerType: 'touch' },
            actions: [
              { type: 'pointerMove', duration: 0, ...move },
              { type: 'pointerDown', button: 0 },
              { type: 'pause', duration: 50 },
              { type: 'pointerUp', button: 0 },
            ],
          },
        ],
      });
    const menu = await lab.find('accessibility id', 'Menu');
    await tapAt({ x: 0, y: 0, origin: { 'element-6066-11e4-a52e-4f735466cecf': menu } });
    await lab.find('id', 'menu_settings');
    await tapAt({ x: 540, y: 290, origin: 'viewport' });
    await lab.find('id', 'incognito_title');
    await lab.call('POST', 'appium/gestures/click', {
      origin: { ELEMENT: await lab.find('id', 'search_hint') },
    });
    await lab.find('id', 'url');
    await lab.call('POST', 'appium/gestures/click', { offset: { x: 66, y: 140 } });
    await lab.find('id', 'incognito_title');
  });

  it('finds nothing more to scroll on a screen that fits', async () => {
    await using lab = await aLab();
    startMint(lab.bench);
    const scroll = { area: {}, direction: 'down', percent: 1 };
    assert.equal(await lab.call('POST', 'appium/gestures/scroll', scroll), false);
    assert.equal(await lab.call('POST', 'appium/gestures/swipe', scroll), null);
    const into =
      'new UiScrollable(new UiSelector().scrollable(true)).scrollIntoView(new UiSelector().text("X"))';
    await assert.rejects(lab.find('-android uiautomator', into), /404 no such element/u);
  });
});

describe('a dialog', () => {
  it('can be read, answered by its usual buttons or by name; without one there is no alert', async () => {
    await using lab = await aLab();
    const { tap } = lab.bench;
    startMint(lab.bench);
    for (const path of ['alert/accept', 'alert/dismiss']) {
      await assert.rejects(lab.call('POST', path, {}), /404 no such alert/u);
    }
    await assert.rejects(lab.call('GET', 'alert/text'), /404 no such alert/u);
    tap('Menu');
    tap('Settings');
    tap('Clear data');
    assert.equal(await lab.call('GET', 'alert/text'), 'Clear data\nClose all pages?');
    await lab.call('POST', 'alert/dismiss', {});
    tap('Clear data');
    await lab.call('POST', 'alert/accept', { buttonLabel: 'Cancel' });
    tap('Clear data');
    await lab.call('POST', 'alert/accept', {});
    await lab.find('id', 'search_hint');
  });
});

describe('the phone', () => {
  it('says what it is, in the words of its ROM profile', async () => {
    await using lab = await aLab();
    assert.deepEqual(await lab.call('GET', 'appium/device/info'), {
      androidId: lab.bench.rom.identity.androidId,
      manufacturer: 'Xiaomi',
      model: 'Redmi Note 8',
      brand: lab.bench.rom.identity.brand,
      apiVersion: '28',
      platformVersion: '9',
      carrierName: 'Orange F',
      realDisplaySize: '1080x2340',
      displayDensity: 440,
      networks: [{ type: 1, typeName: 'WIFI', isConnected: true, isAvailable: true }],
      locale: 'fr_FR',
      timeZone: 'Europe/Paris',
      bluetooth: { state: 'OFF' },
    });
    assert.equal(await lab.call('GET', 'appium/device/pixel_ratio'), 2.75);
    assert.equal(await lab.call('GET', 'appium/device/display_density'), 440);
    assert.deepEqual(await lab.call('GET', 'appium/device/system_bars'), { statusBar: 66 });
    assert.deepEqual(await lab.call('GET', 'window/current/size'), { width: 1080, height: 2340 });
    assert.equal(await lab.call('GET', 'orientation'), 'PORTRAIT');
    assert.deepEqual(await lab.call('GET', 'rotation'), { x: 0, y: 0, z: 0 });
    assert.match(String(await lab.call('GET', 'screenshot')), /^iVBORw0KGgo/u);
    assert.match(String(await lab.call('GET', 'source')), /^<\?xml [\s\S]*<\/hierarchy>$/u);
    assert.deepEqual(lab.trace.unknown(), []);
  });

  it('keeps settings and clipboard for the session', async () => {
    await using lab = await aLab();
    await lab.call('POST', 'appium/settings', { settings: { waitForIdleTimeout: 0 } });
    await lab.call('POST', 'appium/device/set_clipboard', { content: 'aGVsbG8=' });
    assert.equal(await lab.call('POST', 'appium/device/get_clipboard', {}), 'aGVsbG8=');
    assert.deepEqual(await lab.call('GET', 'appium/settings'), { waitForIdleTimeout: 0 });
  });
});
