import { setTimeout as delay } from 'node:timers/promises';

/**
 * The only way time comes into the harness. Times are milliseconds since the epoch. `wait` takes the time a
 * phone would need; on a reference handset with a timelapse that time is divided, for handset and harness alike.
 */
export interface Clock {
  now(): number;
  /** Waits `ms` of phone time. Rejects with the signal's reason when aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Phone time in `ms` as it passes on the wall. */
  scaled(ms: number): number;
}

export function systemClock(timelapse = 1): Clock {
  const scaled = (ms: number): number => ms / timelapse;
  return {
    now: () => Date.now(),
    scaled,
    wait: async (ms, signal) => {
      await delay(scaled(ms), undefined, signal ? { signal } : {});
    },
  };
}
