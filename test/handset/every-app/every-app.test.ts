import assert from 'node:assert/strict';
import { openDriver } from '../../../harness/gather/browsers/driver.ts';
import { openBrowser } from '../../../harness/gather/browsers/hands.ts';
import { factorsOf } from '../../../harness/gather/browsers/profile.ts';
import { profiles } from '../../../harness/gather/browsers/profiles.ts';
import { knownRoms } from '../../../harness/handset/roms/load.ts';
import { page } from '../../../harness/handset/world/sites/pages.ts';
import { furnished } from '../ui/furnished.ts';
import { follow, waysThrough } from '../ui/walk.ts';
import { go, reads } from './finger.ts';
import { openStack } from './stack.ts';
import type { Stack } from './stack.ts';

/**
 * One with every browser and collector, one in French; `LEAKLAB_EVERY_APP`: `all` (every shipped profile as well, some
 * minutes), or names of profiles with commas between.
 */
const ASKED = process.env['LEAKLAB_EVERY_APP'] ?? '';
const BY_DEFAULT = ['test/handset/ui/everything.json', 'test/handset/ui/french.json'];
const ROMS =
  ASKED === 'all' ? [...(await knownRoms()), ...BY_DEFAULT] : ASKED.split(',').filter(Boolean);

for (const rom of ROMS.length > 0 ? ROMS : BY_DEFAULT) {
  /**
   * The unmodified adb, Appium and UiAutomator2 driver go every way that was found by hand to every screen of every
   * app; what they read there is held against the screen that went the same way by hand.
   */
  describe(`the real stack on ${rom}`, function everyApp() {
    this.timeout(240_000);
    let opened: Stack | undefined;
    before(async () => {
      opened = await openStack(rom);
    });
    after(() => opened?.[Symbol.asyncDispose]());

    it('reaches and reads every screen of every app', async () => {
      const stack = at(opened);
      for (const command of FURNITURE) await stack.shell(command);
      const [bench, twin] = [await ofTheWorld(rom), await ofTheWorld(rom)];
      await using driver = await openDriver(stack.link);
      let read = 0;
      for (const app of bench.rom.apps) {
        if (BY_THE_SYSTEM.has(app.package)) continue;
        // The one is worn by all that is tried on it; the twin goes the ways that the phone goes.
        const ways = await waysThrough(bench, app.package, PAGE);
        bench.settings.delete('secure', 'mi_account');
        for (const way of ways.values()) {
          await stack.shell(`pm clear ${app.package}`);
          await stack.shell('settings delete secure mi_account');
          await driver.activate(app.package, null);
          await go(driver, way);
          twin.settings.delete('secure', 'mi_account');
          await follow(twin, app.package, way);
          await reads(driver, twin.screen.source());
          read++;
        }
      }
      assert.ok(read > 20, String(read));
      await stack.shell('cmd statusbar expand-notifications');
      twin.screen.shade(true);
      await reads(driver, twin.screen.source());
      await stack.shell('cmd statusbar collapse');
      twin.screen.shade(false);
      for (const question of ['permission', 'update', 'consent']) {
        await stack.tell({ do: 'fault', what: { fault: 'dialog', question } });
        twin.screen.ask(question);
        await reads(driver, twin.screen.source());
        await go(driver, [{ called: 'button2' }]);
        twin.tap('button2');
        await reads(driver, twin.screen.source());
      }
    });

    it('sets and reads every factor that a browser on it has', async () => {
      const { link, clock, workDir, shell, profile } = at(opened);
      for (const [name, { versionName }] of profile.browsers) {
        const browser = profiles.get(name);
        assert.ok(browser);
        await shell(`pm clear ${browser.package}`);
        await using hands = await openBrowser(link, browser, { clock, workDir });
        await hands.start();
        const asked = new Map(browser.factors.map((factor) => [factor.name, factor.levels]));
        const { levels } = factorsOf(browser, versionName, asked);
        assert.ok(levels.size > 0);
        for (const [factor, all] of levels) {
          for (const level of all) {
            await hands.set(factor, level);
            assert.equal((await hands.read(factor)).level, level);
          }
        }
      }
    });

    it('asked for nothing that the handset does not know', async () => {
      assert.deepEqual(await at(opened).unknown(), []);
    });
  });
}

/** Shown by the system itself: not started like the others. */
const BY_THE_SYSTEM = new Set(['com.android.systemui', 'com.android.permissioncontroller']);

const PAGE = 'https://example.org/';

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

/** A phone by hand, furnished, whose internet has the page that the world has. */
async function ofTheWorld(rom: string): ReturnType<typeof furnished> {
  const bench = await furnished(rom);
  bench.web.serves(PAGE, page('Example Domain'));
  return bench;
}

function at(stack: Stack | undefined): Stack {
  assert.ok(stack);
  return stack;
}
