import type { Clock } from '../../lib/clock.ts';
import { Fault } from '../../lib/fault.ts';
import type { DeviceLink } from '../devices/phone.ts';
import { benchFault } from '../devices/faults.ts';
import type { BrowserSession, Engine, ScreenReading } from './browser.ts';
import type { Driver } from './driver.ts';
import { openDriver } from './driver.ts';
import { readFactor, setFactor } from './factors.ts';
import { Finger } from './finger.ts';
import { chooseEngine, openPage, searchFor, typeAddress } from './pages.ts';
import { captionsOf, settingOrder } from './profile.ts';
import type { BrowserProfile, FactorProfile } from './profile.ts';
import type { Screen } from './screen.ts';

/** Opens the hands on one phone's browser. `workDir` holds the Appium log that messages name. */
export async function openBrowser(
  link: DeviceLink,
  profile: BrowserProfile,
  { clock, workDir }: { clock: Clock; workDir: string },
): Promise<Hands> {
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
const LOST: ReadonlySet<string> = new Set([
  'session-lost',
  'appium-gone',
  'phone-offline',
  'phone-mute',
]);

/** How many times "back" leads from anywhere in a browser to its address box. */
const BACKS = 6;
const STRANGE_LOOKS = 5;

/** Appium keeps the time of every command of a session for as long as the session lasts. */
const STARTS_A_SESSION = 100;

/** Hands on one browser: they know its screens from its profile, and nothing about what is being asked. */
export class Hands implements BrowserSession {
  readonly #open: () => Promise<Driver>;
  readonly #profile: BrowserProfile;
  readonly #clock: Clock;
  #session: { readonly driver: Driver; readonly finger: Finger } | null = null;
  /** Known since the app was last cleared. */
  #engine: Engine | null = null;
  /** Another app was brought to the front since the browser was. */
  #away = false;
  #starts = 0;

  constructor(open: () => Promise<Driver>, profile: BrowserProfile, clock: Clock) {
    this.#open = open;
    this.#profile = profile;
    this.#clock = clock;
  }

  /** Takes up a session where there is none. */
  async ready(): Promise<void> {
    if (this.#session) return;
    const driver = await this.#open();
    this.#session = { driver, finger: new Finger(driver, this.#profile.package, this.#clock) };
    this.#starts = 0;
  }

  inOrder(factors: readonly string[]): readonly string[] {
    return settingOrder(this.#profile, factors);
  }

  /** A session anew: the one before went with what it ran on. */
  async renew(): Promise<void> {
    await this[Symbol.asyncDispose]();
    await this.ready();
  }

  get package(): string {
    return this.#profile.package;
  }

  /** Work on another app's screens; the browser is brought back to the front when it is next wanted. */
  async on<T>(packageName: string, work: (finger: Finger) => Promise<T>): Promise<T> {
    await this.ready();
    this.#away = true;
    return await this.#with((_, driver) => work(new Finger(driver, packageName, this.#clock)));
  }

  async start(): Promise<void> {
    if (this.#starts >= STARTS_A_SESSION) await this[Symbol.asyncDispose]();
    await this.ready();
    this.#starts++;
    this.#engine = null;
    this.#away = false;
    const { package: name, activity, address, firstRun } = this.#profile;
    await this.#with(async (finger) => {
      await finger.activate(activity);
      await finger.until(
        async () => {
          const screen = await finger.look();
          if (screen.sees(address.box)) return true;
          const button = screen.look(firstRun);
          if (button) await finger.touch(button.mark);
          return null;
        },
        () => benchFault('browser-not-at-home', `${name} was started and shows no address box`),
        60_000,
      );
    });
  }

  async restart(): Promise<void> {
    await this.#with((finger) => finger.terminate());
    await this.start();
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

  type(text: string): Promise<void> {
    return this.#browsing(async (finger) => {
      await typeAddress(finger, this.#profile, text);
      await this.#goBack(finger);
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
    return this.#with(async (finger) => await finger.evidenceOf(await finger.look()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session?.driver[Symbol.asyncDispose]();
    this.#session = null;
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
      if (this.#away) await finger.activate(this.#profile.activity);
      this.#away = false;
      await this.#goBack(finger);
      return await work(finger);
    });
  }

  /**
   * Back, out of menus and settings, to the address box; a page that is open stays open. One "back" too many would
   * leave the browser, so a screen that is none we know, or shows the same as before the last "back", may only be slow:
   * that one waits.
   */
  async #goBack(finger: Finger): Promise<void> {
    const captions = new Set(captionsOf(this.#profile));
    let left = '';
    let strange = 0;
    let backs = 0;
    const step = async (screen: Screen): Promise<true | null> => {
      if (screen.sees(this.#profile.address.box)) return true;
      const inside = screen.texts().filter((text) => captions.has(text));
      const known = inside.length > 0 && inside.join() !== left;
      if (backs >= BACKS || (!known && ++strange % STRANGE_LOOKS !== 0)) return null;
      left = inside.join();
      backs++;
      await finger.back();
      return await step(await finger.look());
    };
    await finger.until(
      async () => await step(await finger.lately()),
      () => benchFault('browser-not-at-home', `${backs} times back, and no address box in sight`),
    );
  }

  async #with<T>(work: (finger: Finger, driver: Driver) => Promise<T>): Promise<T> {
    if (!this.#session) throw benchFault('session-lost', 'there is no session with the phone');
    try {
      return await work(this.#session.finger, this.#session.driver);
    } catch (error) {
      if (error instanceof Fault && LOST.has(error.code)) await this[Symbol.asyncDispose]();
      throw error;
    }
  }
}
