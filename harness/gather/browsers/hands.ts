import type { Clock } from '../../lib/clock.ts';
import { Fault } from '../../lib/fault.ts';
import type { DeviceLink } from '../devices/phone.ts';
import { benchFault } from '../devices/faults.ts';
import type { BrowserSession, Engine, ScreenReading } from './browser.ts';
import type { Driver } from './driver.ts';
import { openDriver } from './driver.ts';
import { look, readFactor, setFactor } from './factors.ts';
import { Finger, withText } from './finger.ts';
import { chooseEngine, openPage, searchFor } from './pages.ts';
import { captionsOf, settingOrder } from './profile.ts';
import type { BrowserProfile, FactorProfile } from './profile.ts';

/** Opens the hands on one phone's browser. `workDir` holds the Appium log that messages name. */
export async function openBrowser(
  link: DeviceLink,
  profile: BrowserProfile,
  { clock, workDir }: { clock: Clock; workDir: string },
): Promise<BrowserSession> {
  const open = async (): Promise<Driver> => {
    try {
      await link.upkeep();
      return await openDriver(link);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const message = `${error.message} (Appium log: ${workDir}/appium.log)`;
      throw new Fault(error.code, message, error.advice, { cause: error });
    }
  };
  const hands = new Hands(open, profile, clock);
  await hands.ready();
  return hands;
}

/** What ends a session for good: the next trial begins with a new one. */
const LOST: ReadonlySet<string> = new Set(['session-lost', 'appium-gone', 'phone-offline']);

/** How many times "back" leads from anywhere in a browser to its address box. */
const BACKS = 6;
const STRANGE_LOOKS = 5;

/** Hands on one browser: they know its screens from its profile, and nothing about what is being asked. */
export class Hands implements BrowserSession {
  readonly #open: () => Promise<Driver>;
  readonly #profile: BrowserProfile;
  readonly #clock: Clock;
  #driver: Driver | null = null;
  /** Known since the app was last cleared. */
  #engine: Engine | null = null;

  constructor(open: () => Promise<Driver>, profile: BrowserProfile, clock: Clock) {
    this.#open = open;
    this.#profile = profile;
    this.#clock = clock;
  }

  /** Takes up a session where there is none. */
  async ready(): Promise<void> {
    this.#driver ??= await this.#open();
  }

  inOrder(factors: readonly string[]): readonly string[] {
    return settingOrder(this.#profile, factors);
  }

  async start(): Promise<void> {
    await this.ready();
    this.#engine = null;
    const { package: name, activity, address, firstRun } = this.#profile;
    await this.#with(async (finger) => {
      await finger.driver.activate(name, activity);
      await finger.until(
        async () => {
          if (await finger.sees(address.box)) return true;
          await (await finger.look(firstRun))?.tap();
          return null;
        },
        () => benchFault('browser-not-at-home', `${name} was started and shows no address box`),
        60_000,
      );
    });
  }

  open(url: string): Promise<void> {
    return this.#browsing((finger) => openPage(finger, this.#profile, url));
  }

  search(engine: Engine, words: string): Promise<void> {
    return this.#browsing(async (finger) => {
      if (this.#engine !== engine) {
        await chooseEngine(finger, this.#profile, engine);
        await this.#goBack(finger);
        this.#engine = engine;
      }
      await searchFor(finger, this.#profile, engine, words);
    });
  }

  set(factor: string, level: string): Promise<void> {
    return this.#browsing(async (finger) => {
      await setFactor(finger, this.#factor(factor, level), level);
      await this.#goBack(finger);
    });
  }

  read(factor: string): Promise<ScreenReading> {
    return this.#browsing(async (finger) => {
      const reading = await readFactor(finger, this.#factor(factor));
      await this.#goBack(finger);
      return reading;
    });
  }

  look(): Promise<Pick<ScreenReading, 'picture' | 'tree'>> {
    return this.#with(look);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver?.[Symbol.asyncDispose]();
    this.#driver = null;
  }

  #factor(name: string, level?: string): FactorProfile {
    const factor = this.#profile.factors.find((one) => one.name === name);
    const known = factor && (level === undefined || factor.levels.includes(level));
    if (known) return factor;
    const asked = level === undefined ? `"${name}"` : `"${name}" with a level "${level}"`;
    throw benchFault('switch-not-found', `${this.#profile.label} has no ${asked}`);
  }

  /** Work that begins where the address box is in sight. */
  #browsing<T>(work: (finger: Finger) => Promise<T>): Promise<T> {
    return this.#with(async (finger) => {
      await this.#goBack(finger);
      return await work(finger);
    });
  }

  /**
   * Back, out of menus and settings, to the address box; a page that is open stays open. Where the screen is none that
   * we know it may only be slow, and one "back" too many would leave the browser: that one waits.
   */
  async #goBack(finger: Finger): Promise<void> {
    let strange = 0;
    let backs = 0;
    await finger.until(
      async () => {
        if (await finger.sees(this.#profile.address.box)) return true;
        const [inside] = await finger.driver.find({ xpath: withText(captionsOf(this.#profile)) });
        if (backs < BACKS && (inside || ++strange % STRANGE_LOOKS === 0)) {
          backs++;
          await finger.driver.back();
        }
        return null;
      },
      () => benchFault('browser-not-at-home', `${backs} times back, and no address box in sight`),
    );
  }

  async #with<T>(work: (finger: Finger) => Promise<T>): Promise<T> {
    if (!this.#driver) throw benchFault('session-lost', 'there is no session with the phone');
    try {
      return await work(new Finger(this.#driver, this.#profile.package, this.#clock));
    } catch (error) {
      if (error instanceof Fault && LOST.has(error.code)) await this[Symbol.asyncDispose]();
      throw error;
    }
  }
}
