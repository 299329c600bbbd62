import { isAbsolute, join } from 'node:path';
import type { z } from 'zod';
import { Fault } from '../../../lib/fault.ts';
import { readText } from '../../disk.ts';
import { wrongFields } from './refusal.ts';

/** A JSON file that anybody may have written. Fault `rom-invalid` when it cannot be read. */
export async function readJson(path: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await readText(path));
    return value;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('rom-invalid', `${path} cannot be read: ${reason}`, `Mend ${path}.`, { cause });
  }
}

/** What a schema makes of a value; a Fault that says which field of which file is wrong. */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  source: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const lines = wrongFields(result.error).slice(0, 5);
  throw new Fault('rom-invalid', `${source}: ${lines.join('; ')}`, `Mend ${source}.`);
}

/** What a file takes over from another: words are merged, lists replaced, `null` takes away. */
export function merged(
  base: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const out = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(own)) {
    const below = out.get(key);
    if (value === null) out.delete(key);
    else out.set(key, isObject(below) && isObject(value) ? merged(below, value) : value);
  }
  return Object.fromEntries(out);
}

/** Of what JSON can hold. Asked of every node of every screen: a schema, which copies what it looks at, costs too much. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A path rather than the name of something shipped. */
export function isPath(name: string): boolean {
  return name.includes('/') || name.endsWith('.json');
}

export function beside(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
