import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../lib/fault.ts';
import { filesIn } from '../disk.ts';
import { loadApps, loadService, openShelf } from './reading/app.ts';
import { neverFiring } from './reading/fires.ts';
import { beside, isPath, merged, parse, readJson } from './reading/json.ts';
import type { Profile, Rom, RomApp } from './rom.ts';
import { profileSchema, romOf } from './rom.ts';

const SHIPPED = import.meta.dirname;

/** Our own app, which every bench installs on its phones; a profile may have another one under the same package. */
const OUR_APP = 'known-leak';

/**
 * A ROM profile by its name, or by the path of a JSON file that anybody wrote. `like` names a profile it starts
 * from; apps and collectors are names of the shipped ones, paths beside the file, or written out in place.
 * Faults: `rom-unknown` lists the names, `rom-invalid` says which field of which file is wrong.
 */
export async function loadRom(nameOrPath: string): Promise<Rom> {
  const path = await locate(nameOrPath);
  const { apps, updates = [], services = [], ...raw } = await inherited(path, 0);
  const profile = parse(profileSchema, raw, path);
  const from = dirname(path);
  const shelf = await openShelf(SHIPPED, profile.language ?? profile.identity.locale);
  const read = async (list: unknown, name: string): Promise<RomApp[]> => {
    const entries = parse(z.array(z.unknown()), list, `${path}: ${name}`);
    const loading = entries.map((app, at) =>
      loadApps(app, from, `${path}: ${name}[${String(at)}]`, shelf),
    );
    return (await Promise.all(loading)).flat();
  };
  const loaded = await read(apps, 'apps');
  const later = await read(updates, 'updates');
  const silent = await Promise.all(
    parse(z.array(z.unknown()), services, `${path}: services`).map((service, at) =>
      loadService(service, from, `${path}: services[${String(at)}]`, shelf),
    ),
  );
  const whole = onePackageEach(profile, loaded, path);
  const ours = await loadService(OUR_APP, SHIPPED, path, shelf);
  const all = silent.some((one) => one.package === ours.package) ? silent : [...silent, ours];
  const rom = romOf(whole, loaded, later, all);
  const [wrong] = neverFiring(rom);
  if (wrong !== undefined) throw new Fault('rom-invalid', `${path}: ${wrong}`, `Mend ${path}.`);
  return rom;
}

/** The names that `loadRom` knows. */
export async function knownRoms(): Promise<string[]> {
  return [...(await shipped()).keys()].sort();
}

/** Name → path of every profile that is shipped, whichever shelf it stands on. */
function shipped(): Promise<ReadonlyMap<string, string>> {
  return filesIn(join(SHIPPED, 'profiles'), '.json');
}

async function locate(nameOrPath: string): Promise<string> {
  if (/[/\\]|\.json$/.test(nameOrPath)) return nameOrPath;
  const found = (await shipped()).get(nameOrPath);
  if (found !== undefined) return found;
  const names = await knownRoms();
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

function onePackageEach(profile: Profile, apps: readonly RomApp[], path: string): Profile {
  const twice = apps.find((app, at) => apps.findIndex((a) => a.package === app.package) !== at);
  if (!twice) return profile;
  throw new Fault(
    'rom-invalid',
    `${path}: apps: ${twice.package} is in it twice.`,
    `Mend ${path}.`,
  );
}
