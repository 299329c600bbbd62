import type { ParseArgsOptionsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import { Fault } from '../../lib/fault.ts';
import { didYouMean } from './nearest.ts';
import { badValue } from './values.ts';

/** The words behind a command, options told from the rest. */
export interface Words {
  readonly positionals: readonly string[];
  all(option: string): readonly string[];
  /** The last one given. */
  one(option: string): string | null;
}

/** Reads them. An option that the command has not, or without its value, is a Fault. */
export function wordsOf(
  command: string,
  options: ParseArgsOptionsConfig,
  args: readonly string[],
): Words {
  const { tokens } = parseArgs({
    args: withResumeFilled(args),
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    if (!Object.hasOwn(options, token.name)) throw unknownOption(command, token.rawName, options);
    if (options[token.name]?.type === 'boolean') {
      values.set(token.name, ['true']);
      continue;
    }
    if (token.value === undefined || token.value === '' || token.value.startsWith('--')) {
      throw badValue(token.rawName, 'needs a value', `Write ${token.rawName} <value>.`);
    }
    values.set(token.name, [...(values.get(token.name) ?? []), token.value]);
  }
  return {
    positionals,
    all: (option) => values.get(option) ?? [],
    one: (option) => values.get(option)?.at(-1) ?? null,
  };
}

/** `--resume` alone means the latest run; only what looks like a run is taken as its value. */
function withResumeFilled(args: readonly string[]): string[] {
  return args.map((word, i) => {
    const looksLikeRun = /^(.*\/)?\d{8}T\d{4}/.test(args[i + 1] ?? '');
    return word === '--resume' && !looksLikeRun ? '--resume=latest' : word;
  });
}

function unknownOption(command: string, raw: string, options: ParseArgsOptionsConfig): Fault {
  const known = Object.keys(options).map((name) => `--${name}`);
  return new Fault(
    'unknown-option',
    `${command} has no option ${raw}.${didYouMean(raw, known)}`,
    known.length > 0 ? `Its options: ${known.join(', ')}.` : 'It takes none.',
  );
}
