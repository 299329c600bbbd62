import assert from 'node:assert/strict';
import type { Leak } from '../../harness/calibrate/truth.ts';
import { truthOf } from '../../harness/calibrate/truth.ts';
import { collectorSchema } from '../../harness/handset/collectors/rules/rules.ts';
import { profileAtBench } from '../../harness/cli/bench/profiles.ts';
import { knownRoms, loadRom } from '../../harness/handset/roms/load.ts';
import type { Rom, RomApp } from '../../harness/handset/roms/rom.ts';
import type { Condition } from '../../harness/record/plan/plan.ts';
import incognito from '../../scenarios/browser/incognito.ts';
import { MINT } from '../handset/collectors/pretend.ts';

describe('what a ROM profile is built to leak', () => {
  it('Mint 3.4.3: pages and searches of both engines, in incognito while the switch is on', async () => {
    const leaks = async (mode: string, level: string): Promise<string[]> =>
      said(await truth('miui-11-mint-3.4.3', { mode, 'enhanced incognito': level }));
    const all = [
      'search words (DuckDuckGo) → sa.api.intl.miui.com',
      'search words (Google) → sa.api.intl.miui.com',
      'visited page → sa.api.intl.miui.com',
    ];
    assert.deepEqual(await leaks('incognito', 'off'), []);
    assert.deepEqual(await leaks('incognito', 'on'), all);
    assert.deepEqual(await leaks('normal', 'off'), all);
    assert.deepEqual(await leaks('normal', 'on'), all);
  });

  it('the phone as sold leaks the same, and nobody can read it', async () => {
    const leaks = await truth('miui-11-stock', { mode: 'normal', 'enhanced incognito': 'on' });
    assert.ok(leaks.length > 0);
    assert.deepEqual(
      new Set(leaks.map(({ sealed }) => sealed)),
      new Set(['the phone refuses added certificates']),
    );
  });

  it('nothing that incognito can set off is gathered for longer than its follow-up window', async () => {
    for (const name of await knownRoms()) {
      const profile = await profileAtBench(name);
      for (const app of profile.browsers.values()) {
        const leaks = await truthOf(profile.rom, app, incognito, { mode: 'normal' });
        const late = leaks.filter(({ afterMs }) => afterMs >= incognito.followUpMs);
        assert.deepEqual(late, [], name);
      }
    }
  });

  it('LineageOS’s browser leaks nothing', async () => {
    assert.deepEqual(await truth('lineage-17', { mode: 'normal' }), []);
  });

  it('a rule of chance is as likely as it says, times its collector’s own chance', async () => {
    const [leak] = await made({ when: { chance: 0.5 }, rules: [rule({ when: { chance: 0.25 } })] });
    assert.equal(leak?.chance, 0.125);
  });

  it('a rule that hangs on a server’s reply is neither certain nor out of the question', async () => {
    const [leak] = await made({ rules: [rule({ when: { memory: { collect: 'all' } } })] });
    assert.equal(leak?.chance, null);
  });

  it('a rule for other circumstances leaks nothing', async () => {
    for (const when of [{ network: 'none' }, { state: { mode: 'incognito' } }, { region: 'CN' }]) {
      assert.deepEqual(await made({ rules: [rule({ when })] }), [], JSON.stringify(when));
    }
  });

  it('a host alone tells nothing of a page, its hash tells which, and 32 bits of hash prove nothing', async () => {
    const forms = async (form: object): Promise<(string | undefined)[]> =>
      (await made({ rules: [rule({ form: { url: form } })] }))
        .filter(({ canary }) => canary === 'visited page')
        .map((leak) => leak.form);
    assert.deepEqual(await forms({ as: 'host' }), []);
    assert.deepEqual(await forms({ as: 'exact' }), ['whole']);
    assert.deepEqual(await forms({ as: 'prefix', length: 36 }), []);
    assert.deepEqual(await forms({ as: 'prefix', length: 42 }), ['prefix']);
    assert.deepEqual(await forms({ as: 'hash', hash: 'sha256' }), ['sha256']);
    assert.deepEqual(await forms({ as: 'hash', hash: 'sha256', of: 'host' }), []);
    assert.deepEqual(await forms({ as: 'hash', hash: 'crc32' }), []);
  });

  it('the address of an engine’s results tells the words, and its hash tells nobody anything', async () => {
    const words = async (form: object): Promise<unknown[]> =>
      (await made({ rules: [rule({ form: { url: form } })] }))
        .filter(({ canary }) => canary === 'search words (Google)')
        .map((leak) => [leak.form, leak.sealed]);
    assert.deepEqual(await words({ as: 'exact' }), [['whole', null]]);
    assert.deepEqual(await words({ as: 'prefix', length: 40 }), []);
    assert.deepEqual(await words({ as: 'prefix', length: 52 }), [['prefix', null]]);
    assert.deepEqual(await words({ as: 'hash', hash: 'md5' }), [
      ['md5', 'hashed together with other text'],
    ]);
  });

  it('what is typed and not submitted leaks like what is', async () => {
    const leaks = await made({
      rules: [rule({ on: 'text-typed', row: { t: '{stimulus.text}' } })],
    });
    assert.deepEqual(said(leaks), [
      'search words (DuckDuckGo) → collector.example',
      'search words (Google) → collector.example',
      'visited page → collector.example',
    ]);
  });

  it('a key that nobody has and a way past the proxy are said', async () => {
    const sealed = async (differs: object): Promise<string | null | undefined> =>
      (await made({ rules: [rule(differs)] }))[0]?.sealed;
    const aes = { as: 'aes', mode: 'cbc', key: { from: 'nobody' } };
    assert.equal(await sealed({ wrap: [{ as: 'json' }, aes] }), 'sealed under a key nobody has');
    assert.equal(await sealed({ transport: { as: 'https', proxy: 'ignores' } }), 'past the proxy');
    assert.equal(
      await sealed({ transport: { as: 'https', addedCa: 'refused' } }),
      'refuses added certificates',
    );
    assert.equal(await sealed({ transport: { as: 'http' } }), null);
  });

  it('a rule that sends to somebody who must see it anyway is no leak', async () => {
    const send = { host: 'visited.leaklab.test' };
    assert.deepEqual(
      said(await made({ rules: [rule({ send })] })).filter((one) => one.startsWith('visited page')),
      [],
    );
  });
});

function rule(differs: object): object {
  return {
    on: 'page-opened',
    row: { url: '{stimulus.url}' },
    send: { host: 'collector.example' },
    wrap: [{ as: 'json' }],
    ...differs,
  };
}

/** The leaks of a phone whose Mint Browser has this collector and no other, in normal mode. */
async function made(collector: object): Promise<Leak[]> {
  const rules = collectorSchema.parse({ name: 'made', source: 'invented', ...collector });
  const rom = await loadRom('miui-11-mint-3.4.3');
  const apps = rom.apps.map((app) =>
    app.package === MINT ? { ...app, collectors: [rules] } : { ...app, collectors: [] },
  );
  return await inMint({ ...rom, apps }, { mode: 'normal', 'enhanced incognito': 'on' });
}

async function truth(name: string, condition: Condition): Promise<Leak[]> {
  return await inMint(await loadRom(name), condition);
}

async function inMint(rom: Rom, condition: Condition): Promise<Leak[]> {
  const isBrowser = ({ screens }: RomApp): boolean => screens.browser !== undefined;
  const app = rom.apps.find(isBrowser);
  assert.ok(app);
  return await truthOf(rom, app, incognito, condition);
}

function said(leaks: readonly Leak[]): string[] {
  return [...new Set(leaks.map(({ canary, host }) => `${canary} → ${host}`))].sort();
}
