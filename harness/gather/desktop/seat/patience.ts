import type { Clock } from '../../../lib/clock.ts';

const LOOK_EVERY_MS = 40;

/** Repeats `attempt` until it gives something, and gives that; after `patienceMs` it throws what `late` makes. */
export async function patiently<T>(
  clock: Clock,
  attempt: () => Promise<T | null>,
  late: () => Error,
  patienceMs: number,
): Promise<T> {
  const deadline = clock.now() + patienceMs;
  for (;;) {
    const result = await attempt();
    if (result !== null) return result;
    if (clock.now() > deadline) throw late();
    await clock.wait(LOOK_EVERY_MS);
  }
}
