import type { Archive } from '../../../record/archive.ts';
import type { PlannedAside } from '../../../record/aside.ts';
import type { Bench } from '../bench.ts';
import type { Noted } from '../notes.ts';
import { runKnownLeaks } from './known.ts';
import { runVisit } from './visit.ts';

/** Runs what a block does beside its trials, before the first of them: nothing of a trial waits in the phone yet. */
export async function runAsides(
  bench: Bench,
  asides: readonly PlannedAside[],
  archive: Archive,
  signal: AbortSignal,
): Promise<void> {
  for (const aside of asides.filter((one) => !isBare(one))) {
    signal.throwIfAborted();
    const folder = await archive.trial(aside.id);
    if (aside.kind === 'visit')
      await runVisit(bench, aside, folder, { signal, firstRun: () => bench.browser.start() });
    else await runKnownLeaks(bench, aside, folder, signal);
  }
}

/** Those that are over before anything of ours is on the phone: no CA, no automation. */
export async function runBare(
  bench: Noted,
  asides: readonly PlannedAside[],
  archive: Archive,
  given: Parameters<typeof runVisit>[3],
): Promise<void> {
  for (const aside of asides) {
    if (aside.kind === 'visit' && isBare(aside))
      await runVisit(bench, aside, await archive.trial(aside.id), given);
  }
}

function isBare(aside: PlannedAside): boolean {
  return aside.kind === 'visit' && aside.arm === 'bare';
}
