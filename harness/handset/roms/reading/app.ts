import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../../lib/fault.ts';
import { collectorSchema } from '../../collectors/rules/rules.ts';
import type { CollectorRules } from '../../collectors/rules/rules.ts';
import { filesIn } from '../../disk.ts';
import { appSchema, serviceSchema } from '../rom.ts';
import type { RomApp, RomService } from '../rom.ts';
import { beside, isPath, merged, parse, readJson } from './json.ts';
import { PieceMissing, withPieces } from './pieces.ts';
import type { Pieces } from './pieces.ts';
import { translated, wordsSchema } from './words.ts';
import type { Words } from './words.ts';

/** What apps are read with: the shipped files, the shared pieces of screens, and the language of this phone. */
export interface Shelf {
  /** Name → path of every shipped app, and of every set of apps. */
  readonly apps: ReadonlyMap<string, string>;
  readonly services: ReadonlyMap<string, string>;
  readonly collectors: ReadonlyMap<string, string>;
  readonly pieces: Pieces;
  readonly words: Words;
}

/** `language` is a BCP 47 tag; one that has no file of words is shown in English. */
export async function openShelf(folder: string, language: string): Promise<Shelf> {
  const screens = await filesIn(join(folder, 'screens'), '.json');
  const read = async <Schema extends z.ZodType>(name: string, schema: Schema) => {
    const path = screens.get(name);
    return path === undefined ? undefined : parse(schema, await readJson(path), path);
  };
  const pieces = await read('pieces', z.record(z.string(), z.unknown()));
  return {
    apps: await filesIn(join(folder, 'apps'), '.json'),
    services: await filesIn(join(folder, 'services'), '.json'),
    collectors: await filesIn(join(folder, 'collectors'), '.json'),
    pieces: new Map(Object.entries(pieces ?? {})),
    words: (await read(`words-${language.split('-')[0] ?? ''}`, wordsSchema)) ?? new Map(),
  };
}

/** The apps that one entry of a profile's list stands for: one, or those of a set (a file that is a list). */
export async function loadApps(
  given: unknown,
  from: string,
  where: string,
  shelf: Shelf,
): Promise<RomApp[]> {
  const { raw, source, folder } = await opened(given, 'apps', from, where, shelf);
  if (!Array.isArray(raw)) return [await loadApp(raw, source, folder, shelf)];
  const inSet = await Promise.all(
    raw.map((app: unknown, at) => loadApps(app, folder, `${source}[${String(at)}]`, shelf)),
  );
  return inSet.flat();
}

const fields = z.record(z.string(), z.unknown());
const withCollectors = z.looseObject({ collectors: z.array(z.unknown()).default([]) });

async function loadApp(
  given: unknown,
  source: string,
  folder: string,
  shelf: Shelf,
): Promise<RomApp> {
  const whole = await inherited(given, 'apps', { source, folder, shelf });
  const { collectors, ...app } = parse(withCollectors, whole, source);
  const rules = await loadRules(collectors, source, folder, shelf);
  const screens = parse(fields, translated(pieced(app, source, shelf), shelf.words), source);
  return parse(appSchema, { ...screens, collectors: rules }, source);
}

/** A service is an app without screens, and is like no other. */
export async function loadService(
  given: unknown,
  from: string,
  where: string,
  shelf: Shelf,
): Promise<RomService> {
  const { raw, source, folder } = await opened(given, 'services', from, where, shelf);
  const { collectors, ...service } = parse(withCollectors, raw, source);
  const rules = await loadRules(collectors, source, folder, shelf);
  return parse(serviceSchema, { ...service, collectors: rules }, source);
}

async function loadRules(
  collectors: readonly unknown[],
  source: string,
  folder: string,
  shelf: Shelf,
): Promise<CollectorRules[]> {
  return await Promise.all(
    collectors.map(async (collector, at) => {
      const place = `${source}: collectors[${String(at)}]`;
      const found = await opened(collector, 'collectors', folder, place, shelf);
      const whole = await inherited(found.raw, 'collectors', { ...found, shelf });
      return parse(collectorSchema, whole, found.source);
    }),
  );
}

function pieced(app: unknown, source: string, shelf: Shelf): unknown {
  try {
    return withPieces(app, shelf.pieces);
  } catch (error) {
    if (!(error instanceof PieceMissing)) throw error;
    throw new Fault('rom-invalid', `${source}: ${error.message}`, `Mend ${source}.`);
  }
}

const likeAnother = z.looseObject({ like: z.string().optional() });

/** An app or a collector with what it takes over from the one it is `like`. */
async function inherited(
  given: unknown,
  kind: 'apps' | 'collectors',
  { source, folder, shelf }: { source: string; folder: string; shelf: Shelf },
  depth = 0,
): Promise<Record<string, unknown>> {
  const { like, ...own } = parse(likeAnother, given, source);
  if (like === undefined) return own;
  if (depth > 8)
    throw new Fault('rom-invalid', `${source}: like: goes round in a circle.`, `Mend ${source}.`);
  const base = await opened(like, kind, folder, `${source}: like`, shelf);
  return merged(await inherited(base.raw, kind, { ...base, shelf }, depth + 1), own);
}

/** A thing written in place, or the file that a name or path stands for. */
async function opened(
  given: unknown,
  kind: 'apps' | 'services' | 'collectors',
  from: string,
  where: string,
  shelf: Shelf,
): Promise<{ raw: unknown; source: string; folder: string }> {
  if (typeof given !== 'string') return { raw: given, source: where, folder: from };
  const shipped = shelf[kind];
  const path = isPath(given) ? beside(from, given) : shipped.get(given);
  if (path === undefined) {
    throw new Fault(
      'rom-invalid',
      `${where}: there is nothing called ${given} in ${kind}.`,
      `Use one of ${[...shipped.keys()].join(', ')}, or the path of a JSON file.`,
    );
  }
  return { raw: await readJson(path), source: path, folder: dirname(path) };
}
