/**
 * The one way that text from outside (names, a phone's words, a server's bytes) reaches a terminal: every character
 * that could move the cursor, colour, reverse or hide what follows is shown as its number instead. One line stays
 * one line.
 */
export function forTerminal(text: string): string {
  return text.toWellFormed().replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16).padStart(2, '0')}}`;
  });
}

/** Several lines, each made safe. */
export function linesForTerminal(text: string): string {
  return text.split('\n').map(forTerminal).join('\n');
}

/** Control, format, private and unassigned characters, line separators, and whatever is drawn as nothing. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim';

/** Where text goes, and whether a person watches it. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Colours for a terminal, plain text for everything else and for whoever says NO_COLOR. */
export function painter(
  output: Pick<Output, 'isTTY'>,
  env: NodeJS.ProcessEnv,
): (colour: Colour, text: string) => string {
  const coloured = output.isTTY === true && (env['NO_COLOR'] ?? '') === '';
  return (colour, text) => (coloured ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text);
}

const CODES: Readonly<Record<Colour, number>> = {
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
  bold: 1,
  dim: 2,
};
