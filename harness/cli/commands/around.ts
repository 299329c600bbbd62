import type { Output } from '../terminal.ts';

/** What a command that runs experiments stands in: the code, Ctrl-C, time, chance for names and seeds, where to print. */
export interface Around {
  readonly root: string;
  /** Holds devices.json, results/ and .leaklab/. */
  readonly home: string;
  readonly signal: AbortSignal;
  now(): number;
  chance(): string;
  readonly output: Output;
}
