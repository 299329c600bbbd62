import { lex, SyntaxFault } from './lexer.ts';
import type { Token, Word } from './lexer.ts';

export interface Redirect {
  readonly from: number;
  readonly how: '>' | '>>' | '<' | '>&';
  readonly target: Word;
}

export interface Command {
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

/** One pipeline, and what must be true of the one before for it to run. */
export interface Step {
  readonly when: 'always' | 'succeeded' | 'failed';
  readonly commands: readonly Command[];
  readonly background: boolean;
}

/** Reads a script: lists of pipelines. Throws a SyntaxFault. There are no loops and no functions. */
export function parse(script: string): Step[] {
  const steps: Step[] = [];
  let when: Step['when'] = 'always';
  let commands: Command[] = [];
  let building: Building = { words: [], redirects: [] };
  const endCommand = (operator: string): void => {
    if (empty(building)) throw new SyntaxFault(`syntax error: unexpected '${operator}'`);
    commands.push(building);
    building = { words: [], redirects: [] };
  };
  const endStep = (background: boolean): void => {
    if (commands.length > 0 || !empty(building)) endCommand('newline');
    if (commands.length > 0) steps.push({ when, commands, background });
    else if (when !== 'always') throw new SyntaxFault("syntax error: unexpected 'newline'");
    commands = [];
  };

  const tokens = lex(script);
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind === 'word') building.words.push(token.word);
    else if (token?.kind === 'redirect') {
      building.redirects.push({ from: token.from, how: token.how, target: targetOf(tokens[++at]) });
    } else if (token?.operator === '|') endCommand('|');
    else if (token?.operator === '&&' || token?.operator === '||') {
      if (commands.length === 0 && empty(building))
        throw new SyntaxFault(`syntax error: unexpected '${token.operator}'`);
      endStep(false);
      when = token.operator === '&&' ? 'succeeded' : 'failed';
    } else if (
      token &&
      !(token.operator === '\n' && when !== 'always' && commands.length === 0 && empty(building))
    ) {
      endStep(token.operator === '&');
      when = 'always';
    }
  }
  endStep(false);
  return steps;
}

interface Building {
  readonly words: Word[];
  readonly redirects: Redirect[];
}

function empty({ words, redirects }: Building): boolean {
  return words.length === 0 && redirects.length === 0;
}

function targetOf(token: Token | undefined): Word {
  if (token?.kind !== 'word') throw new SyntaxFault("syntax error: unexpected 'newline'");
  return token.word;
}
