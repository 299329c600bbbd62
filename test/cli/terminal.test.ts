import assert from 'node:assert/strict';
import fc from 'fast-check';
import { forTerminal, linesForTerminal, painter } from '../../harness/cli/terminal.ts';

describe('text from outside on a terminal', () => {
  const shown: readonly [string, string, string][] = [
    ['an escape sequence', '\u001b[2Jgone', String.raw`\u{1b}[2Jgone`],
    ['an eight-bit escape sequence', '\u009b31mred', String.raw`\u{9b}31mred`],
    ['a line break', 'a\r\nb', String.raw`a\u{0d}\u{0a}b`],
    ['a right-to-left override', 'gpj\u202eexe', String.raw`gpj\u{202e}exe`],
    ['a zero-width space', 'mi\u200bui', String.raw`mi\u{200b}ui`],
    ['a letter that is drawn as nothing', 'a\u3164b', String.raw`a\u{3164}b`],
    ['a tag character', 'a\u{e0041}', String.raw`a\u{e0041}`],
    ['half of a pair', 'a\ud800b', 'a\ufffdb'],
    [
      'words in any script',
      'Enhanced · 隐身模式 · ярлык · ● 🙂',
      'Enhanced · 隐身模式 · ярлык · ● 🙂',
    ],
  ];
  for (const [what, text, safe] of shown) {
    it(`shows ${what} as it can be read`, () => {
      assert.equal(forTerminal(text), safe);
    });
  }

  it('never moves the cursor, hides, reverses or breaks a line, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(forTerminal(text), /[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('says the same when it is made safe twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(forTerminal(forTerminal(text)), forTerminal(text));
      }),
    );
  });

  it('keeps the lines of what has lines', () => {
    assert.equal(linesForTerminal('a\nb\u001b'), 'a\nb\\u{1b}');
  });

  it('is coloured on a terminal only, and never for whoever says NO_COLOR', () => {
    assert.equal(painter({ isTTY: true }, {})('red', 'LEAKS'), '\u001b[31mLEAKS\u001b[0m');
    assert.equal(painter({ isTTY: true }, { NO_COLOR: '1' })('red', 'LEAKS'), 'LEAKS');
    assert.equal(painter({ isTTY: false }, {})('red', 'LEAKS'), 'LEAKS');
    assert.equal(painter({}, {})('red', 'LEAKS'), 'LEAKS');
  });
});
