import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { spawnChild } from '../../harness/lib/children.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const calibrationFile = z.object({
  soundTrials: z.number(),
  voidTrials: z.number(),
  contradictions: z.array(z.unknown()),
  cells: z.array(
    z.object({
      canary: z.string(),
      condition: z.record(z.string(), z.string()),
      outcome: z.string(),
      seen: z.number(),
    }),
  ),
});

/** Real adb, real Appium, real tap: what hands do on a phone outside its browser arrives where its ROM sends it. */
describe('errands on reference handsets', function errands() {
  this.timeout(240_000);
  let home = '';
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'leaklab-errands-'));
  });
  after(async () => {
    await rm(home, { recursive: true });
  });

  const calibrated = async (
    scenario: string,
    profile: string,
  ): Promise<z.output<typeof calibrationFile>> => {
    const words = ['calibrate', '--scenario', scenario, '--profile', profile, '--replicates', '1'];
    const program = join(ROOT, 'harness/cli/main.ts');
    await using child = await spawnChild(process.execPath, [program, ...words], {
      cwd: home,
      graceMs: 30_000,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
      });
    }
    assert.equal(await child.ended, 0, said);
    const [name] = (await readdir(join(home, 'results')))
      .filter((one) => one.includes('-calibration-'))
      .sort()
      .reverse();
    return calibrationFile.parse(
      JSON.parse(await readFile(join(home, 'results', name ?? ''), 'utf8')),
    );
  };

  it('a photo, messages and an e-mail are found on Wi-Fi, and nothing of them in time without it', async () => {
    const { cells, soundTrials, voidTrials, contradictions } = await calibrated(
      'on-wifi',
      'as-the-accusers-say',
    );
    assert.deepEqual([soundTrials, voidTrials, contradictions], [3, 0, []]);
    const seen = (level: string): string[] =>
      cells
        .filter((cell) => cell.condition['Wi-Fi'] === level && cell.seen === 1)
        .map(({ canary }) => canary)
        .sort();
    assert.deepEqual(seen('on'), [
      'caption in the photo',
      'name of the photo',
      'photo',
      'subject of an e-mail',
      'text of an SMS received',
      'text of an SMS sent',
      'text of an e-mail',
    ]);
    assert.deepEqual(seen('off'), []);
  });

  it('account, sync and cloud are switched and read back, and each trial that says so is sound', async () => {
    const { cells, soundTrials, voidTrials, contradictions } = await calibrated(
      'aggregated',
      'miui-11-eu-mi-browser-12.1.3',
    );
    assert.deepEqual([soundTrials, voidTrials, contradictions], [5, 0, []]);
    assert.ok(cells.some(({ outcome }) => outcome === 'found'));
  });
});
