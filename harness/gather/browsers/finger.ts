import type { Clock } from '../../lib/clock.ts';
import { benchFault } from '../devices/faults.ts';
import type { Driver, Thing, Where } from './driver.ts';
import { Vanished } from './driver.ts';
import type { Mark, Route } from './profile.ts';
import { qualified, Screen } from './screen.ts';

/**
 * A driver with an eye and with patience. A screen is read whole, in one call; what is touched is looked for anew by
 * the name it was seen under, so that nothing is tapped where it no longer is.
 */
export class Finger {
  readonly #driver: Driver;
  readonly #package: string;
  readonly #clock: Clock;
  /** The last look, until something is done. */
  #last: { readonly screen: Screen; readonly at: number } | null = null;

  constructor(driver: Driver, packageName: string, clock: Clock) {
    this.#driver = driver;
    this.#package = packageName;
    this.#clock = clock;
  }

  /** What is shown now. */
  async look(): Promise<Screen> {
    const at = this.#clock.now();
    const screen = new Screen(await this.#driver.source(), this.#package);
    this.#last = { screen, at };
    return screen;
  }

  /** What was shown a moment ago, where nothing was done since; else what is shown now. */
  async lately(): Promise<Screen> {
    return this.#fresh() ?? (await this.look());
  }

  /** The picture that belongs to a screen just looked at, and its tree. */
  async evidenceOf(screen: Screen): Promise<{ picture: Buffer; tree: string }> {
    return { picture: await this.#driver.screenshot(), tree: screen.xml };
  }

  async activate(activity: string | null): Promise<void> {
    await this.#did(this.#driver.activate(this.#package, activity));
  }

  async terminate(): Promise<void> {
    await this.#did(this.#driver.terminate(this.#package));
  }

  async back(): Promise<void> {
    await this.#did(this.#driver.back());
  }

  async enter(): Promise<void> {
    await this.#did(this.#driver.enter());
  }

  /** Touches one thing that is on the screen now; false when it is not there. */
  async touch(where: Where): Promise<boolean> {
    const [thing] = await this.#driver.find(this.#whole(where));
    if (thing) await this.#did(thing.tap());
    return thing !== undefined;
  }

  /** Puts a text into the first of these fields that is on the screen now; what the field then holds, or null. */
  async type(field: readonly Mark[], text: string): Promise<string | null> {
    const edit = await this.#thing(field);
    if (!edit) return null;
    await this.#did(edit.type(text));
    return await edit.text();
  }

  /** Scrolls until this text is in sight; whoever then looks for it finds out whether it is there. */
  async find(wanted: { readonly text: string }): Promise<void> {
    await this.until(
      async () => {
        const screen = await this.look();
        if (screen.sees([wanted])) return true;
        await this.#did(this.#driver.scrollTo(wanted.text));
        return (await this.look()).sees([wanted]) ? true : null;
      },
      () => missing([wanted]),
    );
  }

  /** Waits for one of the candidates, in their order, and touches it. */
  async tap(candidates: readonly Mark[]): Promise<void> {
    await this.until(
      async () => {
        const seen = this.#fresh()?.look(candidates);
        const thing = await this.#thing(seen ? [seen.mark] : candidates);
        if (thing) await this.#did(thing.tap());
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
      this.#last = null;
      await this.#clock.wait(Math.max(LOOK_EVERY_MS, LEAST_PAUSE_MS / this.#clock.scaled(1)));
    }
  }

  #fresh(): Screen | null {
    const pause = Math.max(this.#clock.scaled(LOOK_EVERY_MS), LEAST_PAUSE_MS);
    const young = this.#last !== null && this.#clock.now() - this.#last.at <= pause;
    return young ? (this.#last?.screen ?? null) : null;
  }

  /** Whatever is done, the screen may be another then, even when it failed. */
  async #did(work: Promise<void>): Promise<void> {
    this.#last = null;
    await work;
  }

  /** The first candidate that is on the screen now. */
  async #thing(candidates: readonly Mark[]): Promise<Thing | null> {
    for (const mark of candidates) {
      const [thing] = await this.#driver.find(this.#whole(mark));
      if (thing) return thing;
    }
    return null;
  }

  #whole(where: Where): Where {
    return 'id' in where ? { id: qualified(where.id, this.#package) } : where;
  }
}

/** How long a screen may take to come, on the wall: what a person would call broken. */
const PATIENCE_MS = 20_000;
/** Phone time between two looks, and the shortest pause on the wall: an emulated phone shares our processors. */
const LOOK_EVERY_MS = 300;
const LEAST_PAUSE_MS = 40;

function missing(candidates: readonly Mark[]): Error {
  const names = candidates.map((mark) => JSON.stringify(Object.values(mark)[0]));
  return benchFault('switch-not-found', `nothing on the screen is called ${names.join(' or ')}`);
}
