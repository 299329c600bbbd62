import { z } from 'zod';
import { isObject } from './json.ts';

/** English words of the screens → those of another language; what is missing stays English, as on real phones. */
export type Words = ReadonlyMap<string, string>;

export const wordsSchema = z
  .record(z.string(), z.string())
  .transform((words): Words => new Map(Object.entries(words)));

/** An app's raw data with everything that a screen shows in another language. */
export function translated(value: unknown, words: Words): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => translated(item, words));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SHOWN.has(key) && typeof inner === 'string'
        ? (words.get(inner) ?? inner)
        : translated(inner, words),
    ]),
  );
}

/** The fields of an app's file that hold what its user reads. */
const SHOWN: ReadonlySet<string> = new Set(['label', 'text', 'description', 'hint']);
