import { Fault } from '../../lib/fault.ts';
import { didYouMean } from './nearest.ts';

/** What a word of the command line may be; whatever it may not be is a Fault that says what is allowed. */

export function refuseMore(command: string, positionals: readonly string[], allowed: number): void {
  const stray = positionals.slice(allowed);
  if (stray.length === 0) return;
  throw new Fault(
    'stray-word',
    `"${stray.join(' ')}" after "${command}" belongs to no option`,
    `Give it to one, as in --seed ${stray[0] ?? ''}, or leave it out.`,
  );
}

export function wholeNumber(word: string | null, option = '--replicates'): number | null {
  if (word === null) return null;
  const number = /^\d{1,4}$/.test(word) ? Number(word) : 0;
  if (number >= 1 && number <= 1000) return number;
  throw badValue(option, `cannot be "${word}"`, 'Give a whole number from 1 to 1000.');
}

export function share(option: string, word: string | null): number | null {
  if (word === null) return null;
  const number = Number(word);
  if (word.trim() !== '' && number >= 0 && number <= 1) return number;
  throw badValue(option, `cannot be "${word}"`, 'Give a share from 0 to 1, as in 0.99.');
}

export function failOn(word: string | null): 'leaks' | 'change' | null {
  if (word === null || word === 'leaks' || word === 'change') return word;
  const guess = didYouMean(word, ['leaks', 'change']);
  throw badValue('--fail-on', `cannot be "${word}".${guess}`, 'Give it leaks or change.');
}

export function badValue(option: string, what: string, advice: string): Fault {
  return new Fault('bad-value', `${option} ${what}`, advice);
}
