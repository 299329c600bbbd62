import assert from 'node:assert/strict';
import type { BenchEntry } from '../../../harness/gather/devices/bench.ts';
import { phoneFactorsOf } from '../../../harness/gather/errands/factors.ts';
import { refusalOf } from '../../../harness/gather/errands/rehearse.ts';
import browsing from '../../../scenarios/browser/browsing.ts';
import belongings from '../../../scenarios/phone/belongings.ts';
import onWifi from '../../../scenarios/phone/on-wifi.ts';

const aDevice = (fields: Partial<BenchEntry> = {}): BenchEntry => ({
  name: 'red',
  model: 'Redmi Note 8',
  rom: { family: 'MIUI', region: 'global', build: 'V11' },
  browsers: { mint: '3.4.0' },
  listen: 'usb',
  reach: 'content',
  egress: 'open',
  ...fields,
});

describe('a device is refused before it is touched', () => {
  it('where a scenario sends an SMS and its owner has not allowed that', async () => {
    const phone = aDevice({ serial: 'abcd' });
    assert.equal((await refusalOf(onWifi, phone))?.code, 'not-allowed');
    assert.equal(await refusalOf(onWifi, { ...phone, may: ['sms'] }), null);
    assert.equal(await refusalOf(belongings, phone), null);
    assert.equal(await refusalOf(onWifi, aDevice({ handset: 'as-the-accusers-say' })), null);
  });

  it('where it is no phone, or has no app for it', async () => {
    const desktop = aDevice({ desktop: 'chromium' });
    assert.equal((await refusalOf(belongings, desktop))?.code, 'errand-impossible');
    assert.equal(await refusalOf(browsing, desktop), null);
    const rom = { family: 'LineageOS', region: 'global', build: '17' };
    const lineage = aDevice({ handset: 'lineage-17', rom });
    assert.match((await refusalOf(onWifi, lineage))?.message ?? '', /no mail app/);
  });
});

describe('the factors that are the phone’s', () => {
  const asked = new Map([
    ['mode', ['normal', 'incognito']],
    ['Mi Account', ['signed out', 'signed in']],
    ['Wi-Fi', ['on', 'off', 'turbo']],
  ]);

  it('are a handset’s all, a phone’s where they can be put back, and another ROM’s where it has them', () => {
    const had = (family: string, kind: 'handset' | 'phone'): string[] => [
      ...phoneFactorsOf({ label: 'red', family, kind }, asked).levels.keys(),
    ];
    assert.deepEqual(had('MIUI', 'handset'), ['Mi Account', 'Wi-Fi']);
    assert.deepEqual(had('MIUI', 'phone'), ['Wi-Fi']);
    assert.deepEqual(had('LineageOS', 'handset'), ['Wi-Fi']);
  });

  it('leave the browser’s alone, and drop a level that nobody has aloud', () => {
    const { names, levels, dropped } = phoneFactorsOf(
      { label: 'red', family: 'MIUI', kind: 'handset' },
      asked,
    );
    assert.deepEqual([...names], ['Mi Account', 'Wi-Fi']);
    assert.deepEqual(levels.get('Wi-Fi'), ['on', 'off']);
    assert.deepEqual(dropped, ['"Wi-Fi" has no level "turbo".']);
  });
});
