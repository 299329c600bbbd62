import type { Archive } from '../../../record/archive.ts';
import type { PlannedAside } from '../../../record/aside.ts';
import type { Bench } from '../bench.ts';
import { runKnownLeaks } from './known.ts';

/** Runs what a block does beside its trials, before the first of them: nothing of a trial waits in the phone yet. */
export async function runAsides(
  bench: Bench,
  asides: readonly PlannedAside[],
  archive: Archive,
  signal: AbortSignal,
): Promise<void> {
  for (const aside of asides) {
    signal.throwIfAborted();
    await runKnownLeaks(bench, aside, await archive.trial(aside.id), signal);
  }
}
