import { join } from 'node:path';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import { readBench } from '../../gather/devices/bench.ts';
import { Fault } from '../../lib/fault.ts';
import { readText } from '../../record/disk.ts';
import { didYouMean } from '../argv/nearest.ts';

/** The devices of devices.json, by name. */
export async function benchOf(home: string): Promise<ReadonlyMap<string, BenchEntry>> {
  const text = await readText(join(home, 'devices.json'));
  if (text === null) {
    throw new Fault(
      'bench-missing',
      `there is no devices.json in ${home}`,
      'Restore it: git checkout devices.json',
    );
  }
  return new Map(readBench(text, 'devices.json').map((entry) => [entry.name, entry]));
}

export function entryNamed(bench: ReadonlyMap<string, BenchEntry>, device: string): BenchEntry {
  const entry = bench.get(device);
  if (!entry) {
    throw new Fault(
      'unknown-device',
      `devices.json has no device called "${device}".${didYouMean(device, [...bench.keys()])}`,
      `Use one of: ${[...bench.keys()].join(', ')}.`,
    );
  }
  return entry;
}
