import type { Disturbed } from '../../lib/clock.ts';
import type { Check } from '../../record/trial.ts';

/** What a time service corrects in passing. */
const TOLERATED_MS = 1000;

/**
 * Times and waits of a trial are of a clock that nobody can set, so that the wall clock was set is told and no more.
 * While this machine sleeps, though, nobody listens, and the phone goes on: such a trial is void.
 */
export function steady(before: Disturbed, after: Disturbed): Check {
  const slept = after.slept - before.slept;
  const stepped = after.stepped - before.stepped;
  const found = [
    ...(slept > TOLERATED_MS ? [`this computer slept for ${seconds(slept)} s`] : []),
    ...(Math.abs(stepped) > TOLERATED_MS
      ? [
          `the wall clock was set by ${seconds(stepped)} s; the times of the record do not follow it`,
        ]
      : []),
  ];
  return { name: 'clock', held: slept <= TOLERATED_MS, found: found.join('; ') || 'steady' };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
