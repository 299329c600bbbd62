import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { openLab } from '../../harness/cli/bench/lab.ts';
import type { Lab } from '../../harness/cli/bench/lab.ts';
import { openDriver } from '../../harness/gather/browsers/driver.ts';
import type { Driver } from '../../harness/gather/browsers/driver.ts';
import { openBrowser } from '../../harness/gather/browsers/hands.ts';
import { profiles } from '../../harness/gather/browsers/profiles.ts';
import { openAdb } from '../../harness/gather/devices/adb.ts';
import { attach } from '../../harness/gather/devices/attach.ts';
import { readBench } from '../../harness/gather/devices/bench.ts';
import { furnished } from './ui/furnished.ts';
import { follow, waysThrough } from './ui/walk.ts';
import type { Step } from './ui/walk.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ROM = 'test/handset/ui/all-browsers.json';
const DEVICE = 'every-browser';
const traced = z.object({ kind: z.string(), what: z.string(), known: z.boolean() });

/**
 * The unmodified adb, Appium and UiAutomator2 driver go every way that was found by hand to every screen of every app.
 * Pages are not opened here: the end-to-end test does, through the tap.
 */
describe('the real stack on a phone with every app', function everyApp() {
  this.timeout(240_000);
  let workDir = '';
  let lab: Lab | undefined;
  before(async () => {
    workDir = await mkdtemp(join(tmpdir(), 'leaklab-every-app-'));
    const bench = {
      [DEVICE]: {
        handset: join(ROOT, ROM),
        model: 'Redmi Note 8',
        rom: { family: 'MIUI', region: 'global', build: 'V11.0.6.0.PCOMIXM' },
        browsers: { mint: '3.4.4', 'mi-browser': '12.1.3', 'mi-browser-pro': '12.1.4' },
        listen: 'usb',
        reach: 'content',
        egress: 'world',
      },
    };
    const entries = readBench(JSON.stringify(bench), 'bench');
    const chosen = new Map(entries.map((one) => [one.name, one]));
    lab = await openLab(chosen, { root: ROOT, workDir, seed: 'every app' });
    const { link, adb, clock } = at(lab);
    await attach(adb, link.serial, clock);
  });
  after(async () => {
    await lab?.[Symbol.asyncDispose]();
    await rm(workDir, { recursive: true });
  });

  it('reaches every screen that needs no page', async () => {
    const { link, shell } = at(lab);
    for (const command of FURNITURE) await shell(command);
    const bench = await furnished(ROM);
    // The first is worn by all that was tried on it; this one goes the ways that the phone goes.
    const twin = await furnished(ROM);
    const reached: string[] = [];
    const wanted: string[] = [];
    await using driver = await openDriver(link);
    for (const app of bench.rom.apps.filter(({ package: name }) => !BY_THE_SYSTEM.has(name))) {
      const ways = await waysThrough(bench, app.package, 'https://visited.leaklab.test/x');
      bench.settings.delete('secure', 'mi_account');
      const leaves = [...ways].filter(([, way]) => way.every(({ typed }) => typed === undefined));
      const whole = leaves.filter(([, way]) => !leaves.some(([, other]) => startsWith(other, way)));
      for (const [screen, way] of whole) {
        wanted.push(`${app.label}: ${screen}`);
        await shell(`pm clear ${app.package}`);
        await shell('settings delete secure mi_account');
        await driver.activate(app.package, null);
        for (const { called } of way) await tap(driver, called);
        twin.settings.delete('secure', 'mi_account');
        await follow(twin, app.package, way);
        assert.deepEqual(seenIn(await driver.source()), seenIn(twin.screen.source()));
        reached.push(`${app.label}: ${screen}`);
      }
    }
    assert.deepEqual(reached, wanted);
    assert.ok(wanted.length > 20, String(wanted.length));
  });

  for (const name of ['mi-browser', 'mi-browser-pro', 'mint']) {
    it(`sets and reads the factors of ${name} that its version has`, async () => {
      const { link, clock, shell } = at(lab);
      const profile = profiles.get(name);
      assert.ok(profile);
      await shell(`pm clear ${profile.package}`);
      await using hands = await openBrowser(link, profile, { clock, workDir });
      await hands.start();
      // Mi Browser is at 12.1.3 here, which has no such switch.
      const factors = name === 'mi-browser' ? ['mode'] : ['enhanced incognito', 'mode'];
      for (const factor of factors) {
        for (const level of profile.factors.find((one) => one.name === factor)?.levels ?? []) {
          await hands.set(factor, level);
          assert.equal((await hands.read(factor)).level, level);
        }
      }
    });
  }

  it('asked for nothing that the handset does not know', async () => {
    const lines = (await readFile(join(workDir, `${DEVICE}.trace.jsonl`), 'utf8')).trim();
    const unknown = lines
      .split('\n')
      .map((line) => traced.parse(JSON.parse(line)))
      .filter(({ known }) => !known);
    assert.deepEqual(unknown, []);
  });
});

/** Shown by the system itself, or the home screen: not started like the others. */
const BY_THE_SYSTEM = new Set([
  'com.android.systemui',
  'com.android.permissioncontroller',
  'com.miui.home',
]);

/** The same in every list as on the phone that the ways were found on. */
const FURNITURE = [
  'content insert --uri content://com.android.contacts/raw_contacts --bind account_type:s:',
  'content insert --uri content://com.android.contacts/data --bind raw_contact_id:i:1 --bind mimetype:s:vnd.android.cursor.item/name --bind data1:s:Kenato',
  'content insert --uri content://com.android.contacts/data --bind raw_contact_id:i:1 --bind mimetype:s:vnd.android.cursor.item/phone_v2 --bind data1:s:+33199000001',
  'content insert --uri content://sms/inbox --bind address:s:+33199000001 --bind body:s:Hello',
  'content insert --uri content://com.android.email.provider/message --bind fromList:s:a@b.test --bind subject:s:Gobazu --bind snippet:s:Hello',
  'mkdir -p /sdcard/DCIM/Camera; echo x > /sdcard/DCIM/Camera/p.jpg; echo x > /sdcard/notes.txt',
  'content insert --uri content://media/external/images/media --bind _data:s:/sdcard/DCIM/Camera/p.jpg --bind _display_name:s:p.jpg',
];

function at(lab: Lab | undefined) {
  const device = lab?.devices.get(DEVICE);
  const link = device?.link;
  assert.ok(device && link);
  const adb = openAdb(link.adb);
  const shell = (command: string) => adb.device(link.serial).ask(['sh', '-c', command]);
  return { link, adb, shell, clock: device.clock };
}

/** Whose it is and what it says, for each thing on a screen. */
function seenIn(source: string): string[] {
  return [...source.matchAll(/ package="([^"]*)"[^>]*? text="([^"]*)"/g)].map(
    ([, owner = '', text = '']) => `${owner} ${text}`,
  );
}

function startsWith(long: readonly Step[], short: readonly Step[]): boolean {
  return long.length > short.length && short.every(({ called }, n) => long[n]?.called === called);
}

async function tap(driver: Driver, called: string): Promise<void> {
  const xpath = `//*[@text="${called}" or @content-desc="${called}" or contains(@resource-id,"/${called}")]`;
  const things = await driver.find({ xpath });
  assert.ok(things[0], `${called} is not on the screen:\n${await driver.source()}`);
  await things[0].tap();
}
