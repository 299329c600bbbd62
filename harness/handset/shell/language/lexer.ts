/** A piece of a word. Quoted pieces are neither split into fields nor taken for patterns. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  /** `$name`, `${name}`, `$?`, `$1`. */
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean }
  /** `$(script)` or backquotes. */
  | { readonly kind: 'command'; readonly script: string; readonly quoted: boolean };

export type Word = readonly Part[];

export type Operator = ';' | '&' | '&&' | '||' | '|' | '\n';

export type Token =
  | { readonly kind: 'word'; readonly word: Word }
  | { readonly kind: 'operator'; readonly operator: Operator }
  | { readonly kind: 'redirect'; readonly from: number; readonly how: '>' | '>>' | '<' | '>&' };

/** Text that the shell's grammar cannot read; mksh's own words. */
export class SyntaxFault extends Error {}

/** Cuts a script into words and operators as `sh` does. Throws a SyntaxFault for an open quote or bracket. */
export function lex(script: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < script.length) {
    const rest = script.slice(at, at + 16);
    const space = /^(?:[ \t\r]+|\\\n)/.exec(rest);
    if (space) {
      at += space[0].length;
      continue;
    }
    if (rest.startsWith('#')) {
      const end = script.indexOf('\n', at);
      at = end === -1 ? script.length : end;
      continue;
    }
    const redirect = /^(\d?)(>>|>&|<&|>|<)/.exec(rest);
    if (redirect) {
      const [all, from, how] = redirect;
      at += all.length;
      tokens.push(redirection(from ?? '', how ?? ''));
      continue;
    }
    const operator = OPERATORS.find((candidate) => rest.startsWith(candidate));
    if (operator) {
      at += operator.length;
      tokens.push({ kind: 'operator', operator });
      continue;
    }
    const [word, end] = lexWord(script, at);
    at = end;
    tokens.push({ kind: 'word', word });
  }
  return tokens;
}

/** The longer ones first. */
const OPERATORS: readonly Operator[] = ['&&', '||', ';', '&', '|', '\n'];

const ENDS_WORD = /[ \t\r\n;&|<>]/;

function redirection(from: string, how: string): Token {
  if (how === '<' || how === '<&') return { kind: 'redirect', from: Number(from), how: '<' };
  const kept = how === '>>' || how === '>&' ? how : '>';
  return { kind: 'redirect', from: from === '' ? 1 : Number(from), how: kept };
}

function lexWord(script: string, start: number): readonly [Word, number] {
  const parts: Part[] = [];
  let at = start;
  while (at < script.length && !ENDS_WORD.test(script.charAt(at))) {
    const character = script.charAt(at);
    if (character === "'") {
      const end = closing(script, "'", at + 1);
      parts.push({ kind: 'text', text: script.slice(at + 1, end), quoted: true });
      at = end + 1;
    } else if (character === '"') {
      at = lexDouble(script, at + 1, parts);
    } else if (character === '\\') {
      const next = script.charAt(at + 1);
      if (next !== '\n') parts.push({ kind: 'text', text: next, quoted: true });
      at += 2;
    } else if (character === '$' || character === '`') {
      at = lexDollar(script, at, parts, false);
    } else {
      parts.push({ kind: 'text', text: character, quoted: false });
      at++;
    }
  }
  return [merged(parts), at];
}

/** Inside double quotes a backslash escapes only double quote, backslash, dollar, backquote and newline. */
function lexDouble(script: string, start: number, parts: Part[]): number {
  parts.push({ kind: 'text', text: '', quoted: true });
  let at = start;
  for (;;) {
    const character = script.charAt(at);
    if (character === '') throw new SyntaxFault('no closing quote');
    if (character === '"') return at + 1;
    if (character === '$' || character === '`') {
      at = lexDollar(script, at, parts, true);
    } else {
      const escaped = character === '\\' && /^["\\$`\n]/.test(script.charAt(at + 1));
      const text = escaped ? script.charAt(at + 1) : character;
      if (text !== '\n' || !escaped) parts.push({ kind: 'text', text, quoted: true });
      at += escaped ? 2 : 1;
    }
  }
}

function lexDollar(script: string, start: number, parts: Part[], quoted: boolean): number {
  if (script.charAt(start) === '`') {
    const end = closing(script, '`', start + 1);
    parts.push({ kind: 'command', script: script.slice(start + 1, end), quoted });
    return end + 1;
  }
  if (script.startsWith('$(', start)) {
    const end = closingBracket(script, start + 2);
    parts.push({ kind: 'command', script: script.slice(start + 2, end), quoted });
    return end + 1;
  }
  const named = /^\$(?:\{(\w+|[?#@*])\}|([A-Za-z_]\w*|[0-9?#@*]))/.exec(
    script.slice(start, start + 256),
  );
  const name = named?.[1] ?? named?.[2];
  if (!named || name === undefined) {
    parts.push({ kind: 'text', text: '$', quoted });
    return start + 1;
  }
  parts.push({ kind: 'variable', name, quoted });
  return start + named[0].length;
}

function closing(script: string, quote: string, from: number): number {
  const end = script.indexOf(quote, from);
  if (end === -1) throw new SyntaxFault('no closing quote');
  return end;
}

function closingBracket(script: string, from: number): number {
  let depth = 1;
  for (let at = from; at < script.length; at++) {
    const character = script.charAt(at);
    if (character === "'") at = closing(script, "'", at + 1);
    else if (character === '\\') at++;
    else if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return at;
  }
  throw new SyntaxFault("syntax error: unmatched '('");
}

/** Neighbouring text of the same kind as one piece. */
function merged(parts: readonly Part[]): Part[] {
  const out: Part[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.kind === 'text' && last?.kind === 'text' && last.quoted === part.quoted) {
      out[out.length - 1] = { ...last, text: last.text + part.text };
    } else out.push(part);
  }
  return out;
}
