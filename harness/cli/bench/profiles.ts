import { isAbsolute, join } from 'node:path';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import { profiles } from '../../gather/browsers/profiles.ts';
import { knownRoms, loadRom } from '../../handset/roms/load.ts';
import type { Rom, RomApp } from '../../handset/roms/rom.ts';
import { Fault } from '../../lib/fault.ts';
import { namesIn } from '../../record/disk.ts';
import { didYouMean } from '../argv/nearest.ts';

/** A ROM profile as a device of a bench, with the browsers on it that we can drive. */
export interface ProfileAtBench {
  readonly rom: Rom;
  readonly entry: BenchEntry;
  /** Browser's name in devices.json → its app on this ROM. */
  readonly browsers: ReadonlyMap<string, RomApp>;
}

/** From Android 14 the store that apps believe is out of root's simple reach: certificates stay unbelieved. */
const FIRST_SEALED_STORE = 34;
const TIMELAPSE = 30;

/** The shipped profiles, or every profile of a folder; one that holds no browser of ours is left out. */
export async function profilesAtBench(
  folder: string | null,
  home: string,
): Promise<ProfileAtBench[]> {
  const from = folder === null || isAbsolute(folder) ? folder : join(home, folder);
  const names =
    from === null
      ? await knownRoms()
      : (await namesIn(from))
          .filter((name) => name.endsWith('.json'))
          .map((name) => join(from, name));
  const loaded = await Promise.all(names.map((name) => profileAtBench(name)));
  const usable = loaded.filter(({ browsers }) => browsers.size > 0);
  if (usable.length > 0) return usable;
  throw new Fault(
    'no-profile',
    `${folder ?? 'this version'} has no ROM profile with a browser that can be driven`,
    `Name a folder with profiles (docs/reference-handset.md); browsers: ${[...profiles.keys()].join(', ')}.`,
  );
}

/** A ROM profile as somebody typed its name; one that is not there is a Fault with the name that was probably meant. */
export async function romNamed(nameOrPath: string): Promise<Rom> {
  try {
    return await loadRom(nameOrPath);
  } catch (error) {
    const known = await knownRoms();
    // Of a base that a known profile names, the profile's file is to be mended.
    if (!(error instanceof Fault) || error.code !== 'rom-unknown' || known.includes(nameOrPath))
      throw error;
    if (/[/\\]|\.json$/.test(nameOrPath)) throw error;
    throw new Fault(error.code, `${error.message}${didYouMean(nameOrPath, known)}`, error.advice);
  }
}

export async function profileAtBench(nameOrPath: string): Promise<ProfileAtBench> {
  const rom = await romNamed(nameOrPath);
  const browsers = new Map(
    [...profiles].flatMap(([name, profile]) => {
      const app = rom.apps.find((one) => one.package === profile.package);
      return app ? [[name, app] as const] : [];
    }),
  );
  const entry: BenchEntry = {
    name: rom.name,
    handset: nameOrPath,
    model: rom.identity.model,
    rom: { family: rom.family, region: rom.region, build: rom.build },
    browsers: Object.fromEntries([...browsers].map(([name, app]) => [name, app.versionName])),
    listen: 'usb',
    reach: rom.rooted && rom.android.sdk < FIRST_SEALED_STORE ? 'content' : 'metadata',
    egress: 'world',
    timelapse: TIMELAPSE,
  };
  return { rom, entry, browsers };
}
