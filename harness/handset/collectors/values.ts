import type { Phone, Stimulus } from '../phone/phone.ts';
import { isNamespace } from '../phone/settings.ts';
import { circumstancesOf } from '../phone/circumstances.ts';
import { networkType } from '../network/radio.ts';
import type { RomApp } from '../roms/rom.ts';
import type { Install } from './install.ts';
import type { Json } from './rules.ts';
import type { Lookup } from './template.ts';

/** The part of the phone that a collector looks at. */
export type Seen = Pick<Phone, 'rom' | 'clock' | 'chance' | 'settings' | 'network'>;

/**
 * Every name that a collector's templates may use: `now` (ms), `random` (32 bits, signed), `stimulus.*`,
 * `state.*`, `app.*`, `rom.*`, `identity.*`, `display.*`, `network.*`, `phone.*`, `install.*`, `memory.*`,
 * `property.<getprop key>`, `setting.<namespace>.<key>`. A name that nothing stands behind is nothing.
 */
export function lookupFor(seen: Seen, app: RomApp, install: Install, stimulus: Stimulus): Lookup {
  const { rom, clock, chance, settings } = seen;
  const type = networkType(settings);
  const sources: Readonly<Record<string, (key: string) => Json | undefined>> = {
    now: () => clock.now(),
    random: () => chance.integer(2 ** 32) - 2 ** 31,
    stimulus: from(stimulus.values),
    state: from(stimulus.state),
    app: from({ package: app.package, version: app.versionName, versionCode: app.versionCode }),
    rom: from({ ...rom.android, build: rom.build, region: rom.region, family: rom.family }),
    identity: from({ ...rom.identity, language: rom.identity.locale.split('-')[0] ?? '' }),
    display: from(rom.display),
    network: from({ type, wifi: type === 'WIFI', up: type === 'NULL' ? 0 : 1 }),
    phone: from({ ...circumstancesOf(settings) }),
    install: from({ id: install.id, firstDay: sameDay(install.since, clock.now()) }),
    memory: (key) => install.memory.get(key),
    property: from(rom.properties),
    setting: (key) => {
      const [, namespace, name] = /^(\w+)\.(.+)$/.exec(key) ?? [];
      return isNamespace(namespace) && name !== undefined
        ? settings.get(namespace, name)
        : undefined;
    },
  };
  return (name) => {
    const [, source = '', key = ''] = /^([^.]+)\.?(.*)$/.exec(name) ?? [];
    return Object.hasOwn(sources, source) ? sources[source]?.(key) : undefined;
  };
}

function from(values: Readonly<Record<string, Json>>): (key: string) => Json | undefined {
  const known = new Map(Object.entries(values));
  return (key) => known.get(key);
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toISOString().slice(0, 10) === new Date(b).toISOString().slice(0, 10);
}
