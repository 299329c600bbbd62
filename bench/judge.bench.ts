import { join } from 'node:path';
import { compare } from '../harness/judge/compare/compare.ts';
import { factsOf, runOf } from '../harness/judge/compare/facts.ts';
import { judgeArchive } from '../harness/judge/judge.ts';
import { openArchive } from '../harness/record/archive.ts';
import type { Bench, Figure } from './how/figure.ts';
import { readAll } from './judge/read.ts';
import { aRun } from './judge/run.ts';

/** Judging a run, from its folder to its verdicts, beside only reading and decompressing the same files; then the run held against itself. */
export const bench: Bench = {
  about: 'judging a run of many exchanges in one process',
  long: true,
  options: { exchanges: 100_000, trials: 200 },
  measure: async ({ workDir, option, say }) => {
    const figures: Figure[] = [];
    for (const exchanges of sizesUpTo(option('exchanges'))) {
      const folder = join(workDir, String(exchanges));
      await aRun(folder, exchanges, option('trials'));
      const reading = await cost(async () => await readAll(await openArchive(folder)));
      say(`${exchanges}: read in ${reading.seconds.toFixed(1)} s`);
      const archive = await openArchive(folder);
      const judging = await cost(() => judgeArchive(archive));
      say(`${exchanges}: judged in ${judging.seconds.toFixed(1)} s`);
      const comparing = await cost(async () => {
        const blocks = await factsOf(await runOf(archive), undefined, judging.done);
        return compare({ term: 'A', blocks }, { term: 'B', blocks }, 'run');
      });
      if (comparing.done.changed) throw new Error('a run differs from itself');
      say(`${exchanges}: compared in ${comparing.seconds.toFixed(1)} s`);
      figures.push(
        { what: `${exchanges} exchanges: reading`, unit: 's', values: [reading.seconds] },
        { what: `${exchanges} exchanges: judging`, unit: 's', values: [judging.seconds] },
        {
          what: `${exchanges} exchanges: judging over reading`,
          unit: '×',
          values: [judging.seconds / reading.seconds],
          target: { atMost: 2.5 },
        },
        {
          what: `${exchanges} exchanges: judging, an exchange`,
          unit: 'µs',
          values: [(judging.seconds * 1e6) / exchanges],
        },
        {
          what: `${exchanges} exchanges: comparing what was judged`,
          unit: 's',
          values: [comparing.seconds],
        },
        {
          what: `${exchanges} exchanges: most memory held`,
          unit: 'MB',
          values: [Math.max(judging.peak, comparing.peak)],
        },
      );
    }
    return figures;
  },
};

/** 10,000, 100,000 … and the size asked for. */
function sizesUpTo(most: number): number[] {
  const sizes = [];
  for (let size = 10_000; size < most; size *= 10) sizes.push(size);
  return [...sizes, most];
}

/** Seconds of processor time of this process, and the most memory it held, looked at five times a second. */
async function cost<T>(
  work: () => Promise<T>,
): Promise<{ seconds: number; peak: number; done: T }> {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss() / 1e6);
  };
  const looking = setInterval(look, 200);
  const before = process.cpuUsage();
  try {
    const done = await work();
    look();
    const { user, system } = process.cpuUsage(before);
    return { seconds: (user + system) / 1e6, peak, done };
  } finally {
    clearInterval(looking);
  }
}
