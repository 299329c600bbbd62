import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lex, SyntaxFault } from '../../../../harness/handset/shell/language/lexer.ts';

describe('the lexer', () => {
  it('gives any text back that single quotes hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const script = `'${text.replaceAll("'", String.raw`'\''`)}'`;
        const tokens = lex(script);
        assert.equal(tokens.length, 1);
        const [token] = tokens;
        const parts = token?.kind === 'word' ? token.word : [];
        assert.equal(
          parts.map((part) => (part.kind === 'text' && part.quoted ? part.text : '?')).join(''),
          text,
        );
      }),
    );
  });

  it('gives any text back that double quotes hold, with what is special in them escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const [token, more] = lex(`"${text.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`);
        const parts = token?.kind === 'word' ? token.word : [];
        assert.equal(parts.map((part) => (part.kind === 'text' ? part.text : '?')).join(''), text);
        assert.equal(more, undefined);
      }),
    );
  });

  it('reads or refuses anything, and throws nothing else', () => {
    const piece = fc.constantFrom(
      '"',
      "'",
      '\\',
      '$',
      '(',
      ')',
      '`',
      ' ',
      '\n',
      ';',
      '|',
      '&',
      '>',
      '2>',
      'a',
      '#',
      '{',
      '}',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          lex(pieces.join(''));
        } catch (error) {
          assert.ok(error instanceof SyntaxFault);
        }
      }),
    );
  });

  it('tells operators, redirections and words apart', () => {
    const shown = lex(`a 2>&1 >>f|b&&c||d;e 'x y'z`).map((token) => {
      if (token.kind === 'operator') return token.operator;
      if (token.kind === 'redirect') return `${token.from}${token.how}`;
      return token.word.map((part) => (part.kind === 'text' ? part.text : '?')).join('+');
    });
    assert.deepEqual(shown, [
      'a',
      '2>&',
      '1',
      '1>>',
      'f',
      '|',
      'b',
      '&&',
      'c',
      '||',
      'd',
      ';',
      'e',
      'x y+z',
    ]);
  });
});
