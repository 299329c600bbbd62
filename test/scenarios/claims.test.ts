import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadScenario } from '../../harness/cli/bench/begun/scenarios.ts';
import { scenariosIn } from '../../harness/cli/bench/begun/shelf.ts';
import { profileAtBench } from '../../harness/cli/bench/profiles.ts';
import { blocksOf, truthsOf } from '../../harness/cli/commands/truth.ts';
import { deedsIn } from '../../harness/gather/errands/rehearse.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Scenario; a profile on which something leaks in it, and one on which nothing does. */
const PAIRS: readonly (readonly [scenario: string, leaks: string, silent: string])[] = [
  ['aggregated', 'miui-11-mint-3.4.0', 'as-the-maker-says'],
  ['basics', 'miui-11-mint-3.4.0', 'as-the-maker-says'],
  ['belongings', 'as-the-accusers-say', 'as-the-maker-says'],
  ['browsing', 'miui-11-mint-3.4.0', 'lineage-17'],
  ['consent', 'miui-11-mint-3.4.0', 'as-the-maker-says'],
  ['folders', 'as-the-accusers-say', 'lineage-17'],
  ['identifier', 'miui-11-mint-3.4.0', 'as-the-maker-says'],
  ['in-clear', 'as-the-accusers-say', 'miui-11-mint-3.4.0'],
  ['incognito', 'miui-11-mint-3.4.0', 'lineage-17'],
  ['models', 'miui-12-china-pro-12.1.3', 'lineage-17'],
  ['on-wifi', 'as-the-accusers-say', 'miui-8-cloud-messaging'],
  ['other-rom', 'lineage-17-mint', 'lineage-17'],
  ['own-servers', 'as-the-accusers-say', 'miui-11-mint-3.4.0'],
  ['searches', 'miui-11-mint-3.4.0', 'lineage-17'],
  ['switch', 'miui-12-global-mi-browser-12.1.4', 'as-the-maker-says'],
  ['unasked', 'miui-8-cloud-messaging', 'as-the-maker-says'],
  ['where-to', 'as-the-accusers-say', 'as-the-maker-says'],
  ['wifi-off', 'as-the-accusers-say', 'lineage-17'],
];

describe('the scenarios of the claims', () => {
  for (const [name, leaks, silent] of PAIRS) {
    it(`${name} has something to find on ${leaks} and nothing on ${silent}`, async () => {
      assert.notDeepEqual(await said(name, leaks), []);
      assert.deepEqual(await said(name, silent), []);
    });
  }

  it('on Wi-Fi a photo leaves at once, without it later, and a page at once either way', async () => {
    const when = async (level: string): Promise<string[]> =>
      (await truths('wifi-off', 'as-the-accusers-say'))
        .filter(({ condition }) => condition['Wi-Fi'] === level)
        .flatMap(({ truth }) => truth)
        .filter(({ host }) => host.startsWith('log-phones'))
        .map(({ canary, late }) => `${canary}: ${late ? 'later' : 'in time'}`)
        .sort();
    const page = 'visited page: in time';
    const all = (way: string): string[] => [
      `name of the photo: ${way}`,
      `photo: ${way}`,
      `text of an SMS: ${way}`,
      page,
    ];
    assert.deepEqual(await when('on'), all('in time'));
    assert.deepEqual(await when('off'), all('later'));
    assert.deepEqual(await when('off, then on'), all('in time'));
  });

  it('a model whose browser has the switch does in incognito what the others do only while it is on', async () => {
    const incognito = async (profile: string): Promise<[string | undefined, boolean][]> =>
      (await truths('models', profile))
        .filter(({ condition }) => condition['mode'] === 'incognito')
        .map(({ condition, truth }) => [condition['enhanced incognito'], truth.length > 0]);
    for (const old of ['miui-11-eu-mi-browser-12.1.3', 'miui-12-china-pro-12.1.3']) {
      assert.deepEqual(await incognito(old), [[undefined, true]]);
    }
    assert.deepEqual(await incognito('miui-12-china-pro-12.1.4'), [
      ['off', false],
      ['on', true],
    ]);
  });

  it('numbers leave unasked before the update of 2014, and after it only for who switched it on', async () => {
    const unasked = async (profile: string): Promise<string[]> =>
      (await truths('unasked', profile))
        .filter(({ truth }) => truth.length > 0)
        .map(
          ({ condition }) => `${condition['Cloud Messaging'] ?? ''}/${condition['Mi Cloud'] ?? ''}`,
        );
    const every = ['off/off', 'off/on', 'on/off', 'on/on'];
    assert.deepEqual(await unasked('miui-8-cloud-messaging'), every);
    assert.deepEqual(await unasked('miui-8-cloud-messaging-opt-in'), ['on/off', 'on/on']);
  });

  it('what a reply orders is not collected where replies are withheld', async () => {
    const [sent, withheld] = await truths('told-by-server', 'told-by-a-server');
    assert.deepEqual([sent?.truth.length, withheld?.truth.length], [2, 0]);
  });

  it('each bears its file’s name, and plants every canary it has', async () => {
    const shelf = await scenariosIn(root);
    assert.ok(shelf.length >= 20);
    for (const { name, path: file } of shelf) {
      const scenario = await loadScenario(root, name);
      assert.equal(scenario.name, name);
      const text = await readFile(`${root}/${file}`, 'utf8');
      for (const canary of Object.keys(scenario.canaries)) {
        const inside = [...scenario.titles.values(), ...scenario.captions.values()];
        const used = new RegExp(
          `canary(\\['${canary.replaceAll(/[()]/g, '\\$&')}'\\]|\\.${canary}\\b)`,
        );
        assert.ok(inside.includes(canary) || used.test(text), `${file}: ${canary}`);
      }
    }
  });

  it('only what a phone’s owner must allow is more than a reference handset may do', async () => {
    const names = (await scenariosIn(root)).map(({ name }) => name);
    const sending: string[] = [];
    for (const name of names) {
      const deeds = await deedsIn(await loadScenario(root, name));
      if (deeds.some((deed) => deed.do === 'send SMS')) sending.push(name);
    }
    assert.deepEqual(sending, ['on-wifi']);
  });
});

async function truths(scenario: string, profile: string): ReturnType<typeof truthsOf> {
  const loaded = await loadScenario(root, scenario);
  const at = await profileAtBench(profile);
  const [block] = blocksOf(loaded, [at]);
  assert.ok(block);
  return await truthsOf(at, block, loaded);
}

async function said(scenario: string, profile: string): Promise<string[]> {
  const found = (await truths(scenario, profile)).flatMap(({ truth }) => truth);
  return [...new Set(found.map(({ canary, host }) => `${canary} → ${host}`))];
}
