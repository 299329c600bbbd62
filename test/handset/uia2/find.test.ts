import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseJava } from '../../../harness/handset/uia2/find/java.ts';
import { findBySelector } from '../../../harness/handset/uia2/find/uiselector.ts';
import { findByXpath } from '../../../harness/handset/uia2/find/xpath.ts';
import { compose } from '../../../harness/handset/ui/tree/compose.ts';
import { layOut } from '../../../harness/handset/ui/tree/layout.ts';
import { startMint } from '../ui/by-hand.ts';
import { aLab } from './client.ts';

const { root } = layOut(
  compose(
    [
      { class: 'TextView', id: 'title', text: 'Settings' },
      {
        id: 'first',
        do: [{ back: true }],
        row: [
          { class: 'TextView', id: 'android:id/title', text: 'Search engine' },
          { class: 'TextView', id: 'android:id/summary', text: 'Google "the" one' },
        ],
      },
      {
        id: 'second',
        do: [{ back: true }],
        row: [
          { class: 'TextView', id: 'android:id/title', text: 'Enhanced incognito mode' },
          {
            class: 'Switch',
            id: 'android:id/switch_widget',
            description: 'Enhanced',
            checkedWhen: {},
          },
        ],
      },
    ],
    {
      package: 'org.example.app',
      visit: 'app#1',
      values: new Map(),
      choices: new Map(),
      rows: () => [],
      typed: new Map(),
      focused: undefined,
    },
  ),
  { width: 1080, height: 2340, density: 440 },
  { package: 'org.example.app', key: 'app#1' },
);

/** What a selector finds, as short id or text. */
function named(nodes: readonly { resourceId: string; text: string }[]): string[] {
  return nodes.map(({ resourceId, text }) =>
    text === '' ? resourceId.replace(/^.*\//u, '') : text,
  );
}

describe('a UiSelector', () => {
  const found: readonly (readonly [string, readonly string[]])[] = [
    ['text("Settings")', ['Settings']],
    ['text("settings")', []],
    ['textContains("INCOGNITO")', ['Enhanced incognito mode']],
    ['textStartsWith("search")', ['Search engine']],
    ['textMatches("S.*")', ['Settings', 'Search engine']],
    ['textMatches("ett")', []],
    ['textMatches("(?i)settings|google.*")', ['Settings', 'Google "the" one']],
    ['text("Google \\"the\\" one")', ['Google "the" one']],
    ['text("\\u0053ettings")', ['Settings']],
    ['resourceId("android:id/title")', ['Search engine', 'Enhanced incognito mode']],
    ['resourceId("android:id/title").instance(1)', ['Enhanced incognito mode']],
    ['resourceId("android:id/title").instance(2)', []],
    ['resourceIdMatches(".*:id/(first|second)")', ['first', 'second']],
    ['description("Enhanced")', ['switch_widget']],
    ['descriptionContains("enh")', ['switch_widget']],
    ['className("android.widget.Switch").checked(true)', ['switch_widget']],
    ['className("android.widget.Switch").checked(false)', []],
    ['clickable(true)', ['first', 'second']],
    ['clickable(true).childSelector(new UiSelector().textContains("engine"))', ['Search engine']],
    ['text("Search engine").fromParent(new UiSelector().index(1))', ['Google "the" one']],
    ['packageName("org.example.app").scrollable(true)', []],
  ];
  for (const [chain, expected] of found) {
    it(`with ${chain} finds ${expected.length === 0 ? 'nothing' : expected.join(' and ')}`, () => {
      const nodes = findBySelector(parseJava(`new UiSelector().${chain}`), root);
      assert.deepEqual(named(nodes), expected);
    });
  }

  for (const wrong of [
    '',
    'text("x")',
    'new UiSelector()',
    'new UiSelector().',
    'new UiSelector().text(x)',
    'new UiSelector().text("x"',
    'new UiSelector().colour("red")',
    'new UiSelector().text(1)',
    'new UiSelector().textMatches("(")',
    'Runtime.exec("x")',
  ]) {
    it(`that reads ${JSON.stringify(wrong)} ${wrong === 'new UiSelector()' ? 'finds all' : 'is refused'}`, () => {
      const look = (): number => findBySelector(parseJava(wrong), root).length;
      if (wrong === 'new UiSelector()') assert.equal(look(), 9);
      else assert.throws(look, { error: 'invalid selector' });
    });
  }

  it('is read or refused, whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), (source) => {
        try {
          parseJava(source);
        } catch (error) {
          assert.ok(error instanceof Error && error.name === 'Failure');
        }
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const source = `new UiSelector().text(${JSON.stringify(text)})`;
        assert.deepEqual(parseJava(source).calls, [{ name: 'text', arguments: [text] }]);
      }),
    );
  });
});

describe('an XPath', () => {
  const found: readonly (readonly [string, readonly string[]])[] = [
    ['//android.widget.Switch', ['switch_widget']],
    ['//*[@text="Search engine"]/following-sibling::*', ['Google "the" one']],
    ['//*[@text=\'Google "the" one\']', ['Google "the" one']],
    ['//*[*[@text="Enhanced incognito mode"]]//*[@checkable="true"]', ['switch_widget']],
    ['(//*[@resource-id="android:id/title"])[2]', ['Enhanced incognito mode']],
    [
      '//*[contains(@text, "incognito") or @text="Settings"]',
      ['Settings', 'Enhanced incognito mode'],
    ],
    ['//*[@text="no such thing"]', []],
    ['/hierarchy/*/*/*[@clickable="true"]', ['first', 'second']],
  ];
  for (const [expression, expected] of found) {
    it(`${expression} finds ${expected.length === 0 ? 'nothing' : expected.join(' and ')}`, () => {
      assert.deepEqual(named(findByXpath(expression, root, root)), expected);
    });
  }

  it('starts at the element it is asked of', () => {
    const [second] = findByXpath('//*[contains(@resource-id, "second")]', root, root);
    assert.ok(second);
    assert.deepEqual(named(findByXpath('.//*', root, second)), [
      'Enhanced incognito mode',
      'switch_widget',
    ]);
  });

  for (const wrong of ['//[', 'count(//*)', '"words"', '']) {
    it(`that reads ${JSON.stringify(wrong)} is refused`, () => {
      assert.throws(() => findByXpath(wrong, root, root), { error: 'invalid selector' });
    });
  }
});

describe('finding on the phone', () => {
  it('goes by id, description, class, XPath and UiSelector alike', async () => {
    await using lab = await aLab();
    startMint(lab.bench);
    const hint = await lab.find('id', 'search_hint');
    assert.equal(await lab.find('id', 'com.mi.globalbrowser.mini:id/search_hint'), hint);
    assert.equal(await lab.find('xpath', '//*[@text="Search or enter web address"]'), hint);
    assert.equal(
      await lab.find('-android uiautomator', 'new UiSelector().textContains("web address")'),
      hint,
    );
    const menu = await lab.find('accessibility id', 'Menu');
    assert.equal(await lab.find('class name', 'android.widget.ImageView'), menu);
    assert.notEqual(menu, hint);
    await assert.rejects(lab.find('id', 'absent'), /404 no such element/u);
    await assert.rejects(lab.find('css selector', 'a'), /400 invalid selector/u);
    assert.deepEqual(await lab.texts('id', 'absent'), []);
  });

  it('looks only below the element it is asked of', async () => {
    await using lab = await aLab();
    startMint(lab.bench);
    lab.bench.tap('Menu');
    lab.bench.tap('Settings');
    const row = await lab.find('xpath', '//*[*/*[@text="Search engine"]]');
    assert.deepEqual(await lab.texts('id', 'android:id/summary', row), ['Google']);
    assert.deepEqual(await lab.texts('xpath', './/*[@text!=""]', row), ['Search engine', 'Google']);
  });
});
