import { join } from 'node:path';
import { run } from '../harness/lib/children.ts';
import type { Bench, Figure } from './how/figure.ts';
import { median } from './how/figure.ts';
import type { Sample } from './how/runs.ts';
import { aRun } from './how/runs.ts';

/** Conditions of the profile with the A/A arm: trials of one handset in one replicate. */
const ARMS = 5;
const EVERY = 100;

/** A long run: what is held must not grow with the trials, and what is kept must grow with them alone. */
export const bench: Bench = {
  about: 'a soak of `scenario incognito`',
  long: true,
  options: { trials: 1000, handsets: 4, timelapse: 120 },
  measure: async ({ root, workDir, option, say }) => {
    const handsets = option('handsets');
    const replicates = Math.ceil(option('trials') / handsets / ARMS);
    const samples: Sample[] = [];
    const rows: Row[] = [];
    say(HEADING);
    const { trials } = await aRun({
      root,
      home: workDir,
      handsets,
      replicates,
      timelapse: option('timelapse'),
      sampled: async (sample) => {
        samples.push(sample);
        if (sample.trials < (rows.length + 1) * EVERY) return;
        const since = rows.at(-1)?.trials ?? 0;
        const recent = samples.filter((one) => one.trials > since);
        rows.push(rowOf(recent, sample, await disk(workDir)));
        say(lineOf(rows.at(-1)));
      },
    });
    const voids = trials.filter(({ sound }) => !sound).length;
    return figuresOf(rows, `${trials.length} trials, ${voids} void, ${handsets} handsets`);
  },
};

/** One hundred trials. */
interface Row {
  readonly trials: number;
  readonly at: number;
  readonly memory: number;
  readonly descriptors: number;
  /** MB of `results/`, and of the programs' own logs. */
  readonly results: number;
  readonly logs: number;
}

function rowOf(
  recent: readonly Sample[],
  { trials, at }: Sample,
  { results, logs }: { results: number; logs: number },
): Row {
  return {
    trials,
    at,
    memory: median(recent.map(({ proportional }) => proportional)),
    descriptors: median(recent.map(({ descriptors }) => descriptors)),
    results,
    logs,
  };
}

/** The first hundred is left out of what is compared: caches fill, and sessions are taken up. */
function figuresOf(rows: readonly Row[], note: string): Figure[] {
  const [first, ...rest] = rows;
  const later = (of: (row: Row) => number): number[] => rest.map(of);
  const growth = (of: (row: Row) => number): number[] =>
    rest.map((row, at) => of(row) - of(rows[at] ?? row));
  const half = Math.floor(rest.length / 2);
  const ratio = (of: (row: Row) => number): number =>
    median(rest.slice(half).map(of)) / median(rest.slice(0, half).map(of));
  return [
    { what: 'memory, a hundred trials', unit: 'MB', values: later(({ memory }) => memory), note },
    {
      what: 'memory, second half over first',
      unit: '×',
      values: [ratio(({ memory }) => memory)],
      target: { atMost: 1.05 },
    },
    {
      what: 'descriptors, second half over first',
      unit: '×',
      values: [ratio(({ descriptors }) => descriptors)],
      target: { atMost: 1.05 },
      note: `${first?.descriptors ?? 0} after the first hundred, ${rows.at(-1)?.descriptors ?? 0} after the last`,
    },
    { what: 'record, per hundred trials', unit: 'MB', values: growth(({ results }) => results) },
    { what: 'logs, per hundred trials', unit: 'MB', values: growth(({ logs }) => logs) },
    {
      what: 'time, per hundred trials',
      unit: 's',
      values: growth(({ at }) => at / 1000),
    },
  ];
}

async function disk(home: string): Promise<{ results: number; logs: number }> {
  const size = async (folder: string): Promise<number> => {
    const { stdout } = await run('du', ['-sk', join(home, folder)]);
    return Number.parseInt(stdout.toString('utf8'), 10) / 1024;
  };
  return { results: await size('results'), logs: await size('.leaklab') };
}

const HEADING = ' trials   memory MB   descriptors   record MB   logs MB';

function lineOf(row: Row | undefined): string {
  if (!row) return '';
  const cells = [row.memory, row.descriptors, row.results, row.logs].map((value) =>
    value.toFixed(1).padStart(11),
  );
  return `${String(row.trials).padStart(7)}${cells.join(' ')}`;
}
