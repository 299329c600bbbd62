import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { z } from 'zod';
import { readApk } from '../../../../harness/handset/shell/tools/packages/apk.ts';
import { signerOf } from '../../../../harness/handset/shell/tools/packages/signer.ts';

const driver = createRequire(import.meta.url).resolve('appium-uiautomator2-driver/package.json');
const server: unknown = createRequire(driver)('appium-uiautomator2-server');
const { TEST_APK_PATH: apkFile } = z.object({ TEST_APK_PATH: z.string() }).parse(server);

describe('reading an APK', () => {
  it('gives the instrumentation of the driver’s own test package', async () => {
    const apk = await readApk(await readFile(apkFile));
    assert.equal(apk?.package, 'io.appium.uiautomator2.server.test');
    assert.deepEqual(apk.instrumentation, {
      runner: 'androidx.test.runner.AndroidJUnitRunner',
      target: 'io.appium.uiautomator2.server',
    });
    assert.match(apk.sha256, /^[0-9a-f]{64}$/);
  });

  it('finds the certificate that signed it', async () => {
    // openssl says the same of the certificate in META-INF/TESTKEY.RSA (the older, v1 signature):
    // pkcs7 -print_certs | x509 -fingerprint -sha256 = A4:0D:A8:0A:59:D1:70:CA…
    assert.equal(signerOf(await readFile(apkFile)), 'a40da80a');
  });

  it('of anything else gives nothing, and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const tail = Buffer.concat([Buffer.from(bytes), Buffer.from('APK Sig Block 42')]);
        assert.equal(await readApk(tail), undefined);
        assert.match(signerOf(tail), /^[0-9a-f]{8}$/);
      }),
      { numRuns: 50 },
    );
  });
});
