import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { doctorCommand } from '../../harness/cli/bench/fit/doctor.ts';
import { gatewayChecks } from '../../harness/cli/bench/fit/gateway.ts';
import { phoneChecks } from '../../harness/cli/bench/fit/machine.ts';
import { readBench } from '../../harness/gather/devices/bench.ts';
import { systemClock } from '../../harness/lib/clock.ts';
import { makeAuthority } from '../../harness/lib/certificates.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const RED = {
  serial: '0123',
  model: 'Redmi Note 8',
  rom: { family: 'MIUI', region: 'global', build: 'V11' },
  browsers: { mint: '3.4.3' },
  listen: 'gateway',
  gateway: { interface: 'llnone0', address: '10.77.0.10' },
  reach: 'metadata',
  egress: 'open',
  owner: 'nobody',
  authorised: { who: 'nobody', when: '2026-11-25', for: 'a test' },
};

const { serial: _, gateway: __, ...rest } = RED;
const HANDSET = { ...rest, handset: 'miui-11-stock', egress: 'world' };
const DAY = 864e5;

describe('leaklab doctor', function doctor() {
  this.timeout(60_000);

  it('starts what a run starts, ends it, and says what is to be put right and how', async () => {
    const home = await mkdtemp(join(tmpdir(), 'leaklab-doctor-'));
    const said: string[] = [];
    const output = { write: (text: string) => said.push(text) };
    const code = await doctorCommand({ gateway: false }, { root: ROOT, home, output, env: {} });
    await rm(home, { recursive: true });
    assert.equal(code, 1);
    const lines = said.join('').split('\n');
    for (const fit of ['programs', 'rights', 'disk', 'open files', 'adb', 'Appium']) {
      assert.ok(
        lines.some((line) => line.startsWith(`✓ ${fit} `)),
        `${fit}: ${lines.join('; ')}`,
      );
    }
    const wrong = lines.findIndex((line) => line.startsWith('✗ devices.json'));
    assert.match(lines[wrong + 1] ?? '', /^ {2}do .*git checkout devices\.json/);
    assert.equal(lines.at(-2), '1 to put right');
  });

  it('looks whether the certificate of a phone’s own beacon will do, and asks nothing where a world makes it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leaklab-doctor-'));
    const now = systemClock().now();
    const authority = await makeAuthority([{ CN: ['Public'] }], {
      notBefore: new Date(now - DAY),
      notAfter: new Date(now + DAY),
    });
    const [cert, key] = [join(folder, 'site.pem'), join(folder, 'site.key')];
    const beacon = { host: 'lab.example.net', cert, key };
    const asked = async (): Promise<string> => {
      const entries = readBench(JSON.stringify({ red: { ...RED, beacon } }), 'devices.json');
      const check = phoneChecks(entries, folder).find(({ what }) => what === 'red, beacon');
      return (await check?.ask().catch((error: unknown) => String(error))) ?? 'nobody looks';
    };
    assert.match(await asked(), /site\.pem cannot be read/);
    const made = await authority.certify(['*.lab.example.net', '*.beacon.lab.example.net']);
    await writeFile(cert, made.cert);
    await writeFile(key, made.key, { mode: 0o600 });
    const until = new Date(now + DAY).toISOString().slice(0, 10);
    assert.equal(
      await asked(),
      `${cert} is for *.lab.example.net and *.beacon.lab.example.net, until ${until}`,
    );
    await chmod(key, 0o644);
    assert.match(await asked(), /others may read its key/);
    await rm(folder, { recursive: true });
    const worldly = readBench(
      JSON.stringify({ red: { ...HANDSET, beacon: { host: 'lab.example.net' } } }),
      'devices.json',
    );
    assert.ok(!phoneChecks(worldly, folder).some(({ what }) => what.endsWith('beacon')));
  });

  it('says of a phone behind an interface that is not there what to do, and proves a network of ours', async function () {
    if (userInfo().uid !== 0) this.skip();
    const entries = readBench(JSON.stringify({ red: RED }), 'devices.json');
    const found = new Map<string, string>();
    for (const { what, ask } of gatewayChecks(entries)) {
      found.set(what, await ask().catch((error: unknown) => String(error)));
    }
    assert.match(found.get('gateway') ?? '', /UDP\/443 dropped and recorded, no IPv6/);
    assert.match(found.get('red, interface') ?? '', /llnone0 is not up, or has no IPv4 address/);
    assert.match(found.get('red, rules') ?? '', /llnone0 is not up/);
  });
});
