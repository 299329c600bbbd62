import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { bytesOf, wrapped } from '../../../harness/handset/collectors/encode/chain.ts';
import { openAes } from '../../../harness/handset/collectors/encode/ciphers.ts';
import { Identities } from '../../../harness/handset/collectors/identities.ts';
import type { CollectorRules, Json } from '../../../harness/handset/collectors/rules/rules.ts';
import type { Wrapping } from '../../../harness/handset/collectors/rules/wrappings.ts';
import { remembered } from '../../../harness/handset/collectors/sending/reply.ts';
import { loadRom } from '../../../harness/handset/roms/load.ts';
import { HOSTS } from '../../../harness/handset/world/sites/hosts.ts';
import { seeded } from '../../../harness/lib/seed.ts';

const sealed = z.array(
  z.object({
    payloads: z.union([z.string(), z.array(z.string())]),
    ekey: z.string(),
    pkv: z.number(),
  }),
);

async function shipped(name: string): Promise<CollectorRules> {
  const { apps, services } = await loadRom('test/handset/ui/everything.json');
  const all = [...apps, ...services].flatMap(({ collectors }) => collectors);
  const found = all.find((rules) => rules.name === name);
  assert.ok(found, name);
  return found;
}

async function bodyOf(
  rows: Json,
  chain: readonly Wrapping[] | undefined,
  names: Record<string, Json>,
) {
  const known = new Map(Object.entries(names));
  const around = { lookup: (name: string) => known.get(name), chance: seeded('test') };
  const [payload] = await wrapped(rows, chain ?? [], around);
  return payload ? bytesOf(payload) : Buffer.alloc(0);
}

// The three vectors were made from public descriptions of the formats, without this code.
describe('the maker’s wire formats', () => {
  it('are, for mistat v2, a complete published body to the byte', async () => {
    const rows = [
      {
        category: 'mistat_session',
        values: [{ start: 1588310400000, end: 1588310460000, env: 'WIFI' }],
      },
      {
        category: 'mistat_pv',
        values: ['1,2'],
        source: [''],
        index: '.BrowserActivity,.SettingsActivity',
      },
      {
        category: 'browser',
        values: [
          {
            key: 'page_load_event_start',
            type: 'count',
            value: 1,
            params: { url: 'https://example.org/canary-7f3a' },
          },
        ],
      },
    ];
    const body = await bodyOf(rows, (await shipped('mistat-v2')).channels['stats']?.wrap, {
      now: 1588310460000,
      'install.since': 1588310400000,
      'id.device': 'C1B9E1C651C7AAAB09204DC1875765EC',
      'network.type': 'WIFI',
      'app.version': '3.4.0',
    });
    assert.match(
      body.toString(),
      /^app_id=2882303761500000001&app_key=5600000000001&bc=S&channel=mistats_default&/,
    );
    assert.match(
      body.toString(),
      /&sign=9a99b1097cbda649fd47c2e95e3598b1&size=3&stat_value=5515160ab75fa09292b7f63c/,
    );
    assert.match(body.toString(), /08a903cab&version=3\.4\.0$/);
    assert.equal(body.length, 1110);
  });

  it('are, for OneTrack v4, a body that only the session key opens', async () => {
    const key = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
    const rows = [{ H: { event: 'onetrack_pa' }, B: { class: 'BrowserActivity' } }];
    const chain = (await shipped('onetrack-v4')).channels['track']?.wrap;
    const body = await bodyOf(rows, chain, { 'memory.session': key.toString('base64') });
    const open = (bytes: Buffer): string => {
      const cipher = createDecipheriv('aes-128-ecb', key, null);
      return gunzipSync(Buffer.concat([cipher.update(bytes), cipher.final()])).toString();
    };
    assert.deepEqual(JSON.parse(open(body)), rows);
    const published =
      'WoUqwBEcXNFAX7bcHj9KklX/7jG39ZbYA6NTOWKYNHFG/6EyFUGtBtFMyyhkTpAJHG8FN1Y0E89XsM1rBZjZj8nQKrdDM8hcCNGTayWl0YJwYeq2orySitUAbLWggfypSUjkXfW2GSbBfb+H7mn/N70IFLax1JwAa8TrU5vNiAw=';
    assert.match(open(Buffer.from(published, 'base64')), /^\[\{"H":\{"event":"onetrack_pa"/);
    await assert.rejects(bodyOf(rows, chain, {}), /a key of 0 bytes/);
  });

  it('are, for OneTrack’s key exchange, a published signature and a published reply', async () => {
    const ask = (await shipped('onetrack-v4')).rules.find(({ reply }) => reply !== undefined);
    const body = await bodyOf(null, ask?.wrap, { 'id.secret': 'AAAA' });
    assert.equal(body.toString(), 'secretKey=AAAA&sign=ce74a37a7d96c4c298f43297352242cc');
    const rule = ask?.reply?.remember['session']?.open;
    assert.ok(rule);
    const device = Buffer.from('101112131415161718191a1b1c1d1e1f', 'hex').toString('base64');
    const opened = openAes(
      Buffer.from('nFTVcXAs+g8D82IVZ2ureM1N+Y9qS0VXYKUjr6Boffw=', 'base64'),
      rule,
      {
        lookup: (name) => (name === 'id.device' ? device : undefined),
        chance: seeded('test'),
      },
    );
    assert.equal(opened?.toString('hex'), '000102030405060708090a0b0c0d0e0f');
  });

  it('are, for OneTrack, answered by the world with a session key under the device’s own', async () => {
    const rules = await shipped('onetrack-v4');
    const ids = new Identities(rules.identifiers, {
      chance: seeded('test'),
      now: () => 0,
      hardware: [],
    });
    const lookup = (name: string): string | undefined =>
      name.startsWith('id.') ? ids.get(name.slice(3), lookup) : undefined;
    const ask = rules.rules.find(({ reply }) => reply !== undefined);
    const secret = lookup('id.secret') ?? '';
    const body = await bodyOf(null, ask?.wrap, { 'id.secret': secret });
    const asked = { method: 'POST', path: '/track/key_get', query: new URLSearchParams() };
    const answers = (HOSTS.get('tracking.intl.miui.com') ?? []).map((route) =>
      route({ ...asked, headers: new Map(), body }),
    );
    const reply = Buffer.from(answers.find((answer) => answer !== undefined)?.body ?? '');
    assert.ok(ask?.reply);
    const kept = await remembered(reply, ask.reply, { lookup, chance: seeded('test') });
    assert.equal(kept.get('sid'), 'sid-0001');
    assert.equal(Buffer.from(kept.get('session') ?? '', 'base64').length, 16);
  });

  it('are taken by the loader, in the services and apps that a profile may name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leaklab-test-'));
    const path = join(folder, 'rom.json');
    const mint = 'mint-browser-3.4.0';
    const collectors = [
      'sensors-analytics-encrypted-9',
      'onetrack-v4-o',
      'splash-ads',
      'mistat-v1',
    ];
    const app = { like: mint, collectors };
    const services = ['statistics-service', 'micloud-service', 'cloud-messaging-2014'];
    await writeFile(
      path,
      JSON.stringify({ like: 'miui-11-stock', name: 'x', apps: ['miui', app], services }),
    );
    const rom = await loadRom(path);
    assert.deepEqual(
      [...rom.apps, ...rom.services]
        .map((home) => home.collectors.map(({ name }) => name))
        .filter((names) => names.length > 0),
      [
        collectors,
        ...[['mistat-v2', 'onetrack-v4'], ['micloud-sync'], ['cloud-messaging-2014']],
        // Our own app, which every phone of a bench has.
        ['known-leak'],
      ],
    );
    await rm(folder, { recursive: true });
  });

  for (const mode of ['9', '13']) {
    it(`are, for encrypted Sensors Analytics, gzip=${mode} with IV and AES in each payload`, async () => {
      const rows = [
        { event: 'a', properties: { url: 'https://example.org/canary' } },
        { event: 'b' },
      ];
      const chain = (await shipped(`sensors-analytics-encrypted-${mode}`)).channels['events']?.wrap;
      const key = Buffer.alloc(16, 7);
      const names = { now: 5, 'id.aes': key.toString('base64'), 'id.ekey': 'sealed' };
      const form = new URLSearchParams((await bodyOf(rows, chain, names)).toString());
      assert.deepEqual([...form.keys()], ['crc', 'gzip', 'data_list']);
      assert.equal(form.get('gzip'), mode);
      const [list] = sealed.parse(JSON.parse(form.get('data_list') ?? ''));
      const read = [list?.payloads ?? []].flat().map((text): unknown => {
        const bytes = Buffer.from(text, 'base64');
        const cipher = createDecipheriv('aes-128-cbc', key, bytes.subarray(0, 16));
        return JSON.parse(
          gunzipSync(Buffer.concat([cipher.update(bytes.subarray(16)), cipher.final()])).toString(),
        );
      });
      assert.deepEqual(mode === '9' ? read : read[0], rows);
      assert.deepEqual([list?.ekey, list?.pkv], ['sealed', 1]);
    });
  }
});
