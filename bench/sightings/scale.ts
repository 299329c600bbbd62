import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../harness/lib/children.ts';
import type { Figure } from '../how/figure.ts';
import { KINDS, anExchangeOf } from './traffic.ts';

const CANARIES = [
  { name: 'page', value: 'https://www.qzkxvbwplmrt.example/a7f3k9d2m5x8', kind: 'page' },
  { name: 'words', value: 'wolkenbruch zitronenfalter 83921', kind: 'words' },
];

/**
 * `leaklab detect` as a program of its own over captures of a tenth and of all of `megabytes`: what it takes grows with
 * the capture, what it keeps in memory must not, and two processors are to be twice as fast as one.
 */
export async function scaleOf(
  root: string,
  workDir: string,
  megabytes: number,
): Promise<readonly Figure[]> {
  const canaries = join(workDir, 'canaries.json');
  await writeFile(canaries, JSON.stringify(CANARIES));
  const small = await captureOf(join(workDir, 'small.jsonl'), megabytes / 10);
  const large = await captureOf(join(workDir, 'large.jsonl'), megabytes);
  const detect = async (capture: string): Promise<Told> => await told(root, capture, canaries);
  const [few, many] = [await detect(small), await detect(large)];
  const sizes = `captures of ${megabytes / 10} and ${megabytes} MB, with ${KINDS.length} recipients`;
  return [
    { what: 'detect, peak memory, small', unit: 'MB', values: [few.peak], target: FLAT },
    { what: 'detect, peak memory, large', unit: 'MB', values: [many.peak], target: FLAT },
    {
      what: 'detect, processor time of ten times as much',
      unit: '×',
      values: [many.processor / few.processor],
      note: sizes,
    },
    {
      what: 'detect, processors kept busy',
      unit: '',
      values: [many.processor / many.elapsed],
      note: 'processor time ÷ time elapsed, over the large capture',
    },
  ];
}

const FLAT = { atMost: 300 };

interface Told {
  /** MB. */
  readonly peak: number;
  /** Seconds. */
  readonly processor: number;
  readonly elapsed: number;
}

/** What the program's own books say of it when it ends, before those of its launcher. */
const BOOKS = `data:text/javascript,process.on('exit',()=>{const{maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();console.error('books',maxRSS,userCPUTime+systemCPUTime)})`;

async function told(root: string, capture: string, canaries: string): Promise<Told> {
  const from = performance.now();
  const main = join(root, 'harness', 'cli', 'leaklab.mjs');
  const { stderr } = await run(
    process.execPath,
    [main, 'detect', capture, '--canaries', canaries, '--json'],
    { timeoutMs: 7_200_000, env: { ...process.env, NODE_OPTIONS: `--import=${BOOKS}` } },
  );
  const elapsed = (performance.now() - from) / 1000;
  const books = /books (\d+) (\d+)/.exec(stderr);
  if (books === null) throw new Error(`detect told nothing of itself: ${stderr.slice(0, 500)}`);
  return { peak: (Number(books[1]) * 1024) / 1e6, processor: Number(books[2]) / 1e6, elapsed };
}

/** Written little by little: it need not fit into memory. */
async function captureOf(path: string, megabytes: number): Promise<string> {
  await using file = await open(path, 'w');
  for (let [size, n] = [0, 0]; size < megabytes * 1e6; n++) {
    const line = `${JSON.stringify(anExchangeOf(KINDS[n % KINDS.length] ?? 'json', n))}\n`;
    size += line.length;
    await file.write(line);
  }
  return path;
}
