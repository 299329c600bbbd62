import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compare } from '../harness/judge/compare/compare.ts';
import { factsOf, runOf } from '../harness/judge/compare/facts.ts';
import { judgeArchive } from '../harness/judge/judge.ts';
import { openArchive } from '../harness/record/archive.ts';
import type { Bench, Figure } from './how/figure.ts';
import { readAll } from './judge/read.ts';
import { aRun } from './judge/run.ts';

/**
 * Judging a run from its folder to its verdicts and holding it against itself, beside only reading and decompressing the
 * same files: at 10,000 exchanges, ten times as many, and so on up to `--exchanges`. What the trials and their canaries
 * cost before the first exchange is told apart.
 */
export const bench: Bench = {
  about: 'judging a run of many exchanges in one process',
  long: true,
  options: { exchanges: 100_000, trials: 200 },
  measure: async ({ workDir, option, say }) => {
    const trials = option('trials');
    const measured = async (exchanges: number): Promise<Measured> => {
      const folder = join(workDir, String(exchanges));
      await aRun(folder, exchanges, trials);
      say(`${exchanges}: written`);
      const one = await measure(folder);
      await rm(folder, { recursive: true });
      const { reading, judging, comparing, peak } = one;
      const parts = [reading, judging, comparing].map((seconds) => seconds.toFixed(1));
      say(`${exchanges}: ${parts.join(', ')} s to read, judge, compare; ${peak.toFixed(0)} MB`);
      return one;
    };
    // What runs for the first time is compiled on the way, and is not what a run costs.
    await measured(trials);
    const fixed = await measured(trials);
    const figures = [
      figure(`${trials} trials of one exchange: judging and comparing`, 's', whole(fixed)),
      figure(`${trials} trials of one exchange: most memory held`, 'MB', fixed.peak),
    ];
    const growing = [];
    for (const exchanges of sizesUpTo(option('exchanges'))) {
      const one = await measured(exchanges);
      const grown = whole(one) - whole(fixed);
      growing.push({ each: (grown * 1e6) / exchanges, peak: one.peak });
      figures.push(...figuresOf(exchanges, one, grown));
    }
    const [least, most] = [growing[0], growing.at(-1)];
    if (least === undefined || most === undefined || growing.length < 2) return figures;
    return [
      ...figures,
      figure(
        'an exchange of the largest run over one of the smallest',
        '×',
        most.each / least.each,
      ),
      figure('memory of the largest run over that of the smallest', '×', most.peak / least.peak),
    ];
  },
};

/** Seconds of processor time, and the most memory held, in MB. */
interface Measured {
  readonly reading: number;
  readonly judging: number;
  readonly comparing: number;
  readonly peak: number;
}

async function measure(folder: string): Promise<Measured> {
  const reading = await cost(async () => await readAll(await openArchive(folder)));
  const archive = await openArchive(folder);
  const judging = await cost(() => judgeArchive(archive));
  const comparing = await cost(async () => {
    const blocks = await factsOf(await runOf(archive), undefined, judging.done);
    return compare({ term: 'A', blocks }, { term: 'B', blocks }, 'run');
  });
  if (comparing.done.changed) throw new Error('a run differs from itself');
  return {
    reading: reading.seconds,
    judging: judging.seconds,
    comparing: comparing.seconds,
    peak: Math.max(judging.peak, comparing.peak),
  };
}

function figuresOf(exchanges: number, one: Measured, grown: number): Figure[] {
  const of = (what: string, unit: string, value: number): Figure =>
    figure(`${exchanges} exchanges: ${what}`, unit, value);
  return [
    of('reading', 's', one.reading),
    of('judging', 's', one.judging),
    of('comparing what was judged', 's', one.comparing),
    {
      ...of('judging and comparing, over reading', '×', whole(one) / one.reading),
      target: { atMost: 2.5 },
    },
    of('the same without what trials cost by themselves', '×', grown / one.reading),
    of('judging and comparing, an exchange beyond that', 'µs', (grown * 1e6) / exchanges),
    of('most memory held', 'MB', one.peak),
  ];
}

function whole({ judging, comparing }: Measured): number {
  return judging + comparing;
}

function figure(what: string, unit: string, value: number): Figure {
  return { what, unit, values: [value] };
}

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
