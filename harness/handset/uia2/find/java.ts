import { Failure } from '../failure.ts';

/** `new Name(arguments).call(arguments).call(…)`: all the Java that UiSelector expressions consist of. */
export interface Chain {
  readonly name: string;
  readonly arguments: readonly Value[];
  readonly calls: readonly Call[];
}

export interface Call {
  readonly name: string;
  readonly arguments: readonly Value[];
}

export type Value = string | number | boolean | Chain;

/** Reads one expression; anything else is an `invalid selector`. */
export function parseJava(source: string): Chain {
  const words = lex(source.trim().replace(/;$/u, ''));
  const reader = { words, at: 0 };
  const chain = readChain(reader, 0);
  if (reader.at < words.length) fail(reader);
  return chain;
}

type Word =
  | { readonly kind: 'name' | 'sign'; readonly text: string }
  | { readonly kind: 'value'; readonly value: string | number | boolean };

interface Reader {
  readonly words: readonly Word[];
  at: number;
}

function readChain(reader: Reader, depth: number): Chain {
  if (depth > DEEPEST) fail(reader);
  if (nameIs(reader, 'new')) reader.at += 1;
  const name = readName(reader);
  const first = readArguments(reader, depth);
  const calls: Call[] = [];
  while (signIs(reader, '.')) {
    reader.at += 1;
    calls.push({ name: readName(reader), arguments: readArguments(reader, depth) });
  }
  return { name, arguments: first, calls };
}

function readArguments(reader: Reader, depth: number): Value[] {
  readSign(reader, '(');
  const values: Value[] = [];
  while (!signIs(reader, ')')) {
    if (values.length > 0) readSign(reader, ',');
    const word = reader.words[reader.at];
    if (word?.kind === 'value') {
      reader.at += 1;
      values.push(word.value);
    } else values.push(readChain(reader, depth + 1));
  }
  reader.at += 1;
  return values;
}

function readName(reader: Reader): string {
  const word = reader.words[reader.at];
  if (word?.kind !== 'name') return fail(reader);
  reader.at += 1;
  return word.text;
}

function readSign(reader: Reader, sign: string): void {
  if (!signIs(reader, sign)) fail(reader);
  reader.at += 1;
}

function signIs({ words, at }: Reader, sign: string): boolean {
  const word = words[at];
  return word?.kind === 'sign' && word.text === sign;
}

function nameIs({ words, at }: Reader, name: string): boolean {
  const word = words[at];
  return word?.kind === 'name' && word.text === name;
}

function fail({ at }: { readonly at: number }): never {
  throw new Failure(
    'invalid selector',
    `Could not parse expression: unexpected word ${String(at + 1)}`,
  );
}

const DEEPEST = 20;
const WORD =
  /\s*(?:(?<name>[A-Za-z_]\w*)|(?<number>-?\d+)|"(?<text>(?:[^"\\]|\\.)*)"|(?<sign>[().,]))/suy;

function lex(source: string): Word[] {
  const words: Word[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < source.length) {
    const found = WORD.exec(source)?.groups;
    if (!found) return fail({ at: words.length });
    words.push(wordOf(found));
  }
  return words;
}

function wordOf({ name, number, text, sign }: Readonly<Record<string, string | undefined>>): Word {
  if (name === 'true' || name === 'false') return { kind: 'value', value: name === 'true' };
  if (name !== undefined) return { kind: 'name', text: name };
  if (number !== undefined) return { kind: 'value', value: Number(number) };
  return text === undefined
    ? { kind: 'sign', text: sign ?? '' }
    : { kind: 'value', value: unescape(text) };
}

/** Java's escapes in a string literal. */
function unescape(text: string): string {
  return text.replaceAll(
    /\\(?:u+([0-9a-fA-F]{4})|(.))/gsu,
    (_, code: string | undefined, letter: string | undefined) =>
      code === undefined
        ? (ESCAPES.get(letter ?? '') ?? letter ?? '')
        : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['f', '\f'],
  ['b', '\b'],
]);
