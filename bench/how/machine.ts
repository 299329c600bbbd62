import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** What figures were measured on: without it they say nothing. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted to run in the last minute, before anything was measured: noise in what follows. */
  readonly load: number;
}

export async function thisMachine(): Promise<Machine> {
  const about = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(about)?.[1] ?? 'unknown system';
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${name}, Linux ${release()}`,
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

export function machineLine({ processor, cores, memoryGB, system, node, load }: Machine): string {
  return `${cores} × ${processor}, ${memoryGB} GB, ${system}, Node ${node}, load before ${load}`;
}
