import { uptime } from 'node:os';
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

/** A clock that nobody can set: read from the wall once, when the process began, and steady from there on. */
export interface SteadyClock extends Clock {
  /** By how much the wall clock is ahead of this one, in ms; asked of every packet. */
  ahead(): number;
  /** What happened around it since the process began. */
  disturbed(): Disturbed;
}

/** In ms: how long this machine slept, and by how much its wall clock was set forward (or back, negative). */
export interface Disturbed {
  readonly slept: number;
  readonly stepped: number;
}

export function systemClock(timelapse = 1): SteadyClock {
  const scaled = (ms: number): number => ms / timelapse;
  const now = (): number => Math.floor(performance.timeOrigin + performance.now());
  const ahead = (): number => Date.now() - now();
  return {
    now,
    ahead,
    scaled,
    wait: async (ms, signal) => {
      await delay(scaled(ms), undefined, signal ? { signal } : {});
    },
    disturbed: () => {
      const slept = asleep() - asleepAtStart;
      return { slept, stepped: ahead() - slept };
    },
  };
}

/** A sleeping machine's uptime goes on, and its steady clock stands still. */
function asleep(): number {
  return uptime() * 1000 - performance.now();
}

const asleepAtStart = asleep();
