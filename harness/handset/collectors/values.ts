import type { Phone, Stimulus } from '../phone/phone.ts';
import { circumstancesOf } from '../phone/circumstances.ts';
import { isNamespace } from '../phone/settings.ts';
import { networkType } from '../network/radio.ts';
import type { RomApp } from '../roms/rom.ts';
import type { Moment } from './condition.ts';
import type { Json } from './rules/rules.ts';
import type { Lookup } from './template.ts';

/** The part of the phone that a collector looks at. */
export type Seen = Pick<Phone, 'rom' | 'clock' | 'chance' | 'settings' | 'network'>;

/** The app or service that a collector is part of. */
export type Home = Pick<RomApp, 'package' | 'versionName' | 'versionCode'>;

/** What a collector keeps in its app's private folder, until the data is cleared. */
export interface Kept {
  /** Phone time, ms. */
  readonly since: number;
  readonly memory: Map<string, string>;
}

/** The sources that a name in a template may begin with; `payload`, `part` and so on exist only in a wrapping. */
export const SOURCES = [
  ...['now', 'random', 'stimulus', 'state', 'app', 'rom', 'identity', 'display', 'network'],
  ...['phone', 'id', 'memory', 'install', 'property', 'setting'],
];

/**
 * Every name that a collector's templates may use: `now` (ms), `random` (32 bits, signed), `stimulus.*`,
 * `state.*`, `app.*`, `rom.*`, `identity.*`, `display.*`, `network.*`, `phone.*`, `id.*`, `memory.*`, `install.*`,
 * `property.<getprop key>`, `setting.<namespace>.<key>`. A name that nothing stands behind is nothing.
 */
export function lookupFor(
  { rom, clock, chance, settings }: Seen,
  app: Home,
  kept: Kept,
  stimulus: Pick<Stimulus, 'values' | 'state' | 'package'>,
  identifier: (name: string, lookup: Lookup) => Json | undefined,
): Lookup {
  const type = networkType(settings);
  const sources: Readonly<Record<string, (key: string) => Json | undefined>> = {
    now: () => clock.now(),
    random: () => chance.integer(2 ** 32) - 2 ** 31,
    stimulus: from({ ...stimulus.values, package: stimulus.package }),
    state: from(stimulus.state),
    app: from({ package: app.package, version: app.versionName, versionCode: app.versionCode }),
    rom: from({ ...rom.android, build: rom.build, region: regionOf(rom), family: rom.family }),
    identity: from({ ...rom.identity, language: rom.identity.locale.split('-')[0] ?? '' }),
    display: from(rom.display),
    network: from({ type, wifi: type === 'WIFI', up: type === 'NULL' ? 0 : 1 }),
    phone: from({ ...circumstancesOf(settings) }),
    id: (name) => identifier(name, lookup),
    memory: (key) => kept.memory.get(key),
    install: from({ since: kept.since, firstDay: sameDay(kept.since, clock.now()) }),
    property: from(rom.properties),
    setting: (key) => settingNamed(settings, key),
  };
  const lookup: Lookup = (name) => {
    const [, source = '', key = ''] = /^([^.]+)\.?(.*)$/.exec(name) ?? [];
    return Object.hasOwn(sources, source) ? sources[source]?.(key) : undefined;
  };
  return lookup;
}

/** The same phone as conditions ask about it. */
export function momentOf(
  { rom, clock, chance, settings }: Seen,
  app: Home,
  kept: Kept,
  stimulus: Pick<Stimulus, 'values' | 'state' | 'package'>,
): Moment {
  return {
    ...circumstancesOf(settings),
    state: new Map(Object.entries(stimulus.state)),
    stimulus: new Map([['package', stimulus.package], ...Object.entries(stimulus.values)]),
    memory: kept.memory,
    setting: (name) => settingNamed(settings, name),
    region: regionOf(rom),
    version: app.versionName,
    days: Math.floor((clock.now() - kept.since) / 86_400_000),
    draw: () => chance.integer(2 ** 32) / 2 ** 32,
  };
}

/** The region that MIUI goes by; elsewhere the profile's. */
export function regionOf(rom: Seen['rom']): string {
  return rom.properties['ro.miui.region'] ?? rom.region;
}

function settingNamed(settings: Seen['settings'], key: string): string | undefined {
  const [, namespace, name] = /^(\w+)\.(.+)$/.exec(key) ?? [];
  return isNamespace(namespace) && name !== undefined ? settings.get(namespace, name) : undefined;
}

function from(values: Readonly<Record<string, Json>>): (key: string) => Json | undefined {
  const known = new Map(Object.entries(values));
  return (key) => known.get(key);
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toISOString().slice(0, 10) === new Date(b).toISOString().slice(0, 10);
}
