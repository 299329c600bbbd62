import assert from 'node:assert/strict';
import { knownRoms } from '../../../harness/handset/roms/load.ts';
import type { Rom } from '../../../harness/handset/roms/rom.ts';
import { furnished } from './furnished.ts';
import { waysThrough } from './walk.ts';

const PAGE = 'https://visited.leaklab.test/x';

/** Shown by the system itself, not from inside the app. */
const BY_THE_SYSTEM = new Set(['com.android.systemui', 'com.android.permissioncontroller']);

for (const rom of [...(await knownRoms()), 'test/handset/ui/everything.json']) {
  describe(`every app of ${rom}`, function everyApp() {
    this.timeout(30_000);

    it('leads with its own taps to each of its screens, and to none that has nothing on it', async () => {
      const bench = await furnished(rom);
      for (const app of bench.rom.apps.filter((one) => !BY_THE_SYSTEM.has(one.package))) {
        const ways = await waysThrough(bench, app.package, PAGE);
        // Set by one way, and looked for by another: where nobody is signed in is its own start.
        bench.settings.delete('secure', 'mi_account');
        assert.deepEqual(
          [...ways.keys()].sort(),
          Object.keys(app.screens.all)
            .filter((screen) => screen !== 'update' || newerIn(bench.rom))
            .sort(),
          `${app.label}: ${JSON.stringify([...ways])}`,
        );
      }
    });
  });
}

/** Whether the updater has anything to offer: without, nothing leads to its screen of one update. */
function newerIn({ apps, updates }: Rom): boolean {
  return updates.some((newer) =>
    apps.some((app) => app.package === newer.package && app.versionCode < newer.versionCode),
  );
}
