import { z } from 'zod';

/** An object that takes its own fields only, and says which those are when there is another. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const allowed = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code, keys }) =>
      code === 'unrecognized_keys'
        ? `${keys.join(', ')}: there is no such field; allowed: ${allowed}`
        : undefined,
  });
}

/** What a word that chooses among objects may be, for the message when it is none of them. */
export function choose(words: readonly string[]): {
  error: (issue: { code: string }) => string | undefined;
} {
  return {
    error: ({ code }) =>
      code === 'invalid_union' ? `as: is not known; allowed: ${words.join(', ')}` : undefined,
  };
}

/** A text with names in braces, filled when the rule fires: `{rom.region}`, `{stimulus.url}`, `{now}` (values.ts). */
export const template = z.string().max(8000);

/** A piece of JSON with such texts in it; a text that is one name alone keeps the value's type. */
export const jsonTemplate = z.json();

export const word = z
  .string()
  .regex(/^[A-Za-z_$][\w$-]{0,79}$/, 'is not a word (letters, digits, _ $ -)');
