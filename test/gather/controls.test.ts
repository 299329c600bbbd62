import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { waysOf } from '../../harness/gather/trial/asides/ways.ts';
import { waysOf as waysOfRom } from '../../harness/handset/collectors/asked.ts';
import { collectorSchema } from '../../harness/handset/collectors/rules/rules.ts';
import { loadRom } from '../../harness/handset/roms/load.ts';
import type { TrialRecord } from '../../harness/record/trial.ts';
import { scenario } from '../../harness/scenario.ts';
import { valueOf } from '../builders.ts';
import type { OneRun } from './one-run.ts';
import { entryNamed, oneRun } from './one-run.ts';

const OUR_APP = 'lab.leaklab.known';
const SLOW_HOST = 'plain.clothes.example';

/** One page under two levels of one switch, and words that nobody types: as little else as a scenario can have. */
const short = scenario({
  name: 'short',
  question: 'Is the page told?',
  claims: [],
  factors: { mode: ['normal', 'incognito'] },
  canaries: { 'visited page': 'page', 'words that stay': 'words' },
  mayReach: { 'visited page': ['visited.leaklab.test'], 'words that stay': [] },
  recipientClasses: ['maker', 'unknown'],
  contrasts: [{ factor: 'mode', levels: ['normal', 'incognito'], held: {} }],
  followUpSeconds: 1,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['visited page']);
  },
});

/** Real adb, Appium, driver and tap: what the controls are there for is made to happen on a handset. */
describe('controls, where what they are there for happens', function controls() {
  this.timeout(180_000);
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leaklab-controls-'));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  const aRom = async (rom: Record<string, unknown>): Promise<string> => {
    const path = join(folder, `${String(rom['name'])}.json`);
    await writeFile(path, JSON.stringify(rom));
    return path;
  };

  it('our own app has a rule on the reference handset for every way that can be asked for, and no other', async () => {
    const asked = waysOf({ gateway: true }).map(({ way }) => way);
    const rom = await loadRom('lineage-17');
    assert.deepEqual([...waysOfRom(rom, OUR_APP)].sort(), asked.sort());
    assert.equal(waysOf({ gateway: false }).length, asked.length - 5);
  });

  describe('a handset on which our own app is hidden by three ways, and one level void more often', () => {
    let run: OneRun;
    before(async () => {
      const services = [await ourAppHiding(new Set(['gzip', 'websocket', 'tls']))];
      const handset = await aRom({ like: 'lineage-17', name: 'hiding', services });
      const entry = { ...(await entryNamed('reference-lineage-17')), handset };
      run = await oneRun(short, entry, ['jelly', '1.0'], {
        replicates: 6,
        begin: ({ arm }, tell) => {
          if (arm === 'incognito') tell({ do: 'fault', what: { fault: 'reverse-lost' } });
        },
      });
    });

    it('names the ways that were missed, and reports no silence there', () => {
      const [block] = run.judged.verdicts.blocks;
      assert.deepEqual(block?.ownApp?.missed.toSorted(), [
        'json over TLS without HTTP',
        'json over a WebSocket over TLS',
        'json › gzip over https',
      ]);
      assert.equal(block.ownApp.found.length, waysOf({ gateway: false }).length - 3);
      for (const { answer, reasons, unsearched } of run.judged.verdicts.verdicts) {
        assert.equal(answer, 'inconclusive');
        assert.ok(reasons.includes('known-leak-missed'));
        assert.ok(unsearched.some((line) => line.includes('json › gzip over https')));
      }
    });

    it('makes no comparison between levels that are void at different rates', () => {
      const voids = run.trials.filter(({ record }) => !record.sound);
      assert.equal(voids.length, 6);
      assert.ok(voids.every(({ record }) => record.arm === 'incognito'));
      const contrasts = run.judged.verdicts.contrasts.filter(({ role }) => role === 'claim');
      assert.ok(contrasts.length > 0);
      for (const { p, difference, reasons } of contrasts) {
        assert.deepEqual([p, difference], [null, null]);
        // Six of six against none of six: two of 64 arrangements are as uneven.
        assert.ok(reasons.includes('void-rates-differ') && reasons.includes('void-rate'));
      }
    });
  });

  describe('a handset that sends a trial late, and whose browser is updated before the last trial', () => {
    let run: OneRun;
    before(async () => {
      const apps = ['miui', { like: 'mint-browser-3.4.0', collectors: [] }];
      const like = 'miui-11-mint-3.4.0';
      const handset = await aRom({ like, name: 'late', apps, services: [slowService()] });
      const entry = { ...(await entryNamed('reference-mint-3.4.0')), handset };
      let begun = 0;
      run = await oneRun(short, entry, ['mint', '3.4.0'], {
        replicates: 2,
        begin: (_trial, tell) => {
          begun += 1;
          if (begun === 6) tell({ do: 'update', package: 'com.mi.globalbrowser.mini' });
        },
      });
    });

    it('finds our own app by every wrapping and transport that a proxy hears, once, and counts it in nothing', () => {
      const { verdicts } = run.judged;
      const [block] = verdicts.blocks;
      assert.deepEqual([block?.ownApp?.missed, block?.ownApp?.unsent], [[], []]);
      assert.equal(block?.ownApp?.found.length, waysOf({ gateway: false }).length);
      assert.ok(verdicts.verdicts.every(({ reasons }) => !reasons.includes('known-leak-missed')));
      assert.ok(verdicts.contacts.every(({ host }) => !host.endsWith('.known.leaklab.test')));
      assert.equal(block.sound + block.void, 6);
      assert.deepEqual(
        run.asides.map(({ aside }) => aside?.kind),
        ['known leaks'],
      );
    });

    it('puts each late arrival down to the trial that planted it, with both conditions', () => {
      const told = run.judged.verdicts.verdicts
        .filter(({ host }) => host === SLOW_HOST)
        .flatMap(({ evidence }) => evidence)
        .flatMap(({ trial, carryOver }) => (carryOver ? [{ trial, ...carryOver }] : []));
      const really = run.trials.flatMap(({ record: foundIn, lines }) =>
        run.trials.flatMap(({ record: planted }) =>
          planted.id !== foundIn.id && lines.some((line) => holds(line.requestBody, planted))
            ? {
                trial: foundIn.id,
                planted: planted.id,
                plantedUnder: planted.condition,
                leftUnder: foundIn.condition,
              }
            : [],
        ),
      );
      assert.ok(
        really.some(({ plantedUnder, leftUnder }) => plantedUnder['mode'] !== leftUnder['mode']),
      );
      const sorted = (all: readonly object[]): string[] =>
        all.map((one) => JSON.stringify(one)).sort();
      assert.deepEqual(sorted(told), sorted(really));
      const late = run.judged.verdicts.verdicts.filter(
        ({ canary }) => canary === 'words that stay',
      );
      assert.ok(late.length > 0 && late.every(({ answer }) => answer === 'inconclusive'));
    });

    it('is void after the update, and silence under that condition is told to be another app’s', () => {
      const last = run.trials.at(-1)?.record;
      assert.ok(last);
      assert.deepEqual(
        run.trials.map(({ record }) =>
          record.checks.some(({ name, held }) => name === 'unchanged' && !held),
        ),
        [false, false, false, false, false, true],
      );
      assert.equal(last.sound, false);
      for (const { canary, condition, reasons } of run.judged.verdicts.verdicts) {
        if (canary !== 'words that stay') continue;
        assert.equal(
          reasons.includes('changed-under-test'),
          condition['mode'] === last.condition['mode'],
        );
      }
    });
  });
});

/** The app as it is shipped, which believes no added certificate where it sends by these ways. */
async function ourAppHiding(ways: ReadonlySet<string>): Promise<object> {
  const shipped = new URL('../../harness/handset/roms/collectors/known-leak.json', import.meta.url);
  const text: unknown = JSON.parse(await readFile(shipped, 'utf8'));
  const { $schema: _, ...whole } = z.looseObject({}).parse(text);
  const rules = collectorSchema.parse(whole).rules.map((rule) => {
    const hides = [...ways].some((way) => JSON.stringify(rule.when).includes(`"${way}"`));
    const transport = { as: 'https', ...rule.transport, addedCa: 'refused' };
    return hides ? { ...rule, transport } : rule;
  });
  return aService(OUR_APP, { ...whole, rules });
}

/** Tells of each page two minutes later, which no clearing of data takes away. */
function slowService(): object {
  return aService('org.example.slow', {
    name: 'slow',
    source: 'invented for this test',
    hears: 'phone',
    runs: 'always',
    rules: [
      {
        on: 'page-opened',
        row: { value: '{stimulus.url}' },
        send: { host: SLOW_HOST },
        wrap: [{ as: 'json' }],
        // What one trial leaves waiting goes when the next one opens its browser.
        batch: { on: ['app-opened'], keeps: 'until-reset' },
      },
    ],
  });
}

function aService(name: string, collector: object): object {
  const version = { versionName: '1.0.0', versionCode: 1 };
  return { package: name, ...version, label: name, collectors: [collector] };
}

/** Looked for as it stands, and not by anything of the judge's. */
function holds(
  body: OneRun['trials'][number]['lines'][number]['requestBody'],
  trial: TrialRecord,
): boolean {
  if (body === null || !('base64' in body)) return false;
  const page = new URL(valueOf(trial, 'visited page')).pathname.slice(1);
  return Buffer.from(body.base64, 'base64').toString('latin1').includes(page);
}
