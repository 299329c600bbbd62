import type { Word } from './lexer.ts';

/** What words are expanded against. */
export interface Surroundings {
  variable(name: string): string;
  /** Output of a script, for `$(…)`. */
  output(script: string): Promise<string>;
  /** Paths that a pattern names, sorted; empty when none does. */
  paths(pattern: RegExp, spelled: string): readonly string[];
}

/** The fields that a word becomes: none (an empty variable), one, or several (a pattern, `$list`). */
export async function expand(word: Word, around: Surroundings): Promise<string[]> {
  const fields: Field[] = [];
  let current: Field | undefined;
  for (const part of word) {
    const text = await valueOf(part, around);
    if (part.kind === 'text' || part.quoted) {
      current = grown(current, text, part.kind === 'text' && !part.quoted);
      continue;
    }
    const pieces = text.split(/[ \t\n]+/);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && current) {
        fields.push(current);
        current = undefined;
      }
      if (piece !== '') current = grown(current, piece, true);
    }
  }
  if (current) fields.push(current);
  return fields.flatMap((field) => matched(field, around));
}

/** The word as one string: redirection targets and assignments are neither split nor matched. */
export async function expandWhole(word: Word, around: Surroundings): Promise<string> {
  let text = '';
  for (const part of word) text += await valueOf(part, around);
  return text;
}

interface Field {
  readonly text: string;
  readonly pattern: string;
  readonly wild: boolean;
}

async function valueOf(part: Word[number], around: Surroundings): Promise<string> {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'variable') return around.variable(part.name);
  return (await around.output(part.script)).replace(/\n+$/, '');
}

function grown(field: Field | undefined, text: string, bare: boolean): Field {
  const wild = bare && /[*?]/.test(text);
  const pattern = bare
    ? text.replace(/[*?]|[^\w]/g, patternOf)
    : text.replace(/[^\w]/g, String.raw`\$&`);
  return {
    text: (field?.text ?? '') + text,
    pattern: (field?.pattern ?? '') + pattern,
    wild: wild || (field?.wild ?? false),
  };
}

function patternOf(character: string): string {
  if (character === '*') return '[^/]*';
  return character === '?' ? '[^/]' : `\\${character}`;
}

function matched({ text, pattern, wild }: Field, around: Surroundings): readonly string[] {
  if (!wild) return [text];
  const found = around.paths(new RegExp(`^${pattern}$`, 's'), text);
  return found.length > 0 ? found : [text];
}
