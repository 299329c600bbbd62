import type { Clock } from '../../../lib/clock.ts';
import type { Belongings, Row } from '../../phone/owner/belongings.ts';
import { circumstancesOf } from '../../phone/circumstances.ts';
import type { Files } from '../../phone/storage/files.ts';
import type { Packages } from '../../phone/programs/packages.ts';
import { photo } from '../../phone/owner/photo.ts';
import type { Collectors, Network } from '../../phone/phone.ts';
import type { Processes } from '../../phone/programs/processes.ts';
import { isNamespace } from '../../phone/settings.ts';
import type { Namespace, Settings } from '../../phone/settings.ts';
import type { Rom, RomApp } from '../../roms/rom.ts';
import type { AppData, List, Role } from '../app.ts';
import { BrowserPage } from '../browser/browser.ts';
import type { Engine } from '../browser/engine/engine.ts';
import { fill } from '../values.ts';
import type { Values } from '../values.ts';
import type { AppHost } from './deeds.ts';
import { App } from './running.ts';

/** What the apps need of the phone. */
export interface Around {
  readonly rom: Pick<Rom, 'apps' | 'updates' | 'display' | 'properties'>;
  readonly packages: Pick<Packages, 'get' | 'upgrade'>;
  readonly processes: Pick<Processes, 'start' | 'stop'>;
  readonly network: Network;
  readonly collectors: Collectors;
  /** Renders pages in place of the handset's own reader. */
  readonly engine?: Engine | undefined;
  readonly settings: Settings;
  readonly files: Files;
  readonly belongings: Belongings;
  readonly clock: Clock;
}

/** What an app may have done to the apps around it. */
export interface DeskSide extends Pick<AppHost, 'tell' | 'launch' | 'update' | 'leave'> {
  newer(packageName: string): RomApp | undefined;
  readonly clipboard: { text: string };
}

/** An installed app in its place on the phone. */
export function outfit(data: AppData, around: Around, desk: DeskSide): App {
  const { settings, belongings, files, rom, clock } = around;
  return new App(data, browserOf(data, around, desk), {
    display: rom.display,
    values: valuesOf(data, around, desk),
    rows: (list, argument) => rowsOf(list, argument, around, desk),
    launch: desk.launch,
    leave: desk.leave,
    tell: desk.tell,
    update: desk.update,
    put: (key, value) => {
      const [namespace, name] = keyOf(key);
      if (value === undefined) settings.delete(namespace, name);
      else settings.put(namespace, name, value);
    },
    setting: (key) => settings.get(...keyOf(key)),
    add: (table, row) => {
      belongings.add(table, { ...row, time: String(clock.now()) });
    },
    copy: (text) => {
      desk.clipboard.text = text;
    },
    shoot: (comment) => {
      const maker = rom.properties['ro.product.manufacturer'] ?? '';
      const model = rom.properties['ro.product.model'] ?? '';
      const name = `IMG_${new Date(clock.now()).toISOString().replaceAll(/[-:]/gu, '').replace('T', '_').slice(0, 15)}_${belongings.rows('photos').length + 1}.jpg`;
      const path = `/storage/emulated/0/DCIM/Camera/${name}`;
      files.write(path, photo({ maker, model, at: clock.now(), comment }));
      belongings.add('photos', { name, path, comment, time: String(clock.now()) });
    },
  });
}

function browserOf(data: AppData, around: Around, desk: DeskSide): BrowserPage | undefined {
  const { browser } = data.screens;
  const { network, rom, files, belongings, engine } = around;
  const properties = new Map(Object.entries(rom.properties));
  return (
    browser &&
    new BrowserPage(
      {
        package: data.package,
        userAgent: fill(browser.userAgent, properties),
        acceptLanguage: fill(browser.acceptLanguage, properties),
      },
      {
        network,
        ...(engine && { render: engine.load }),
        tell: ({ kind, values }) => {
          desk.tell(kind, values);
        },
        keep: (file, content, url) => {
          files.write(`/storage/emulated/0/Download/${file}`, content);
          belongings.add('downloads', { name: file, url });
        },
      },
    )
  );
}

function valuesOf(data: AppData, { settings, rom }: Around, desk: DeskSide): Values {
  return {
    get: (name) => {
      const [, source = '', key = ''] = /^(setting|property)\.(.+)$/u.exec(name) ?? [];
      if (source === 'setting') return settings.get(...keyOf(key));
      if (source === 'property') return rom.properties[key];
      if (name === 'network') return circumstancesOf(settings).network;
      if (name === 'clipboard') return desk.clipboard.text;
      if (name === 'app.label') return data.label;
      return name === 'app.version' ? data.versionName : undefined;
    },
  };
}

function rowsOf(
  list: List,
  folder: string,
  { rom, files, belongings, packages }: Around,
  desk: DeskSide,
): readonly Row[] {
  if (list === 'apps') {
    return rom.apps
      .filter(({ roles, package: name }) => !roles?.some(isSystem) && packages.get(name))
      .map((app) => rowOf(app));
  }
  if (list === 'updates') {
    const names = new Set(rom.updates.map((app) => app.package));
    return [...names].flatMap((name) => {
      const newer = desk.newer(name);
      return newer ? [rowOf(newer)] : [];
    });
  }
  if (list !== 'files') return belongings.rows(list).toReversed();
  const path = folder === '' ? '/storage/emulated/0' : folder;
  if (!files.stat(path)?.folder) return [];
  return files.list(path).map((name) => {
    const inside = files.stat(`${path}/${name}`);
    const kind = inside?.folder ? 'folder' : 'file';
    return new Map([
      ['id', name],
      ['name', name],
      ['path', `${path}/${name}`],
      ['kind', kind],
    ]);
  });
}

function rowOf({ package: name, label, versionName = '', folder = '' }: AppData): Row {
  return new Map(Object.entries({ id: name, package: name, label, version: versionName, folder }));
}

function isSystem(role: Role): boolean {
  return role === 'home' || role === 'shade' || role === 'dialogs';
}

/** `secure.name` in its halves; the schema lets nothing else through. */
function keyOf(key: string): [Namespace, string] {
  const [namespace, ...rest] = key.split('.');
  return [isNamespace(namespace) ? namespace : 'global', rest.join('.')];
}
