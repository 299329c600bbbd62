import { readdir, readFile } from 'node:fs/promises';

/** What a process and everything it started hold at this moment, from Linux's own books. */
export interface Held {
  readonly processes: number;
  /** MB. Pages in memory; a page that several processes share counts in each. */
  readonly resident: number;
  /** MB. The same, a shared page divided among those who share it: the parts add up to the whole. */
  readonly proportional: number;
  /** MB. Pages that nobody else has: what one more of these costs, and what its end gives back. */
  readonly own: number;
  readonly descriptors: number;
  /** Seconds of processor time so far, ended children included. */
  readonly processor: number;
}

/** A process with its children and theirs. Those that end while we look count as nothing. */
export async function heldBy(pid: number): Promise<Held> {
  const parts = await Promise.all((await family(pid)).map(held));
  const sum = (of: (one: Held) => number): number => parts.reduce((all, one) => all + of(one), 0);
  return {
    processes: sum((one) => one.processes),
    resident: sum((one) => one.resident),
    proportional: sum((one) => one.proportional),
    own: sum((one) => one.own),
    descriptors: sum((one) => one.descriptors),
    processor: sum((one) => one.processor),
  };
}

/** The process and its descendants. */
export async function family(pid: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  for (const one of pids) {
    const stat = await text(`/proc/${one}/stat`);
    parents.set(one, Number(afterName(stat)[1] ?? 0));
  }
  const found = [pid];
  for (const parent of found) {
    for (const [child, its] of parents) if (its === parent) found.push(child);
  }
  return found;
}

async function held(pid: number): Promise<Held> {
  const [stat, rollup, descriptors] = await Promise.all([
    text(`/proc/${pid}/stat`),
    text(`/proc/${pid}/smaps_rollup`),
    readdir(`/proc/${pid}/fd`).catch(() => []),
  ]);
  const megabytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) / 1024;
  // utime, stime, cutime, cstime: fields 14 to 17 of proc(5), in clock ticks.
  const ticks = afterName(stat).slice(11, 15).map(Number);
  return {
    processes: stat === '' ? 0 : 1,
    resident: megabytes('Rss'),
    proportional: megabytes('Pss'),
    own: megabytes('Private_Clean') + megabytes('Private_Dirty'),
    descriptors: descriptors.length,
    processor: ticks.reduce((all, one) => all + one, 0) / TICKS_A_SECOND,
  };
}

const TICKS_A_SECOND = 100;

/** The fields of proc(5) stat from the third on: a program's name may hold spaces and brackets. */
function afterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function text(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}
