import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startHandset, startWorld } from '../../harness/cli/bench/programs.ts';
import { startAppium } from '../../harness/gather/browsers/appium.ts';
import { openBrowser } from '../../harness/gather/browsers/hands.ts';
import { mint } from '../../harness/gather/browsers/profiles/mint.ts';
import { openAdb } from '../../harness/gather/devices/adb.ts';
import { openPhone } from '../../harness/gather/devices/android.ts';
import type { DeviceLink } from '../../harness/gather/devices/phone.ts';
import { startAdbServer } from '../../harness/gather/devices/server.ts';
import { undoJournal } from '../../harness/gather/undo.ts';
import { run } from '../../harness/lib/children.ts';
import { systemClock } from '../../harness/lib/clock.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STORE = '/system/etc/security/cacerts';

const askedSchema = z.object({ known: z.boolean() });

/** Real adb server, real Appium and driver, real WebdriverIO, and a handset and its world as programs of their own. */
describe('hands and phone on the real stack', function realStack() {
  this.timeout(60_000);
  const clock = systemClock(30);
  let held = new AsyncDisposableStack();
  let home = '';
  let undoDir = '';
  let link: DeviceLink;

  before(async () => {
    held = new AsyncDisposableStack();
    home = await mkdtemp(join(tmpdir(), 'leaklab-stack-'));
    undoDir = join(home, 'undo');
    held.defer(() => rm(home, { recursive: true, force: true }));
    const adb = held.use(await startAdbServer({ home: join(home, 'adb'), clock }));
    const appium = held.use(await startAppium({ root: ROOT, workDir: home, clock }));
    const { ready: world } = held.use(await startWorld(ROOT, home));
    const { ready } = held.use(
      await startHandset(ROOT, {
        rom: 'miui-11-mint-3.4.3',
        worldRoot: world.root,
        timelapse: 30,
        seed: 'hands',
        trace: join(home, 'trace.jsonl'),
      }),
    );
    const { hostname, port } = appium;
    link = {
      name: 'red',
      serial: ready.serial,
      adb,
      webdriver: { hostname, port },
      reference: true,
      air: false,
      upkeep: () => Promise.resolve(),
      world,
    };
  });
  after(() => held.disposeAsync());

  it('sets, reads back, visits and searches', async () => {
    await using phone = await openPhone(link, { undoDir, clock });
    const identity = await phone.identity();
    assert.equal(
      [identity.model, identity.romFamily, identity.romRegion, identity.romBuild].join(' | '),
      'Redmi Note 8 | MIUI | global | V11.0.6.0.PCOMIXM',
    );
    const app = await phone.app(mint.package);
    assert.equal(app.versionName, '3.4.3');
    assert.match(app.sha256 ?? '', /^[0-9a-f]{64}$/);
    await assert.rejects(phone.app('com.absent'), { code: 'app-not-installed' });

    await phone.routeThrough(Number(new URL(link.world?.proxy ?? '').port));
    await using browser = await openBrowser(link, mint, { clock, workDir: home });
    await phone.clear(mint.package);
    await browser.start();
    await browser.set('enhanced incognito', 'off');
    await browser.set('mode', 'incognito');
    const levels = async (): Promise<string[]> => [
      (await browser.read('enhanced incognito')).level,
      (await browser.read('mode')).level,
    ];
    assert.deepEqual(await levels(), ['off', 'incognito']);
    await browser.open('https://example.org/');
    await browser.search('DuckDuckGo', 'green "onion" & 100 % café');
    assert.deepEqual(await levels(), ['off', 'incognito']);
    const { picture } = await browser.look();
    assert.equal(picture.subarray(1, 4).toString('latin1'), 'PNG');
    await assert.rejects(browser.open('https://absent.example/'), { code: 'page-not-shown' });

    await phone.clear(mint.package);
    await browser.start();
    assert.deepEqual(await levels(), ['on', 'normal']);
  });

  it('goes on with a new session when the automation crashed', async () => {
    await using phone = await openPhone(link, { undoDir, clock });
    await using browser = await openBrowser(link, mint, { clock, workDir: home });
    await phone.clear(mint.package);
    await browser.start();
    await openAdb(link.adb)
      .device(link.serial)
      .ask(['am', 'force-stop', 'io.appium.uiautomator2.server']);
    await assert.rejects(browser.read('mode'), { code: 'session-lost' });
    await browser.start();
    assert.equal((await browser.read('mode')).level, 'normal');
  });

  it('finds the way through the tap again after adb lost the phone', async () => {
    await using phone = await openPhone(link, { undoDir, clock });
    const { port } = new URL(link.world?.proxy ?? '');
    await phone.routeThrough(Number(port));
    assert.ok(await phone.routeStands());
    await run('adb', ['-P', String(link.adb.port), 'disconnect', link.serial]);
    assert.ok(!(await phone.routeStands()));
    await phone.reroute(new AbortController().signal);
    assert.ok(await phone.routeStands());
  });

  it('puts a phone back that a run left with proxy, rule and CA in place', async () => {
    const device = openAdb(link.adb).device(link.serial);
    const store = async (): Promise<string> => await device.ask(['ls', STORE]);
    const before = await store();
    const ca = await readFile(link.world?.site.cert ?? '', 'utf8');

    const left = await openPhone(link, { undoDir, clock });
    assert.ok(await left.trust(ca));
    await left.routeThrough(8123);
    assert.equal((await store()).split(/\s+/).length, before.split(/\s+/).length + 1);
    assert.deepEqual(await device.reverses(), [8123]);
    assert.ok((await undoJournal(undoDir, 'red').entries()).length > 4);

    // The run is gone without a word; the next one begins.
    await using phone = await openPhone(link, { undoDir, clock });
    assert.equal(await store(), before);
    assert.deepEqual(await device.reverses(), []);
    assert.equal(await device.ask(['settings', 'get', 'global', 'http_proxy']), ':0');
    assert.equal((await device.shell(['ls', '/data/local/tmp/leaklab-ca.pem'])).code, 1);
    assert.match(await phone.log(), /beginning of main/);
  });

  it('says which phones adb sees when the one asked for is not among them', async () => {
    const absent = openPhone({ ...link, serial: 'R58M123' }, { undoDir, clock });
    await assert.rejects(absent, {
      code: 'phone-not-attached',
      message: `R58M123 is not attached; adb sees ${link.serial} (device)`,
    });
  });

  it('has asked the handset for nothing that it does not know', async () => {
    const trace = (await readFile(join(home, 'trace.jsonl'), 'utf8')).trim().split('\n');
    const unknown = trace.filter((line) => !askedSchema.parse(JSON.parse(line)).known);
    assert.ok(trace.length > 100);
    assert.deepEqual(unknown, []);
  });
});
