import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { spawnChild } from '../../harness/lib/children.ts';
import type { Held } from './processes.ts';
import { heldBy } from './processes.ts';

const ROM = 'miui-11-mint-3.4.3';

/** What a run of the main job cost, told by its own record and by the system's books. */
export interface Cost {
  /** In the order in which they ended. */
  readonly trials: readonly Trial[];
  /** What all processes of the run held, from the first finished trial on, about twice a second. */
  readonly samples: readonly Sample[];
}

export interface Trial {
  readonly device: string;
  readonly sound: boolean;
  /** ms since the epoch: when its stage `connect` began, and when its line was in the ledger. */
  readonly from: number;
  readonly to: number;
}

export interface Sample extends Held {
  readonly at: number;
  /** Trials that had ended by then. */
  readonly trials: number;
}

/**
 * Runs `scenario incognito` as a person would, in a folder of its own, on so many reference handsets of the profile
 * with most conditions; counts what it costs from outside, since a run that measured itself would measure that too.
 */
export async function aRun({
  root,
  home,
  handsets,
  replicates,
  timelapse,
  sampled = () => Promise.resolve(),
}: {
  root: string;
  home: string;
  handsets: number;
  replicates: number;
  timelapse: number;
  /** Told of every sample while the run goes on. */
  sampled?: (sample: Sample) => Promise<void>;
}): Promise<Cost> {
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'devices.json'), JSON.stringify(bench(handsets, timelapse)));
  const words = ['scenario', 'incognito', '--replicates', String(replicates), '--seed', 'bench'];
  await using child = await spawnChild(
    process.execPath,
    [join(root, 'harness/cli/main.ts'), ...words],
    { cwd: home, graceMs: 30_000 },
  );
  let ended = 0;
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ended += text.match(/^[✓○✗] /gm)?.length ?? 0;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const samples: Sample[] = [];
  const over = child.ended.then((code) => ({ code }));
  for (;;) {
    const pause = new Promise<null>((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS, null));
    const end = await Promise.race([over, pause]);
    if (end?.code === 0) break;
    if (end) throw new Error(`the run ended with ${String(end.code)}: ${said}`);
    if (ended === 0) continue;
    const at = performance.timeOrigin + performance.now();
    const sample = { at, trials: ended, ...(await heldBy(child.pid)) };
    samples.push(sample);
    await sampled(sample);
  }
  return { trials: await trialsIn(join(home, 'results')), samples };
}

const SAMPLE_EVERY_MS = 500;

function bench(handsets: number, timelapse: number): Record<string, unknown> {
  const names = Array.from({ length: handsets }, (_, at) => `bench-${at + 1}`);
  const entry = {
    handset: ROM,
    model: 'Redmi Note 8',
    rom: { family: 'MIUI', region: 'global', build: 'V11.0.6.0.PCOMIXM' },
    browsers: { mint: '3.4.3' },
    listen: 'usb',
    reach: 'content',
    egress: 'world',
    timelapse,
  };
  return Object.fromEntries(names.map((name) => [name, entry]));
}

const ledgerLine = z.object({
  at: z.number(),
  entry: z.object({ kind: z.string(), trial: z.string().optional() }),
});
const trialFile = z.object({
  device: z.string(),
  sound: z.boolean(),
  timings: z.looseObject({ connect: z.number() }),
});

async function trialsIn(results: string): Promise<Trial[]> {
  const run = join(results, (await readdir(results)).sort().at(-1) ?? '');
  const lines = (await readFile(join(run, 'ledger.jsonl'), 'utf8')).trim().split('\n');
  const trials: Trial[] = [];
  for (const line of lines) {
    const { at, entry } = ledgerLine.parse(JSON.parse(line));
    if (entry.kind !== 'trial' || entry.trial === undefined) continue;
    const text = await readFile(join(run, 'trials', entry.trial, 'trial.json'), 'utf8');
    const { device, sound, timings } = trialFile.parse(JSON.parse(text));
    trials.push({ device, sound, from: timings.connect, to: at });
  }
  return trials;
}
