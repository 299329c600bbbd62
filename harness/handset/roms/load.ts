import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../lib/fault.ts';
import { namesIn, readText } from '../disk.ts';
import { collectorSchema } from '../collectors/rules.ts';
import type { Profile, Rom, RomApp } from './rom.ts';
import { appSchema, profileSchema, romOf } from './rom.ts';

const SHIPPED = import.meta.dirname;

/**
 * A ROM profile by its name, or by the path of a JSON file that anybody wrote. `like` names a profile it starts
 * from; apps and collectors are names of the shipped ones, paths beside the file, or written out in place.
 * Faults: `rom-unknown` lists the names, `rom-invalid` says which field of which file is wrong.
 */
export async function loadRom(nameOrPath: string): Promise<Rom> {
  const path = await locate(nameOrPath);
  const { apps, ...raw } = await inherited(path, 0);
  const profile = parse(profileSchema, raw, path);
  const from = dirname(path);
  const loaded = await Promise.all(
    parse(z.array(z.unknown()), apps, `${path}: apps`).map((app, at) =>
      loadApp(app, from, `${path}: apps[${String(at)}]`),
    ),
  );
  return romOf(onePackageEach(profile, loaded, path), loaded);
}

/** The names that `loadRom` knows. */
export async function knownRoms(): Promise<string[]> {
  return await namesIn(SHIPPED, '.json');
}

async function locate(nameOrPath: string): Promise<string> {
  if (/[/\\]|\.json$/.test(nameOrPath)) return nameOrPath;
  const names = await knownRoms();
  if (names.includes(nameOrPath)) return join(SHIPPED, `${nameOrPath}.json`);
  throw new Fault(
    'rom-unknown',
    `There is no ROM profile called ${nameOrPath}.`,
    `Use one of ${names.join(', ')}, or the path of a JSON file.`,
  );
}

const anyProfile = z.looseObject({ like: z.string().optional() });

/** The profile with what it takes over from another: words are merged, lists replaced. */
async function inherited(path: string, depth: number): Promise<Record<string, unknown>> {
  const { like, ...own } = parse(anyProfile, await readJson(path), path);
  if (like === undefined) return own;
  if (depth > 8) {
    throw new Fault('rom-invalid', `${path}: like: goes round in a circle.`, `Mend ${path}.`);
  }
  const base = await locate(isPath(like) ? beside(dirname(path), like) : like);
  return merged(await inherited(base, depth + 1), own);
}

const record = z.record(z.string(), z.unknown());

function merged(
  base: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const out: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(own)) {
    const [below, above] = [record.safeParse(base[key]), record.safeParse(value)];
    out[key] = below.success && above.success ? merged(below.data, above.data) : value;
  }
  return out;
}

const withCollectors = z.looseObject({ collectors: z.array(z.unknown()).default([]) });

async function loadApp(given: unknown, from: string, where: string): Promise<RomApp> {
  const { raw, source, folder } = await opened(given, 'apps', from, where);
  const { collectors, ...app } = parse(withCollectors, raw, source);
  const rules = await Promise.all(
    collectors.map(async (collector, at) => {
      const found = await opened(
        collector,
        'collectors',
        folder,
        `${source}: collectors[${String(at)}]`,
      );
      return parse(collectorSchema, found.raw, found.source);
    }),
  );
  return parse(appSchema, { ...app, collectors: rules }, source);
}

/** A thing written in place, or the file that a name or path stands for. */
async function opened(
  given: unknown,
  kind: 'apps' | 'collectors',
  from: string,
  where: string,
): Promise<{ raw: unknown; source: string; folder: string }> {
  if (typeof given !== 'string') return { raw: given, source: where, folder: from };
  if (isPath(given)) {
    const path = beside(from, given);
    return { raw: await readJson(path), source: path, folder: dirname(path) };
  }
  const folder = join(SHIPPED, kind);
  const names = await namesIn(folder, '.json');
  if (!names.includes(given)) {
    throw new Fault(
      'rom-invalid',
      `${where}: there is nothing called ${given} in ${kind}.`,
      `Use one of ${names.join(', ')}, or the path of a JSON file.`,
    );
  }
  const path = join(folder, `${given}.json`);
  return { raw: await readJson(path), source: path, folder };
}

function onePackageEach(profile: Profile, apps: readonly RomApp[], path: string): Profile {
  const twice = apps.find((app, at) => apps.findIndex((a) => a.package === app.package) !== at);
  if (!twice) return profile;
  throw new Fault(
    'rom-invalid',
    `${path}: apps: ${twice.package} is in it twice.`,
    `Mend ${path}.`,
  );
}

function isPath(name: string): boolean {
  return name.includes('/') || name.endsWith('.json');
}

function beside(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

async function readJson(path: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await readText(path));
    return value;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('rom-invalid', `${path} cannot be read: ${reason}`, `Mend ${path}.`, { cause });
  }
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  source: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues
    .slice(0, 5)
    .map(
      ({ path, message }) =>
        `${path.length > 0 ? z.core.toDotPath(path) : 'the whole'}: ${message}`,
    );
  throw new Fault('rom-invalid', `${source}: ${lines.join('; ')}`, `Mend ${source}.`);
}
