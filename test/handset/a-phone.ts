import type { Duplex } from 'node:stream';
import type { Clock } from '../../harness/lib/clock.ts';
import { seeded } from '../../harness/lib/seed.ts';
import { Belongings } from '../../harness/handset/phone/owner/belongings.ts';
import { Faults } from '../../harness/handset/phone/faults/faults.ts';
import { Files } from '../../harness/handset/phone/storage/files.ts';
import { LogBuffer } from '../../harness/handset/phone/log.ts';
import { Packages } from '../../harness/handset/phone/programs/packages.ts';
import type { Automation, Phone, Screen } from '../../harness/handset/phone/phone.ts';
import { Processes } from '../../harness/handset/phone/programs/processes.ts';
import { Settings } from '../../harness/handset/phone/settings.ts';
import { Trace } from '../../harness/handset/phone/trace.ts';
import type { Rom } from '../../harness/handset/roms/rom.ts';
import { ReverseTable } from '../../harness/handset/adb/services/reverse-table.ts';

/** A phone with a pretend screen and automation server; what was done to them is in `deeds`. */
export interface PretendPhone extends Phone {
  readonly reverse: ReverseTable;
  readonly deeds: string[];
}

/** 2026-11-23T01:02:03.004Z, for ever. */
export const NOON = Date.UTC(2026, 10, 23, 1, 2, 3, 4);

export function aPhone({
  rooted = true,
  accept,
}: { rooted?: boolean; accept?: (stream: Duplex) => void } = {}): PretendPhone {
  const clock: Clock = { now: () => NOON, wait: () => Promise.resolve(), scaled: (ms) => ms };
  const rom = aRom(rooted);
  const files = new Files(clock);
  const deeds: string[] = [];
  return {
    rom,
    clock,
    chance: seeded('test'),
    properties: new Map(Object.entries(rom.properties)),
    settings: new Settings(rom.settings),
    belongings: new Belongings(),
    faults: new Faults(),
    packages: new Packages(rom, files),
    processes: new Processes(),
    files,
    log: new LogBuffer(clock),
    reverse: new ReverseTable(),
    network: {
      fetch: () => Promise.resolve({ ok: false, error: 'net::ERR_INTERNET_DISCONNECTED' }),
      tell: () => Promise.resolve({ ok: false, error: 'net::ERR_INTERNET_DISCONNECTED' }),
    },
    ask: (name, values) => {
      const asked = [...values].map(([way, value]) => `${way}=${value}`);
      deeds.push(`ask ${name} ${asked.join(' ')}`);
      return [...values.keys()];
    },
    screen: aScreen(rom, deeds),
    automation: anAutomation(deeds, accept),
    trace: new Trace(),
    deeds,
  };
}

function aRom(rooted: boolean): Rom {
  const app = {
    versionName: '1.0',
    versionCode: 10,
    label: 'Browser',
    system: false,
    screens: { start: [], all: {} },
    state: {},
    engines: {},
    collectors: [],
  };
  return {
    name: 'pretend',
    label: 'Pretend phone',
    family: 'AOSP',
    region: 'FR',
    build: 'P1',
    android: { sdk: 28, release: '9' },
    rooted,
    addedCa: rooted ? 'trusted' : 'refused',
    userCa: 'refused',
    systemStore: '/system/etc/security/cacerts',
    uids: 'readable',
    services: [],
    display: { width: 1080, height: 2400, density: 440 },
    identity: {
      androidId: '0123456789abcdef',
      serial: 'serial1',
      imei: '860000000000000',
      imsi: '001010000000000',
      phoneNumber: '+10000000000',
      advertisingId: '00000000-0000-4000-8000-000000000000',
      manufacturer: 'Maker',
      brand: 'maker',
      model: 'Model One',
      device: 'one',
      carrier: '',
      locale: 'fr-FR',
      timezone: 'Europe/Paris',
    },
    properties: {
      'ro.product.name': 'one_name',
      'ro.product.model': 'Model One',
      'ro.product.device': 'one',
      'ro.build.version.sdk': '28',
      'ro.build.version.release': '9',
    },
    updates: [],
    faults: [],
    engine: 'own',
    settings: { global: { wifi_on: '1' }, secure: { android_id: '0123456789abcdef' }, system: {} },
    apps: [
      { ...app, package: 'org.example.browser', activity: 'org.example.browser/.Main' },
      { ...app, package: 'org.example.home', activity: 'org.example.home/.Home', system: true },
    ],
  } satisfies Rom;
}

function aScreen(rom: Rom, deeds: string[]): Screen {
  let front = { package: 'org.example.home', activity: 'org.example.home.Home' };
  const did = (...words: readonly unknown[]): void => {
    deeds.push(words.join(' '));
  };
  return {
    foreground: () => front,
    launch: (name, activity = `${name}.Main`, options) => {
      const app = rom.apps.find((each) => each.package === name);
      if (!app || activity.endsWith('.Missing')) return false;
      front = { package: name, activity };
      did('launch', name, activity, options?.stop ?? false);
      return true;
    },
    open: (url, name = 'org.example.browser') => {
      front = { package: name, activity: `${name}.Main` };
      did('open', url, name);
      return true;
    },
    stop: (name) => {
      did('stop', name);
    },
    clear: (name) => {
      did('clear', name);
    },
    wish: ({ action, data }) => {
      did('wish', action, data);
      return false;
    },
    shade: (down) => {
      did('shade', down);
    },
    ask: (question) => {
      did('ask', question);
      return true;
    },
    update: (name) => {
      did('update', name);
      return false;
    },
    whenRestarted: () => undefined,
    restart: () => {
      did('restart');
    },
    clipboard: { text: '' },
    tap: (x, y) => {
      did('tap', x, y);
    },
    drag: (from, to) => {
      did('drag', from.x, from.y, to.x, to.y);
    },
    type: (text) => {
      did('type', text);
    },
    key: (code) => {
      did('key', code);
    },
    screenshot: () => Promise.resolve(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')),
  } satisfies Screen;
}

function anAutomation(
  deeds: string[],
  accept: (stream: Duplex) => void = () => undefined,
): Automation {
  let owner = 0;
  let bound = 0;
  let endOld: () => void = () => undefined;
  return {
    start: () => {
      endOld();
      const mine = ++owner;
      bound = mine;
      deeds.push(`automation ${mine} starts`);
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const stop = (): void => {
        if (bound === mine) bound = 0;
        resolve(undefined);
      };
      endOld = stop;
      return { ended: promise.then(() => undefined), stop };
    },
    accept: (stream) => {
      if (bound !== 0) accept(stream);
      return bound !== 0;
    },
    get listening() {
      return bound !== 0;
    },
  } satisfies Automation;
}
