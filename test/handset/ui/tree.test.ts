import assert from 'node:assert/strict';
import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import type { AppNode } from '../../../harness/handset/ui/app.ts';
import { sourceOf } from '../../../harness/handset/ui/source.ts';
import { compose } from '../../../harness/handset/ui/tree/compose.ts';
import { layOut } from '../../../harness/handset/ui/tree/layout.ts';
import type { Layout } from '../../../harness/handset/ui/tree/layout.ts';
import { boundsText, centre, flatten, nodesAt } from '../../../harness/handset/ui/tree/node.ts';
import type { UiNode } from '../../../harness/handset/ui/tree/node.ts';

const DISPLAY = { width: 1080, height: 2340, density: 440 };

function shown(nodes: readonly AppNode[], scrolled = 0): Layout {
  const views = compose(nodes, {
    package: 'org.example.app',
    visit: 'app#1',
    values: new Map([['mode', 'normal']]),
    choices: new Map([['engine', ['Google', 'Bing']]]),
    rows: () => [],
    typed: new Map(),
    focused: undefined,
  });
  return layOut(views, DISPLAY, { package: 'org.example.app', key: 'app#1' }, scrolled);
}

/** Any screen that the schema allows, as far as layout is concerned. */
function nodesOf(depth: number): fc.Arbitrary<AppNode[]> {
  const below = depth === 0 ? fc.constant<AppNode[]>([]) : nodesOf(depth - 1);
  const node = fc.record(
    {
      class: fc.constantFrom(
        'TextView',
        'EditText',
        'Switch',
        'ImageView',
        'Button',
        'RadioButton',
      ),
      text: fc.string({ unit: 'grapheme', maxLength: 80 }),
      style: fc.constantFrom('heading', 'caption', 'bar', 'setting', 'pill'),
      fill: fc.boolean(),
      checkedWhen: fc.constant({ mode: 'normal' }),
      do: fc.constant<AppNode['do']>([{ back: true }]),
      row: below,
      column: below,
    },
    { requiredKeys: [] },
  );
  return fc.array(node, { maxLength: 4 });
}

const anyNodes = nodesOf(2);

describe('the layout of a screen', () => {
  it('keeps every node inside the display and its parent, and siblings apart', () => {
    fc.assert(
      fc.property(anyNodes, fc.nat({ max: 5000 }), (nodes, scrolled) => {
        const { root } = shown(nodes, scrolled);
        assert.equal(boundsText(root.bounds), '[0,0][1080,2340]');
        for (const node of flatten(root)) {
          const { left, top, right, bottom } = node.bounds;
          assert.ok(left < right && top < bottom, `${node.key} has no size`);
          for (const child of node.children) {
            assert.ok(inside(child, node), `${child.key} is outside of its parent`);
          }
          for (const [at, child] of node.children.entries()) {
            for (const other of node.children.slice(at + 1)) {
              assert.ok(apart(child, other), `${child.key} covers ${other.key}`);
            }
          }
        }
      }),
    );
  });

  it('lets a finger at the middle of a node without children hit that node', () => {
    fc.assert(
      fc.property(anyNodes, (nodes) => {
        const { root } = shown(nodes);
        for (const node of flatten(root).filter(({ children }) => children.length === 0)) {
          const { x, y } = centre(node.bounds);
          assert.equal(nodesAt(root, x, y)[0]?.key, node.key);
        }
      }),
    );
  });

  it('stays where it is however the words on it change', () => {
    const keys = (text: string): string[] =>
      flatten(shown([{ text }, { row: [{ text }] }]).root).map(({ key }) => key);
    assert.deepEqual(keys('short'), keys('much longer than it was before'));
  });

  it('moves what does not fit into sight, and leaves out what is scrolled away', () => {
    const many = Array.from({ length: 40 }, (_, at) => ({
      class: 'TextView',
      text: `row ${at}`,
      do: [],
    }));
    const texts = ({ root }: Layout): string[] =>
      flatten(root).flatMap(({ text }) => (text === '' ? [] : [text]));
    const top = shown(many);
    assert.ok(top.scrollRange > 0);
    assert.equal(texts(top)[0], 'row 0');
    assert.ok(!texts(top).includes('row 39'));
    const bottom = shown(many, top.scrollRange);
    assert.equal(texts(bottom).at(-1), 'row 39');
    assert.ok(!texts(bottom).includes('row 0'));
    assert.equal(flatten(top.root).filter(({ scrollable }) => scrollable).length, 1);
    assert.equal(shown(many.slice(0, 3)).scrollRange, 0);
  });

  it('makes one line for each choice, the chosen one marked', () => {
    const { root } = shown([{ class: 'RadioButton', text: '{choice}', choiceOf: 'engine' }]);
    const lines = flatten(root).filter(({ checkable }) => checkable);
    assert.deepEqual(
      lines.map(({ text, onTap }) => [text, onTap]),
      [
        ['Google', [{ set: { engine: 'Google' } }]],
        ['Bing', [{ set: { engine: 'Bing' } }]],
      ],
    );
  });
});

describe('the source of a screen', () => {
  it('is XML that anybody can read back, whatever a page calls itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { root } = shown([{ class: 'TextView', id: 'title', text: '', description: text }]);
        const read = new DOMParser({ onError: complain }).parseFromString(
          sourceOf(root, DISPLAY),
          'text/xml',
        );
        const title = [...read.getElementsByTagName('android.widget.TextView')][0];
        assert.equal(title?.getAttribute('resource-id'), 'org.example.app:id/title');
        // Templates are filled before: braces of the text are names there, and gone.
        const meant = text.replaceAll(/\{[^{}]*\}/gu, '').toWellFormed();
        const kept = meant.replaceAll(/[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/gu, '');
        assert.equal(title.getAttribute('content-desc') ?? '', kept);
      }),
      { examples: [['\uFFFD']] },
    );
  });

  it('names each element after its class and gives bounds as Android writes them', () => {
    const { root } = shown([{ class: 'EditText', id: 'android:id/edit', hint: 'Name <here>' }]);
    const source = sourceOf(root, DISPLAY);
    assert.match(
      source,
      /^<\?xml version='1\.0' encoding='UTF-8' standalone='yes' \?>\n<hierarchy /u,
    );
    assert.match(
      source,
      /<android\.widget\.EditText index="0" [^>]*resource-id="android:id\/edit" hint="Name &#60;here&#62;" [^>]*clickable="true" [^>]*bounds="\[0,66\]\[1080,209\]" displayed="true" \/>/u,
    );
  });
});

/** U+FFFD is a letter of XML like any other, and the reader takes it for damage. */
function complain(level: string, message: string): void {
  if (level === 'warning' && message.startsWith('Unicode replacement character detected')) return;
  throw new Error(`${level}: ${message}`);
}

function inside({ bounds: inner }: UiNode, { bounds: outer }: UiNode): boolean {
  return (
    inner.left >= outer.left &&
    inner.top >= outer.top &&
    inner.right <= outer.right &&
    inner.bottom <= outer.bottom
  );
}

function apart({ bounds: a }: UiNode, { bounds: b }: UiNode): boolean {
  return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}
