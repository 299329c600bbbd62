import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
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
  const out: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(own)) {
    const [below, above] = [record.safeParse(base[key]), record.safeParse(value)];
    if (value === null) delete out[key];
    else out[key] = below.success && above.success ? merged(below.data, above.data) : value;
  }
  return out;
}

const record = z.record(z.string(), z.unknown());

/** A path rather than the name of something shipped. */
export function isPath(name: string): boolean {
  return name.includes('/') || name.endsWith('.json');
}

export function beside(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
