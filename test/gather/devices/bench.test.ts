import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { benchJsonSchema, readBench } from '../../../harness/gather/devices/bench.ts';
import { Fault } from '../../../harness/lib/fault.ts';
import { loadRom } from '../../../harness/handset/roms/load.ts';

const ROOT = new URL('../../../', import.meta.url);

describe('devices.json', () => {
  it('lists reference handsets that are what their ROM profiles make them', async () => {
    const entries = readBench(
      await readFile(new URL('devices.json', ROOT), 'utf8'),
      'devices.json',
    );
    const handsets = entries.filter(({ handset }) => handset !== undefined);
    assert.deepEqual(
      handsets.map(({ name }) => name),
      ['reference-mint-3.4.0', 'reference-mint-3.4.3', 'reference-lineage-17', 'reference-stock'],
    );
    for (const entry of handsets) {
      const rom = await loadRom(entry.handset ?? '');
      assert.equal(entry.model, rom.identity.model);
      assert.equal(entry.reach, rom.addedCa === 'trusted' ? 'content' : 'metadata');
      for (const version of Object.values(entry.browsers)) {
        assert.ok(rom.apps.some(({ versionName }) => versionName === version));
      }
    }
  });

  it('has a JSON Schema for editors that is the one in docs', async () => {
    const kept: unknown = JSON.parse(
      await readFile(new URL('docs/devices.schema.json', ROOT), 'utf8'),
    );
    assert.deepEqual(
      kept,
      JSON.parse(JSON.stringify(benchJsonSchema())),
      'write benchJsonSchema() to docs/devices.schema.json',
    );
  });

  it('is refused with every wrong field, its path and what is allowed', () => {
    const wrong = {
      red: { ...aPhone(), reach: 'contents', rom: { family: 'MIUI', region: 'global', colour: 1 } },
      blue: { ...aHandset(), timelapse: 0, egress: 'open', browsers: { Mint: '3.4.0' } },
    };
    assert.equal(
      refusal(JSON.stringify(wrong)),
      `devices.json has 6 wrong fields:
  red.rom.build: is missing; allowed: a text
  red.rom: has no field "colour"; allowed: "family", "region", "build"
  red.reach: is "contents"; allowed: "content", "metadata", "none"
  blue.browsers.Mint: is "Mint"; allowed: lower case letters, digits and "-"
  blue.timelapse: is 0; allowed: 1 or more
  blue.egress: is "open"; allowed for a handset: "world", "sinkhole", "block"`,
    );
  });

  it('takes of a desktop only what is true of one, and of a phone nothing that is true of desktops', () => {
    const desktop = { ...aDesktop(), egress: 'open', listen: 'usb', browsers: { mint: '3.4.0' } };
    const phone = { ...aPhone(), listen: 'proxy', browsers: { mint: 'any' } };
    assert.equal(readBench(JSON.stringify({ here: aDesktop() }), 'devices.json').length, 1);
    assert.equal(
      refusal(JSON.stringify({ here: desktop, red: phone })),
      `devices.json has 5 wrong fields:
  here.egress: is "open"; allowed for a desktop: "world"
  here.listen: is "usb"; allowed for a desktop: "gateway", "proxy"
  here.browsers: a desktop has the one browser that "desktop" names
  red.listen: is "proxy"; allowed for a phone: "usb", "gateway"
  red.browsers: a version is "any", which is for desktops only`,
    );
  });

  it('puts into a network of ours what the run starts itself, and a phone only where it is told behind which interface', () => {
    const red = { ...aPhone(), listen: 'gateway' };
    const gateway = { interface: 'wlan0', address: '10.77.0.10' };
    assert.equal(readBench(JSON.stringify({ red: { ...red, gateway } }), 'devices.json').length, 1);
    const cable = { ...aPhone(), gateway: { interface: 'wlan0; reboot', address: '10.77.0' } };
    const there = { ...aHandset(), handset: '127.0.0.1:5555', listen: 'gateway' };
    const blue = { ...aHandset(), listen: 'gateway' };
    assert.equal(readBench(JSON.stringify({ blue }), 'devices.json').length, 1);
    assert.equal(
      refusal(JSON.stringify({ red, there })),
      `devices.json has 2 wrong fields:
  red.gateway: is missing; a phone behind a gateway needs {"interface": "wlan0", "address": "10.77.0.10"}
  there.listen: is "gateway"; allowed for a handset that runs already: "usb"`,
    );
    const said = refusal(JSON.stringify({ cable }));
    assert.match(
      said,
      /cable\.gateway\.interface: is .* no name of a network interface|cable\.gateway\.interface/,
    );
    assert.match(said, /cable\.gateway\.address/);
    assert.match(said, /cable\.gateway: is for phones with "listen": "gateway" only/);
  });

  it('takes a domain of the lab’s own for what does not trust our CA, with the files of its certificate for a phone', () => {
    const unread = { reach: 'metadata', beacon: { host: 'lab.example.net' } };
    const files = { host: 'lab.example.net', cert: 'site.pem', key: 'site.key' };
    const red = { ...aPhone(), ...unread, beacon: files };
    const blue = { ...aHandset(), ...unread };
    assert.equal(readBench(JSON.stringify({ red, blue }), 'devices.json').length, 2);
    assert.equal(
      refusal(
        JSON.stringify({
          red: { ...aPhone(), ...unread },
          blue: { ...aHandset(), beacon: { host: 'lab.example.net', key: 'site.key' } },
        }),
      ),
      `devices.json has 3 wrong fields:
  red.beacon: needs both "cert" and "key", the paths of two PEM files
  blue.beacon: is for "reach": "metadata" only
  blue.beacon: needs both "cert" and "key", the paths of two PEM files`,
    );
    const said = refusal(JSON.stringify({ red: { ...red, beacon: { ...files, host: 'lab' } } }));
    assert.match(said, /red\.beacon\.host/);
  });

  it('must say who owns a phone and who allowed the experiments', () => {
    const { owner: _o, authorised: _a, ...nobodys } = aPhone();
    assert.equal(
      refusal(JSON.stringify({ red: nobodys })),
      `devices.json has 2 wrong fields:
  red.owner: is missing; a phone needs the name of its owner
  red.authorised: is missing; a phone needs {"who": …, "when": "YYYY-MM-DD", "for": …}`,
    );
  });

  it('reaches a device by exactly one of serial, handset and desktop', () => {
    const both = { ...aPhone(), handset: 'miui-11-stock' };
    assert.equal(
      refusal(JSON.stringify({ red: both })),
      `devices.json has 1 wrong field:
  red: has serial and handset; allowed: exactly one of "serial", "handset", "desktop"`,
    );
  });

  it('keeps names that are no file names out of file paths', () => {
    assert.equal(
      refusal(JSON.stringify({ '../red': aPhone() })),
      `devices.json has 1 wrong field:
  ../red: is not a name; allowed: letters, digits, ".", "_", "-", at most 64`,
    );
  });

  it('says where it is not JSON, and that an empty one is of no use', () => {
    assert.match(refusal('{"red": }'), /^devices\.json is not JSON: Unexpected token/);
    assert.equal(refusal('{}'), 'devices.json lists no device');
    assert.equal(refusal('[]'), "devices.json must be an object: a device's name → what it is");
  });
});

function refusal(content: string): string {
  try {
    readBench(content, 'devices.json');
  } catch (error) {
    assert.ok(error instanceof Fault);
    assert.equal(error.code, 'bench-invalid');
    return error.message;
  }
  return assert.fail('it was accepted');
}

function aPhone(): Record<string, unknown> {
  return {
    serial: 'R58M123',
    model: 'Redmi Note 8',
    rom: { family: 'MIUI', region: 'global', build: 'V11.0.6.0.PCOMIXM' },
    browsers: { mint: '3.4.3' },
    listen: 'usb',
    reach: 'content',
    egress: 'open',
    owner: 'the lab',
    authorised: { who: 'the lab', when: '2026-11-23', for: 'incognito' },
  };
}

function aHandset(): Record<string, unknown> {
  const { serial: _s, owner: _o, authorised: _a, ...rest } = aPhone();
  return { ...rest, handset: 'miui-11-stock', egress: 'world' };
}

function aDesktop(): Record<string, unknown> {
  const { serial: _s, owner: _o, authorised: _a, ...rest } = aPhone();
  const browsers = { chromium: 'any' };
  return { ...rest, desktop: 'chromium', egress: 'world', listen: 'proxy', browsers };
}
