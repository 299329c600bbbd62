import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { spawnChild } from '../harness/lib/children.ts';
import type { Child } from '../harness/lib/children.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The fields of verdicts.json that a reader from outside relies on: the fixed shape, read by its own words. */
const verdictsFile = z.object({
  verdicts: z.array(
    z.object({
      device: z.string(),
      reference: z.boolean(),
      canary: z.string(),
      host: z.string().nullable(),
      condition: z.record(z.string(), z.string()),
      answer: z.string(),
      seen: z.number(),
      sound: z.number(),
      void: z.number(),
      origin: z.string(),
      reasons: z.array(z.string()),
      evidence: z.array(z.object({ wrappings: z.array(z.string()), where: z.string() })),
    }),
  ),
});

const voidSchema = z.object({ void: z.array(z.string()) });

const COLLECTOR = 'sa.api.intl.miui.com';

/**
 * The real thing: real adb server, real Appium with the unmodified driver, real WebdriverIO, real mockttp, and the
 * reference handsets as programs of their own. Few replicates, fast phones: what is tested is that truth comes out.
 */
describe('the main job on reference handsets', function mainJob() {
  this.timeout(300_000);
  let home = '';
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'leaklab-job-'));
    const bench = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(await readFile(join(ROOT, 'devices.json'), 'utf8')));
    delete bench['$schema'];
    await writeFile(join(home, 'devices.json'), JSON.stringify(bench));
  });
  after(async () => {
    await rm(home, { recursive: true });
  });

  const start = async (...args: string[]): Promise<{ child: Child; output: () => string }> => {
    const child = await spawnChild(process.execPath, [join(ROOT, 'harness/cli/main.ts'), ...args], {
      cwd: home,
      graceMs: 30_000,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
    }
    return { child, output: () => text };
  };

  const leaklab = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
    const { child, output } = await start(...args);
    await using held = child;
    return { code: await held.ended, output: output() };
  };

  const runs = async (): Promise<string[]> => (await readdir(join(home, 'results'))).sort();
  const fileOf = async (name: string): Promise<string> =>
    await readFile(join(home, 'results', (await runs()).at(-1) ?? '', name), 'utf8');
  /** The trial in which the tap has heard something, and that has not ended. */
  const underWay = async (): Promise<string> => {
    for (;;) {
      const folder = join(home, 'results', (await runs()).at(-1) ?? '', 'trials');
      for (const id of await readdir(folder)) {
        const names = await readdir(join(folder, id));
        const heard = names.includes('exchanges.jsonl') && !names.includes('trial.json');
        if (heard && (await fileOf(`trials/${id}/exchanges.jsonl`)) !== '') return id;
      }
      await setImmediate();
    }
  };
  const verdicts = async (): Promise<z.output<typeof verdictsFile>['verdicts']> =>
    verdictsFile.parse(JSON.parse(await fileOf('verdicts.json'))).verdicts;

  it('finds what each ROM profile is built to tell, and nothing else', async () => {
    const { code, output } = await leaklab(
      'scenario',
      'incognito',
      '--replicates',
      '10',
      '--seed',
      'e2e',
    );
    assert.equal(code, 0, output);
    const rows = await verdicts();
    assert.ok(rows.every(({ reference }) => reference));
    const answers = (device: string, canary: string, condition: Record<string, string>): string[] =>
      rows
        .filter((row) => row.device === device && row.canary === canary)
        .filter((row) =>
          Object.entries(condition).every(([key, level]) => row.condition[key] === level),
        )
        .map(({ host, answer }) => `${host ?? 'anywhere'}: ${answer}`);

    const told = ['visited page', 'search words (Google)', 'search words (DuckDuckGo)'];
    for (const canary of told) {
      for (const mode of ['normal', 'incognito']) {
        assert.deepEqual(
          answers('reference-mint-3.4.0', canary, { mode }),
          [`${COLLECTOR}: leaks`],
          canary,
        );
      }
      const incognito = { mode: 'incognito' };
      assert.deepEqual(
        answers('reference-mint-3.4.3', canary, { ...incognito, 'enhanced incognito': 'on' }),
        [`${COLLECTOR}: leaks`],
      );
      assert.deepEqual(
        answers('reference-mint-3.4.3', canary, {
          ...incognito,
          'enhanced incognito': 'off',
        }).sort(),
        ['anywhere: not seen', `${COLLECTOR}: not seen`],
      );
      for (const mode of ['normal', 'incognito']) {
        assert.deepEqual(answers('reference-lineage-17', canary, { mode }), ['anywhere: not seen']);
      }
    }
    for (const row of rows.filter(({ device }) => device === 'reference-stock')) {
      assert.equal(row.answer, 'inconclusive');
      assert.equal(row.reasons[0], 'unread');
    }
    // The page's title is never reported by any profile: a sighting would be a false one.
    assert.ok(rows.every(({ canary, answer }) => canary !== 'page title' || answer !== 'leaks'));

    const leaks = rows.filter(({ answer }) => answer === 'leaks');
    assert.deepEqual([...new Set(leaks.map(({ origin }) => origin))], ['native']);
    assert.deepEqual(leaks[0]?.evidence[0]?.wrappings.slice(0, 3), [
      'form:data_list',
      'base64',
      'gzip',
    ]);
    assert.match(output, /^LEAKS {2}.*REFERENCE HANDSET$/m);
    assert.match(output, /^NOT SEEN {2}.*REFERENCE HANDSET$/m);
    assert.match(output, /^INCONCLUSIVE {2}.*REFERENCE HANDSET$/m);
  });

  it('gives the same verdicts, to the byte, when the record is judged again without a phone', async () => {
    const before = await fileOf('verdicts.json');
    const { code, output } = await leaklab('judge', (await runs()).at(-1) ?? '');
    assert.equal(code, 0, output);
    assert.equal(await fileOf('verdicts.json'), before);
  });

  for (const [name, signal] of [
    ['kill -9', 'SIGKILL'],
    ['Ctrl-C', 'SIGINT'],
  ] as const) {
    it(`loses no finished trial to ${name}, and goes on from there`, async () => {
      const device = 'reference-lineage-17';
      const { child, output } = await start(
        'scenario',
        'incognito',
        '--device',
        device,
        '--replicates',
        '3',
      );
      await using held = child;
      while ((output().match(/^✓/gm) ?? []).length < 4) await once(held.stdout, 'data');
      const cut = await underWay();
      process.kill(held.pid, signal);
      const code = await held.ended;
      assert.equal(code, signal === 'SIGKILL' ? null : 130);
      const before = ledgerTrials(await fileOf('ledger.jsonl'));
      assert.ok(before.length >= 4);

      const resumed = await leaklab('scenario', 'incognito', '--resume');
      assert.equal(resumed.code, 0, resumed.output);
      const after = ledgerTrials(await fileOf('ledger.jsonl'));
      assert.deepEqual(after.slice(0, before.length), before);
      // The tap went with it, in the midst of what it was hearing: that trial stays, void, and is done again.
      assert.ok(!before.includes(cut));
      const { void: why } = voidSchema.parse(JSON.parse(await fileOf(`trials/${cut}/trial.json`)));
      assert.deepEqual(why, ['interrupted: the run ended during this trial']);
      assert.notEqual(await fileOf(`trials/${cut}/exchanges.jsonl`), '');
      assert.ok(after.includes(`${cut}b`), after.join());
      const rows = (await verdicts()).filter(({ condition }) => condition['mode'] === 'normal');
      assert.deepEqual([...new Set(rows.map(({ sound }) => sound))], [3]);
    });
  }
});

function ledgerTrials(text: string): string[] {
  const line = z.object({ entry: z.object({ kind: z.string(), trial: z.string().optional() }) });
  return text
    .trim()
    .split('\n')
    .flatMap((one) => line.parse(JSON.parse(one)).entry.trial ?? []);
}
