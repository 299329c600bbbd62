import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../../harness/lib/fault.ts';
import { filesIn } from '../../../harness/handset/disk.ts';
import { knownRoms, loadRom } from '../../../harness/handset/roms/load.ts';
import type { RomApp } from '../../../harness/handset/roms/rom.ts';
import { romWith } from '../collectors/pretend.ts';

const isBrowser = ({ screens }: RomApp): boolean => screens.browser !== undefined;

describe('ROM profiles', function profiles() {
  this.timeout(60_000);
  it('are shipped whole: every one of them loads under its own name', async () => {
    const names = await knownRoms();
    assert.ok(names.length >= 14);
    for (const name of names) {
      const rom = await loadRom(name);
      assert.equal(rom.name, name);
      assert.ok(rom.apps.length > 0);
    }
  });

  it('have one beside them for trying out, with every app of MIUI, every browser and every collector', async () => {
    const rom = await loadRom('test/handset/ui/everything.json');
    const shipped = await filesIn('harness/handset/roms/collectors', '.json');
    const carried = [...rom.apps, ...rom.services].flatMap(({ collectors }) => collectors);
    assert.deepEqual(carried.map(({ name }) => name).toSorted(), [...shipped.keys()].toSorted());
    const packages = new Set(rom.apps.map((app) => app.package));
    for (const name of await knownRoms()) {
      const { apps, family } = await loadRom(name);
      // LineageOS has the same apps under names of its own.
      const due = apps.filter((app) => family === 'MIUI' || app.screens.browser);
      const missing = due.map((app) => app.package).filter((one) => !packages.has(one));
      assert.deepEqual(missing, []);
    }
  });

  it('are listed on their page, and each claim has one on which it is true and one on which it is false', async () => {
    const page = await readFile('docs/rom-profiles.md', 'utf8');
    const namedIn = (text = ''): string[] =>
      [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
    const rows = page.split('\n').filter((line) => line.startsWith('| '));
    const listed = rows
      .filter((line) => line.startsWith('| `'))
      .map((line) => namedIn(line)[0] ?? '');
    assert.deepEqual(listed.toSorted(), await knownRoms());
    const claims = rows.filter((line) => /^\| \d+ /.test(line)).map((line) => line.split('|'));
    assert.deepEqual(
      claims.map(([, claim = '']) => parseInt(claim, 10)),
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
    for (const [, claim, ...sides] of claims) {
      for (const side of sides.slice(0, 2)) {
        const names = namedIn(side);
        assert.ok(names.length > 0, claim);
        assert.deepEqual(
          names.filter((name) => !listed.includes(name)),
          [],
          claim,
        );
      }
    }
  });

  it('have serial and Android id of their own: two of them can lie on one bench', async () => {
    const roms = await Promise.all((await knownRoms()).map((name) => loadRom(name)));
    for (const one of ['serial', 'androidId'] as const) {
      assert.equal(new Set(roms.map(({ identity }) => identity[one])).size, roms.length, one);
    }
  });

  it('say the region that the phone will say when it is asked', async () => {
    for (const name of await knownRoms()) {
      const { region, properties } = await loadRom(name);
      assert.equal(properties['ro.miui.build.region'] ?? region, region, name);
    }
  });

  it('say who reports what: Mint does, the plain browser of LineageOS does not', async () => {
    const collectors = async (name: string): Promise<string[]> =>
      (await loadRom(name)).apps
        .filter(isBrowser)
        .flatMap((app) => [
          `${app.package} ${app.versionName}`,
          ...app.collectors.map((collector) => collector.name),
        ]);
    const mint = 'com.mi.globalbrowser.mini';
    assert.deepEqual(await collectors('miui-11-mint-3.4.0'), [
      `${mint} 3.4.0`,
      'sensors-analytics-3.4.0',
    ]);
    assert.deepEqual(await collectors('miui-11-mint-3.4.3'), [
      `${mint} 3.4.3`,
      'sensors-analytics-3.4.3',
    ]);
    assert.deepEqual(await collectors('miui-11-stock'), [
      `${mint} 3.4.3`,
      'sensors-analytics-3.4.3',
    ]);
    assert.deepEqual(await collectors('lineage-17'), ['org.lineageos.jelly 1.0']);
  });

  it('follow from few facts: properties, ANDROID_ID, and who believes an added CA', async () => {
    const stock = await loadRom('miui-11-stock');
    assert.equal(stock.rooted, false);
    assert.equal(stock.addedCa, 'refused');
    assert.equal(stock.properties['ro.build.version.incremental'], 'V11.0.6.0.PCOMIXM');
    assert.equal(stock.properties['ro.product.model'], 'Redmi Note 8');
    assert.equal(stock.properties['ro.miui.region'], 'FR');
    assert.equal(stock.properties['ro.boot.verifiedbootstate'], 'green');
    assert.equal(stock.settings.secure['android_id'], stock.identity.androidId);
    const rooted = await loadRom('miui-11-mint-3.4.3');
    assert.equal(rooted.addedCa, 'trusted');
    assert.notEqual(rooted.identity.androidId, stock.identity.androidId);
    const lineage = await loadRom('lineage-17');
    assert.deepEqual(
      Object.keys(lineage.properties).filter((key) => key.startsWith('ro.miui')),
      [],
    );
  });

  it('can be written by anybody, beside the others or on top of one', async () => {
    const rom = await romWith('sensors-analytics-3.4.0');
    assert.equal(rom.name, 'for-a-test');
    assert.equal(rom.build, 'V11.0.6.0.PCOMIXM');
    assert.deepEqual(
      rom.apps.flatMap((app) => app.collectors.map((collector) => collector.name)),
      ['sensors-analytics-3.4.0'],
    );
  });

  it('are named when an unknown one is asked for', async () => {
    await assert.rejects(loadRom('miui-12'), (error: unknown) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, 'rom-unknown');
      assert.match(error.advice, /lineage-17, .*miui-11-mint-3\.4\.0, /);
      return true;
    });
  });

  for (const [what, profile, expected] of [
    ['a wrong value', { android: { sdk: 'nine' } }, /rom\.json: android\.sdk: /],
    ['a misspelt field', { routed: true }, /rom\.json: .*routed/],
    ['an app that is not there', { apps: ['opera'] }, /apps\[0\]: there is nothing called opera/],
    ['a wrong field of an app', { apps: [{ package: 'x' }] }, /apps\[0\]: package: /],
    [
      'a collector that is not there',
      { apps: [{ package: 'a.b', collectors: ['nosy'] }] },
      /apps\[0\]: collectors\[0\]: there is nothing called nosy/,
    ],
    [
      'a wrong field of a collector',
      { apps: [{ collectors: [{ queue: { flushAfterMs: -1 } }] }] },
      /apps\[0\]: collectors\[0\]: .*queue: there is no such field; allowed: .*channels, rules/,
    ],
    ['an unknown base', { like: 'miui-12' }, /no ROM profile called miui-12/],
    ['itself as a base', { like: './rom.json' }, /like: goes round/],
  ] as const) {
    it(`are refused with the place of the mistake: ${what}`, async () => {
      await withFile(JSON.stringify({ like: 'miui-11-stock', ...profile }), async (path) => {
        await assert.rejects(loadRom(path), (error: unknown) => {
          assert.ok(error instanceof Fault);
          assert.match(error.message, expected);
          return true;
        });
      });
    });
  }

  it('are refused when they are no JSON at all, or not there', async () => {
    await withFile('{"name":', async (path) => {
      await assert.rejects(loadRom(path), { name: 'Fault', code: 'rom-invalid' });
      await assert.rejects(loadRom(`${path}-gone.json`), { name: 'Fault', code: 'rom-invalid' });
    });
  });
});

async function withFile(text: string, use: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
  const path = join(folder, 'rom.json');
  await writeFile(path, text);
  try {
    await use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
