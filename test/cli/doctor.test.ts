import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { doctorCommand } from '../../harness/cli/bench/fit/doctor.ts';
import { gatewayChecks } from '../../harness/cli/bench/fit/gateway.ts';
import { readBench } from '../../harness/gather/devices/bench.ts';

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
    for (const fit of ['programs', 'rights', 'disk', 'adb', 'Appium']) {
      assert.ok(
        lines.some((line) => line.startsWith(`✓ ${fit} `)),
        `${fit}: ${lines.join('; ')}`,
      );
    }
    const wrong = lines.findIndex((line) => line.startsWith('✗ devices.json'));
    assert.match(lines[wrong + 1] ?? '', /^ {2}do .*git checkout devices\.json/);
    assert.equal(lines.at(-2), '1 to put right');
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
