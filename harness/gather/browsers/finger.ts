import type { Clock } from '../../lib/clock.ts';
import { benchFault } from '../devices/faults.ts';
import type { Driver, Thing } from './driver.ts';
import { Vanished } from './driver.ts';
import type { Mark, Route } from './profile.ts';

/** A driver with patience: looks for a place under each of its names until it is there, and tries again when it moves. */
export class Finger {
  readonly driver: Driver;
  readonly #package: string;
  readonly #clock: Clock;

  constructor(driver: Driver, packageName: string, clock: Clock) {
    this.driver = driver;
    this.#package = packageName;
    this.#clock = clock;
  }

  /** The first candidate that is on the screen now. */
  async look(candidates: readonly Mark[]): Promise<Thing | null> {
    for (const mark of candidates) {
      const where = 'id' in mark ? { id: qualified(mark.id, this.#package) } : mark;
      const [thing] = await this.driver.find(where);
      if (thing) return thing;
    }
    return null;
  }

  async sees(candidates: readonly Mark[]): Promise<boolean> {
    return (await this.look(candidates)) !== null;
  }

  async tap(candidates: readonly Mark[]): Promise<void> {
    await this.until(
      async () => {
        const thing = await this.look(candidates);
        await thing?.tap();
        return thing;
      },
      () => missing(candidates),
    );
  }

  async follow(route: Route): Promise<void> {
    for (const candidates of route) await this.tap(candidates);
  }

  /**
   * Repeats `attempt` until it gives something, and gives that; after `patienceMs` of real time it is the Fault. What
   * vanishes under the finger is looked for again.
   */
  async until<T>(
    attempt: () => Promise<T | null>,
    late: () => Error | Promise<Error>,
    patienceMs = PATIENCE_MS,
  ): Promise<T> {
    const deadline = this.#clock.now() + patienceMs;
    for (;;) {
      const result = await attempt().catch((error: unknown) => {
        if (error instanceof Vanished) return null;
        throw error;
      });
      if (result !== null) return result;
      if (this.#clock.now() > deadline) throw await late();
      await this.#clock.wait(Math.max(LOOK_EVERY_MS, LEAST_PAUSE_MS / this.#clock.scaled(1)));
    }
  }
}

/** How long a screen may take to come, on the wall: what a person would call broken. */
const PATIENCE_MS = 20_000;
/** Phone time between two looks, and the shortest pause on the wall: an emulated phone shares our processors. */
const LOOK_EVERY_MS = 300;
const LEAST_PAUSE_MS = 40;

/** `url` of com.example is `com.example:id/url`; an id with a colon is whole. */
function qualified(id: string, packageName: string): string {
  return id.includes(':') ? id : `${packageName}:id/${id}`;
}

function missing(candidates: readonly Mark[]): Error {
  const names = candidates.map((mark) => JSON.stringify(Object.values(mark)[0]));
  return benchFault('switch-not-found', `nothing on the screen is called ${names.join(' or ')}`);
}

/** Anything that shows one of these captions. */
export function withText(captions: readonly string[]): string {
  return `//*[${captions.map((caption) => `@text=${literal(caption)}`).join(' or ')}]`;
}

/** XPath 1 knows no escapes: a word with both kinds of quotes cannot be written. */
export function literal(words: string): string {
  if (!words.includes('"')) return `"${words}"`;
  if (!words.includes("'")) return `'${words}'`;
  throw new Error(`a caption with both kinds of quotes: ${words}`);
}
