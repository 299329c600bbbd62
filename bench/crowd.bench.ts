import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openLab } from '../harness/cli/bench/lab.ts';
import type { Driver, Where } from '../harness/gather/browsers/driver.ts';
import { openDriver } from '../harness/gather/browsers/driver.ts';
import { openAdb } from '../harness/gather/devices/adb.ts';
import { attach } from '../harness/gather/devices/way/attach.ts';
import { readBench } from '../harness/gather/devices/bench.ts';
import type { DeviceLink } from '../harness/gather/devices/phone.ts';
import { messageOf } from '../harness/lib/fault.ts';
import type { Bench } from './how/figure.ts';
import { heldBy } from './how/processes.ts';

const ROM = 'test/handset/ui/everything.json';

/** Many reference handsets with every app and every collector, each under a session of the real stack, at once and for long. */
export const bench: Bench = {
  about: 'handsets with every app and every collector, all under sessions at once',
  long: true,
  options: { handsets: 8, seconds: 600, timelapse: 30 },
  measure: async ({ root, workDir, option, say }) => {
    const entry = {
      handset: join(root, ROM),
      model: 'Redmi Note 8',
      rom: { family: 'MIUI', region: 'global', build: 'V11.0.6.0.PCOMIXM' },
      browsers: { mint: '3.4.4' },
      listen: 'usb',
      reach: 'content',
      egress: 'world',
      timelapse: option('timelapse'),
    };
    const names = Array.from({ length: option('handsets') }, (_, at) => `crowd-${at}`);
    const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, entry])));
    const entries = readBench(text, 'bench');
    const chosen = new Map(entries.map((one) => [one.name, one]));
    await using lab = await openLab(chosen, { root, workDir, seed: 'crowd' });
    const until = performance.now() + option('seconds') * 1000;
    const told: Told = { commands: 0, failed: 0, searches: 0, pages: 0, rounds: 0, say };
    const memory: number[] = [];
    const look = setInterval(() => {
      void heldBy(process.pid).then(({ proportional }) => memory.push(proportional));
    }, 5000);
    await Promise.all(
      [...lab.devices.values()].map(async ({ link, clock }) => {
        if (!link) throw new Error('a handset without a link');
        await attach(openAdb(link.adb), link.serial, clock);
        await toTheWorld(link);
        await use(link, until, told);
      }),
    );
    clearInterval(look);
    const heard = await heardBy(join(workDir, 'world', 'received.jsonl'));
    return [
      { what: 'commands', unit: 'commands', values: [told.commands] },
      { what: 'failed', unit: 'commands', values: [told.failed], target: { atMost: 0 } },
      { what: 'searches', unit: 'searches', values: [told.searches] },
      { what: 'pages of results shown', unit: 'pages', values: [told.pages] },
      { what: 'rounds through all apps', unit: 'rounds', values: [told.rounds] },
      { what: 'sent by collectors', unit: 'requests', values: [heard.length] },
      { what: 'hosts they were sent to', unit: 'hosts', values: [new Set(heard).size] },
      { what: 'memory of everything, proportional', unit: 'MB', values: memory },
    ];
  },
};

interface Told {
  commands: number;
  failed: number;
  searches: number;
  pages: number;
  rounds: number;
  readonly say: (line: string) => void;
}

/** The phone's proxy leads straight to the world: what is measured is the handset, not the tap. All consents are given. */
async function toTheWorld(link: DeviceLink): Promise<void> {
  const port = Number(link.world?.proxy.split(':').at(-1));
  const device = openAdb(link.adb).device(link.serial);
  await device.reverse(port);
  await device.ask(['settings', 'put', 'global', 'http_proxy', `127.0.0.1:${port}`]);
  for (const key of ['secure mi_account', 'secure mi_cloud', 'global auto_sync', CONSENT]) {
    await device.ask(['settings', 'put', ...key.split(' '), '1']);
  }
}

const CONSENT = 'secure cloud_messaging';

/** The host of everything that came to the world and is no page: what the collectors sent. */
async function heardBy(log: string): Promise<string[]> {
  const lines = (await readFile(log, 'utf8')).trim().split('\n');
  return lines
    .map((line) => received.parse(JSON.parse(line)).host)
    .filter((host) => !/(^|\.)(google|duckduckgo|bing)\.com$/.test(host));
}

const received = z.object({ host: z.string() });

async function use(link: DeviceLink, until: number, told: Told): Promise<void> {
  await using driver = await openDriver(link);
  const count = async <T>(command: Promise<T>): Promise<T | undefined> => {
    told.commands++;
    try {
      return await command;
    } catch (error) {
      told.failed++;
      told.say(`${link.name}: ${messageOf(error)}`);
      return undefined;
    }
  };
  const device = openAdb(link.adb).device(link.serial);
  while (performance.now() < until) {
    for (const deed of DEEDS) await count(device.ask(['sh', '-c', deed]));
    for (const app of [...APPS, ...BROWSERS]) {
      await count(driver.activate(app, null));
      await count(driver.source());
      if (BROWSERS.includes(app)) {
        told.searches++;
        if (await visit(driver, count)) told.pages++;
      }
      await count(driver.back());
      if (performance.now() > until) return;
    }
    told.rounds++;
  }
}

type Count = <T>(command: Promise<T>) => Promise<T | undefined>;

/** Words for the search engine, typed into the address field; whether their results came. */
async function visit(driver: Driver, count: Count): Promise<boolean> {
  const tap = async (where: Where): Promise<boolean> => {
    const [thing] = (await count(driver.find(where))) ?? [];
    if (thing) await count(thing.tap());
    return thing !== undefined;
  };
  await tap({ id: 'agree' });
  if (!(await tap({ xpath: oneOf('search_hint', 'url_bar') }))) return false;
  const [field] = (await count(driver.find({ xpath: '//android.widget.EditText' }))) ?? [];
  if (!field) return false;
  await count(field.type('kenato dofaki lumeri'));
  await count(driver.enter());
  for (let looks = 0; looks < 200; looks++) {
    const shown = await count(driver.find({ xpath: oneOf('title', 'web_view') }));
    if (shown === undefined || shown.length > 0) return shown !== undefined;
  }
  return false;
}

function oneOf(...ids: readonly string[]): string {
  return `//*[${ids.map((id) => `contains(@resource-id,":id/${id}")`).join(' or ')}]`;
}

/** What happens to the owner meanwhile: it is what the collectors wait for. */
const DEEDS = [
  'content insert --uri content://sms/inbox --bind address:s:+33199000001 --bind body:s:Hello',
  'am start -a android.intent.action.CALL -d tel:+33199000002',
  'content insert --uri content://com.android.contacts/raw_contacts --bind account_type:s:',
  'cmd statusbar expand-notifications; cmd statusbar collapse',
  'svc wifi disable; svc wifi enable',
];

const APPS = [
  'com.android.settings',
  'com.xiaomi.account',
  'com.miui.cloudservice',
  'com.miui.gallery',
  'com.android.camera',
  'com.android.mms',
  'com.android.email',
  'com.android.contacts',
  'com.mi.android.globalFileexplorer',
  'com.xiaomi.mipicks',
];

const BROWSERS = [
  'com.mi.globalbrowser.mini',
  'com.android.browser',
  'com.mi.globalbrowser',
  'org.lineageos.jelly',
];
