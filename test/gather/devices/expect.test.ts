import assert from 'node:assert/strict';
import { compareApp, compareIdentity } from '../../../harness/gather/devices/identity/expect.ts';

const expected = {
  name: 'red',
  model: 'Redmi Note 8',
  rom: { family: 'MIUI', region: 'global', build: 'V11.0.6.0.PCOMIXM' },
};
const found = {
  model: 'Redmi Note 8',
  romFamily: 'MIUI',
  romRegion: 'global',
  romBuild: 'V11.0.6.0.PCOMIXM',
  android: '9',
  sdk: 28,
  fingerprint: 'xiaomi/ginkgo',
  rooted: true,
};
const app = { package: 'com.x', versionName: '3.4.3', versionCode: 1, sha256: null, signer: null };

describe('a phone that is asked what it is', () => {
  it('may be used when it is what devices.json says', () => {
    assert.equal(compareIdentity(expected, found), null);
    assert.equal(compareApp('red', 'mint', '3.4.3', app), null);
  });

  it('is refused with every difference named, expected and found', () => {
    const fault = compareIdentity(expected, {
      ...found,
      romBuild: 'V12.0.1.0.PCOEUXM',
      romRegion: 'eea',
    });
    assert.equal(fault?.code, 'not-as-expected');
    assert.equal(
      fault.message,
      'red is not as expected: rom.region: devices.json says "global", the phone says "eea"; ' +
        'rom.build: devices.json says "V11.0.6.0.PCOMIXM", the phone says "V12.0.1.0.PCOEUXM"',
    );
    assert.match(fault.advice, /devices\.json/);
  });

  it('is refused with another version of the browser', () => {
    assert.equal(
      compareApp('red', 'mint', '3.4.0', app)?.message,
      'red is not as expected: browsers.mint: devices.json says "3.4.0", the phone says "3.4.3"',
    );
  });
});
