import assert from 'node:assert/strict';
import { faultSchema } from '../../../../harness/handset/phone/faults/fault.ts';
import { obey } from '../../../../harness/handset/phone/faults/command.ts';
import { phoneClock, settingsForApps } from '../../../../harness/handset/phone/faults/effects.ts';
import { Faults, schedule } from '../../../../harness/handset/phone/faults/faults.ts';
import { Settings } from '../../../../harness/handset/phone/settings.ts';
import { aPhone } from '../../a-phone.ts';
import { sh } from '../../a-shell.ts';
import { PretendClock } from '../../collectors/pretend.ts';
import { aBench, startMint } from '../../ui/by-hand.ts';
import { aLab } from '../../uia2/client.ts';

const NO_INJECTION = /SecurityException: Injecting to another application requires INJECT_EVENTS/;

describe('a fault', () => {
  it('lasts as long as it is told to, and one that takes over is not ended by the first', async () => {
    const clock = new PretendClock();
    const faults = new Faults();
    const seen: string[] = [];
    faults.watch(({ fault }, begins) => {
      seen.push(`${fault} ${begins ? 'begins' : 'ends'}`);
    });
    faults.begin({ fault: 'mute' }, { forMs: 1000, clock });
    await clock.pass(500);
    faults.begin({ fault: 'mute' }, { forMs: 1000, clock });
    await clock.pass(600);
    assert.ok(faults.is('mute'));
    await clock.pass(400);
    assert.equal(faults.is('mute'), undefined);
    assert.deepEqual(seen, ['mute begins', 'mute ends', 'mute begins', 'mute ends']);
  });

  it('comes when the ROM profile says, and again', async () => {
    const clock = new PretendClock();
    const faults = new Faults();
    let begun = 0;
    faults.watch((_, begins) => {
      if (begins) begun++;
    });
    const end = new AbortController();
    const what = faultSchema.parse({ fault: 'slow-screens' });
    schedule([{ what, atMs: 1000, forMs: 100, everyMs: 500 }], faults, clock, end.signal);
    await clock.pass(999);
    assert.equal(begun, 0);
    await clock.pass(1);
    assert.equal(faults.is('slow-screens')?.byMs, 3000);
    await clock.pass(100);
    assert.equal(faults.is('slow-screens'), undefined);
    await clock.pass(400);
    assert.equal(begun, 2);
    end.abort();
  });
});

describe('the screen with a fault', () => {
  it('shows a screen late, and a finger that is too early touches nothing', async () => {
    const bench = await aBench('miui-11-mint-3.4.3');
    startMint(bench);
    bench.words();
    bench.faults.begin({ fault: 'slow-screens', byMs: 2000 });
    bench.tap('Menu');
    assert.ok(bench.words().includes('Search or enter web address'));
    bench.tap('search_hint');
    bench.clock.now = () => 2000;
    assert.ok(bench.words().includes('Incognito mode'));
    bench.faults.mend('slow-screens');
    bench.tap('Settings');
    assert.ok(bench.words().includes('Search engine'));
  });

  it('asks for consent when an app was cleared, whatever app it is, and once', async () => {
    const bench = await aBench('miui-11-mint-3.4.3');
    bench.faults.begin({ fault: 'consent-wall' });
    bench.screen.clear('com.android.contacts');
    bench.screen.launch('com.android.contacts');
    assert.ok(bench.words().includes('Terms of use'));
    bench.tap('Agree');
    assert.ok(bench.words().includes('Add contact'));
    bench.screen.key(3);
    bench.screen.launch('com.android.contacts');
    assert.ok(bench.words().includes('Add contact'));
  });
});

describe('a host with a fault', () => {
  it('may not inject events nor write settings while the security switch is off; root may', async () => {
    const phone = aPhone();
    phone.faults.begin({ fault: 'security-settings-off' });
    const tap = await sh(phone, 'input tap 1 1');
    assert.match(tap.err, NO_INJECTION);
    assert.equal(tap.code, 255);
    const put = await sh(phone, 'settings put global http_proxy :0');
    assert.match(put.err, /writing to settings requires:android.permission.WRITE_SECURE_SETTINGS/);
    assert.equal(phone.settings.get('global', 'http_proxy'), undefined);
    assert.equal((await sh(phone, 'su 0 settings put global http_proxy :0')).code, 0);
    assert.deepEqual(phone.deeds, []);
    assert.equal((await sh(phone, 'settings get global http_proxy')).out, ':0\n');
  });

  it('is told the same by the automation server, which still finds and reads', async () => {
    await using lab = await aLab();
    lab.bench.faults.begin({ fault: 'security-settings-off' });
    const id = await lab.find('accessibility id', 'Mint Browser');
    await assert.rejects(lab.call('POST', `element/${id}/click`), NO_INJECTION);
    await assert.rejects(
      lab.call('POST', 'appium/device/press_keycode', { keycode: 3 }),
      NO_INJECTION,
    );
    lab.bench.faults.mend('security-settings-off');
    await lab.call('POST', `element/${id}/click`);
    assert.equal(lab.bench.screen.foreground().package, 'com.mi.globalbrowser.mini');
  });

  it('is refused installs by an owner who did not allow them, and by a full storage', async () => {
    const phone = aPhone();
    phone.files.write('/data/local/tmp/a.apk', 'x');
    phone.settings.put('secure', 'adb_install', '0');
    const refused = await sh(phone, 'pm install /data/local/tmp/a.apk');
    assert.match(refused.err, /INSTALL_FAILED_USER_RESTRICTED: Install canceled by user/);
    phone.settings.put('secure', 'adb_install', '1');
    phone.files.fill(true);
    const full = await sh(phone, 'pm install /data/local/tmp/a.apk');
    assert.match(full.err, /INSTALL_FAILED_INSUFFICIENT_STORAGE/);
    assert.match((await sh(phone, 'echo x > /data/local/tmp/b')).err, /No space left on device/);
    assert.match((await sh(phone, 'df')).out, /100% \/data\n/);
    phone.files.fill(false);
    assert.equal((await sh(phone, 'echo x > /data/local/tmp/b')).code, 0);
  });

  it('loses the automation server when it crashes', async () => {
    await using lab = await aLab();
    lab.bench.faults.begin({ fault: 'instrumentation-crash' });
    await lab.run.ended;
    assert.equal(lab.automation.listening, false);
  });
});

describe('a phone with a fault', () => {
  it('says that its battery is low, and what time it believes it is', async () => {
    const faults = new Faults();
    const clock = phoneClock(new PretendClock(Date.UTC(2026, 0, 1)), faults);
    faults.begin({ fault: 'clock-wrong', byMs: 91 * 86_400_000 });
    assert.equal(new Date(clock.now()).toISOString(), '2026-04-02T00:00:00.000Z');
    const phone = { ...aPhone(), clock, faults };
    assert.equal((await sh(phone, 'date +%F')).out, '2026-04-02\n');
    assert.match((await sh(phone, 'date -s @0')).err, /not permitted/);
    await sh(phone, 'su 0 date @1767225600');
    assert.equal((await sh(phone, 'date +%F')).out, '2026-01-01\n');
    faults.begin({ fault: 'battery-low', level: 4 });
    assert.match((await sh(phone, 'dumpsys battery')).out, /USB powered: false\n[^]*level: 4\n/);
  });

  it('goes on with the proxy that was set before, until it starts anew', () => {
    const faults = new Faults();
    const settings = new Settings({ global: { http_proxy: '127.0.0.1:1' } });
    const seen = settingsForApps(settings, faults);
    faults.begin({ fault: 'proxy-stale' });
    settings.put('global', 'http_proxy', ':0');
    assert.equal(seen.get('global', 'http_proxy'), '127.0.0.1:1');
    seen.refresh();
    assert.equal(seen.get('global', 'http_proxy'), ':0');
  });
});

describe('a command to a running handset', () => {
  it('begins a fault, mends it and lists what is wrong', () => {
    const phone = aPhone();
    const told = (command: unknown): string => obey(JSON.stringify(command), phone).said;
    assert.equal(told({ do: 'fault', what: { fault: 'battery-low' } }), '{"ok":true}');
    assert.equal(
      told({ do: 'faults' }),
      '{"ok":true,"faults":[{"fault":"battery-low","level":3}]}',
    );
    assert.equal(told({ do: 'mend', fault: 'battery-low' }), '{"ok":true}');
    assert.deepEqual(phone.faults.active(), []);
  });

  it('stands for the owner and for people far away', () => {
    const phone = aPhone();
    for (const command of [
      { do: 'put', key: 'secure.adb_input', value: '1' },
      { do: 'sms', number: '+331', text: 'Hello' },
      { do: 'call', number: '+332' },
      { do: 'mail', address: 'a@b.test', subject: 's', text: 't' },
    ])
      assert.equal(obey(JSON.stringify(command), phone).ok, true);
    assert.equal(phone.settings.get('secure', 'adb_input'), '1');
    assert.equal(phone.belongings.rows('messages')[0]?.get('box'), 'inbox');
    assert.equal(phone.belongings.rows('calls')[0]?.get('direction'), 'in');
    assert.equal(phone.belongings.rows('mail').length, 1);
  });

  it('that is none changes nothing, and says why', () => {
    const phone = aPhone();
    for (const line of ['', 'null', '{"do":"dance"}', '{"do":"fault","what":{"fault":"rust"}}']) {
      const { ok, said } = obey(line, phone);
      assert.equal(ok, false);
      assert.match(said, /"error":"Not a command/);
    }
    assert.deepEqual(phone.faults.active(), []);
  });
});
