import assert from 'node:assert/strict';
import { appScreensSchema } from '../../../harness/handset/ui/app.ts';
import { aBench, JELLY, MINT, startMint } from './by-hand.ts';

const PAGE = 'https://visited.leaklab.test/abcdefghijklmnop';
const TITLE = 'Dofaki Lumeri Gobazu Kenato';

for (const version of ['3.4.0', '3.4.3']) {
  describe(`Mint Browser ${version}, walked by its words alone`, () => {
    it('asks for consent once, until its data is cleared', async () => {
      const bench = await aBench(`miui-11-mint-${version}`);
      bench.tap('Mint Browser');
      assert.deepEqual(bench.screen.foreground(), {
        package: MINT,
        activity: 'com.android.browser.BrowserActivity',
      });
      assert.ok(bench.words().includes('Before you start'));
      assert.equal(bench.see('Agree').resourceId, `${MINT}:id/agree`);
      bench.tap('Agree');
      assert.ok(bench.words().includes('Search or enter web address'));
      bench.screen.stop(MINT);
      bench.screen.launch(MINT);
      assert.ok(!bench.words().includes('Before you start'));
      bench.screen.clear(MINT);
      bench.screen.launch(MINT);
      assert.ok(bench.words().includes('Before you start'));
    });

    it('opens the page that was typed, and shows its title and address', async () => {
      const bench = await aBench(`miui-11-mint-${version}`);
      bench.web.serves(PAGE, `<title>${TITLE}</title><p>Hello`);
      startMint(bench);
      bench.tap('Search or enter web address');
      assert.equal(bench.see('url').focused, true);
      bench.screen.type(`${PAGE}\n`);
      assert.equal(bench.see('progress').className, 'android.widget.ProgressBar');
      assert.equal(bench.see('search_hint').text, PAGE);
      await bench.told.next('page-finished');
      assert.equal(bench.see('title').text, TITLE);
      assert.equal(bench.see('web').className, 'android.webkit.WebView');
      assert.equal(bench.see('web').text, TITLE);
      assert.throws(() => bench.see('progress'));
    });

    it('says which error kept a page away', async () => {
      const bench = await aBench(`miui-11-mint-${version}`);
      startMint(bench);
      bench.tap('search_hint');
      bench.screen.type('https://nowhere.leaklab.test/\n');
      await new Promise(setImmediate);
      assert.ok(bench.words().includes('Webpage not available'));
      assert.equal(bench.see('error_detail').text, 'net::ERR_NAME_NOT_RESOLVED');
      assert.deepEqual(bench.told.of('page-finished'), []);
    });

    it('turns incognito on from its menu, closes all pages, and shows the mode', async () => {
      const bench = await aBench(`miui-11-mint-${version}`);
      bench.web.serves(PAGE, `<title>${TITLE}</title>`);
      startMint(bench);
      bench.tap('search_hint');
      bench.screen.type(`${PAGE}\n`);
      await bench.told.next('page-finished');
      bench.tap('Menu');
      assert.equal(bench.see('Incognito mode').checkable, true);
      assert.equal(bench.see('Incognito mode').checked, false);
      bench.tap('Incognito mode');
      assert.ok(bench.words().includes('You are in incognito mode'));
      assert.ok(!bench.words().includes(TITLE));
      bench.tap('Menu');
      assert.equal(bench.see('Incognito mode').checked, true);
      bench.tap('Incognito mode');
      assert.ok(!bench.words().includes('You are in incognito mode'));
    });

    it('asks before it closes the pages', async () => {
      const bench = await aBench(`miui-11-mint-${version}`);
      startMint(bench);
      bench.tap('Menu');
      bench.tap('Settings');
      assert.equal(bench.screen.dialog(), false);
      bench.tap('Clear data');
      assert.equal(bench.screen.dialog(), true);
      bench.tap('Cancel');
      assert.ok(bench.words().includes('Settings'));
    });
  });
}

describe('the switch of Mint Browser 3.4.3', () => {
  it('is on at first, survives the end of the process, and is reset with the data', async () => {
    const bench = await aBench('miui-11-mint-3.4.3');
    const settings = (): void => {
      bench.screen.launch(MINT);
      bench.tap('Menu');
      bench.tap('Settings');
    };
    startMint(bench);
    settings();
    const shown = bench.see('switch_widget');
    assert.deepEqual(
      [shown.resourceId, shown.text, shown.description, shown.checked],
      ['android:id/switch_widget', '', 'Enhanced incognito mode', true],
    );
    assert.equal(bench.see('Enhanced incognito mode').resourceId, 'android:id/title');
    bench.tap('switch_widget');
    assert.equal(bench.see('switch_widget').checked, false);
    bench.screen.stop(MINT);
    settings();
    assert.equal(bench.see('switch_widget').checked, false);
    bench.screen.clear(MINT);
    startMint(bench);
    settings();
    assert.equal(bench.see('switch_widget').checked, true);
  });

  it('is not there in 3.4.0', async () => {
    const bench = await aBench('miui-11-mint-3.4.0');
    startMint(bench);
    bench.tap('Menu');
    bench.tap('Settings');
    assert.ok(!bench.words().includes('Enhanced incognito mode'));
  });
});

describe("LineageOS's browser, walked by its words alone", () => {
  it('opens pages from its address bar and has an incognito tab and a choice of engine', async () => {
    const bench = await aBench('lineage-17');
    bench.web.serves(PAGE, `<title>${TITLE}</title>`);
    bench.screen.launch(JELLY, '.MainActivity');
    bench.tap('url_bar');
    bench.screen.type(`${PAGE}\n`);
    await bench.told.next('page-finished');
    assert.equal(bench.see('url_bar').text, PAGE);
    assert.equal(bench.see('web_view').text, TITLE);
    bench.tap('More options');
    bench.tap('New incognito tab');
    assert.ok(bench.words().includes('Incognito'));
    bench.tap('More options');
    bench.tap('Settings');
    bench.tap('Search engine');
    assert.equal(bench.see('Google').checked, true);
    bench.tap('Bing');
    assert.equal(bench.see('summary').text, 'Bing');
  });
});

describe('the home screen', () => {
  it('is shown after the home key, and after going back from an app', async () => {
    const bench = await aBench('lineage-17');
    const home = bench.screen.foreground().package;
    for (const key of [3, 4]) {
      bench.screen.launch(JELLY);
      assert.equal(bench.screen.foreground().package, JELLY);
      bench.screen.key(key);
      assert.equal(bench.screen.foreground().package, home);
    }
    assert.ok(bench.words().includes('Browser'));
    bench.tap('Tools');
    assert.ok(bench.words().includes('Files'));
    assert.equal(bench.told.of('folder-opened').at(-1)?.values['folder'], 'Tools');
  });

  it('is shown when the app in front is stopped, and an unknown app does not start', async () => {
    const bench = await aBench('lineage-17');
    bench.screen.launch(JELLY);
    bench.screen.stop(JELLY);
    assert.notEqual(bench.screen.foreground().package, JELLY);
    assert.equal(bench.screen.launch('org.example.absent'), false);
    assert.equal(bench.screen.launch(JELLY, '.OtherActivity'), false);
    assert.deepEqual(bench.told.deeds, [`stop ${JELLY}`]);
  });
});

describe('an app written down wrongly', () => {
  it('is refused with the place where it leads nowhere', () => {
    const result = appScreensSchema.safeParse({
      start: [{ screen: 'home' }],
      all: { home: { nodes: [{ row: [{ text: 'On', do: [{ go: 'nowhere' }] }] }] } },
    });
    assert.deepEqual(
      result.error?.issues.map(({ path, message }) => [path.join('.'), message]),
      [['all.home.nodes.0.row.0.do.0.go', 'there is no screen called nowhere']],
    );
  });
});
