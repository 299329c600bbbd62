import { z } from 'zod';

/** A closed object: a field that it does not know is refused, with the fields that it knows. */
export function closed<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has no field ${inWords(issue.keys)}; allowed: ${inWords(Object.keys(shape))}`
        : undefined,
  });
}

/** What is wrong with a value and what would be right, for the person who wrote the file. */
export function refusal(issue: z.core.$ZodRawIssue): string | undefined {
  const is = issue.input === undefined ? 'is missing' : `is ${JSON.stringify(issue.input)}`;
  if (issue.code === 'invalid_value') return `${is}; allowed: ${inWords(issue.values)}`;
  if (issue.code === 'invalid_type') return `${is}; allowed: ${wordFor(issue.expected)}`;
  if (issue.code === 'invalid_format') return `${is}; allowed: ${wordFor(issue.format)}`;
  if (issue.code === 'too_big') return `${is}; allowed: at most ${String(issue.maximum)}`;
  if (issue.code !== 'too_small') return undefined;
  const least =
    issue.origin === 'string' ? 'any text but none' : `${String(issue.minimum)} or more`;
  return `${is}; allowed: ${least}`;
}

export function inWords(values: Iterable<unknown>): string {
  return [...values].map((value) => JSON.stringify(value)).join(', ');
}

function wordFor(zodWord: string): string {
  return WORDS.get(zodWord) ?? zodWord;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['record', 'an object'],
  ['object', 'an object'],
  ['array', 'a list'],
  ['regex', 'lower case letters, digits and "-"'],
  ['date', 'a date, YYYY-MM-DD'],
  ['url', 'a URL with http:// or https://'],
]);
