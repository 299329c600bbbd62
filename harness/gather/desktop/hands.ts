import type { Clock } from '../../lib/clock.ts';
import { Fault } from '../../lib/fault.ts';
import type { BrowserSession, Engine, ScreenReading } from '../browsers/browser.ts';
import { isResults, sameAddress } from '../browsers/pages.ts';
import { settingOrder } from '../browsers/profile.ts';
import { benchFault } from '../devices/faults.ts';
import type { Insight, Shown } from './insight.ts';
import type { DesktopFactor, DesktopProfile } from './profile.ts';
import { patiently } from './seat/patience.ts';
import type { Running, Seat } from './seat/seat.ts';
import { treeOf } from './tree.ts';

/** Pause when something is typed to be sent at once, in ms: a fast typist's, many times over. */
const TYPING_MS = 4;
/** Pause when somebody watches it come, as an engine that suggests does: 20 ms from key to key. */
const WATCHED_MS = 40;
/** What was typed and not sent stays for so long: Firefox asks its engine once no key has been struck for a moment. */
const LINGER_MS = 200;
/** A page may take this long on the wall; then a person would reload it. */
const LOAD_MS = 20_000;
const TYPE_MS = 20_000;

/** What leads words to one engine; null for what is no search. */
type Before = { readonly shortcut: string; readonly key: string } | null;

/**
 * Hands on a desktop browser: real key strokes on a real screen, and proofs read from the browser itself. The
 * condition is set before the first start, so `start` only makes ready; whatever needs a window opens it.
 */
export class DesktopHands implements BrowserSession {
  readonly #seat: Seat;
  readonly #profile: DesktopProfile;
  readonly #clock: Clock;
  #condition = new Map<string, string>();

  constructor(seat: Seat, profile: DesktopProfile, clock: Clock) {
    this.#seat = seat;
    this.#profile = profile;
    this.#clock = clock;
  }

  start(): Promise<void> {
    this.#condition = new Map();
    return Promise.resolve();
  }

  inOrder(factors: readonly string[]): readonly string[] {
    return settingOrder(this.#profile, factors);
  }

  set(name: string, level: string): Promise<void> {
    if (!this.#factor(name).levels.includes(level)) throw this.#hasNo(`"${name}" with "${level}"`);
    if (this.#seat.running) throw new Error('a factor is set before the browser starts');
    this.#condition.set(name, level);
    return Promise.resolve();
  }

  async read(name: string): Promise<ScreenReading> {
    const factor = this.#factor(name);
    const { meant, said } = await readSign(factor, (await this.#running()).insight);
    // Two words may mean the same window; which of them was asked for is the scenario's.
    const asked = this.#condition.get(name);
    const level = meant.find((one) => one === asked) ?? meant[0] ?? 'unknown';
    return { level, caption: `the browser says: ${said}`, ...(await this.look()) };
  }

  async look(): Promise<Pick<ScreenReading, 'picture' | 'tree'>> {
    const { display, running } = this.#seat;
    const [titles, pages, picture] = await Promise.all([
      display.titles(),
      running?.insight.open() ?? [],
      display.picture(),
    ]);
    return { picture, tree: treeOf(titles, pages) };
  }

  open(url: string): Promise<void> {
    const proved = ({ address }: Shown): boolean => sameAddress(address, url);
    return this.#load(url, null, proved, `the page ${url}`);
  }

  search(engine: Engine, words: string): Promise<void> {
    const before = this.#profile.engines.get(engine);
    if (!before) throw this.#hasNo(`search engine "${engine}"`);
    const proved = (shown: Shown): boolean => isResults(shown, engine, words);
    return this.#load(words, before, proved, `the results of ${engine}`);
  }

  async type(text: string): Promise<void> {
    const { insight } = await this.#type(text, null, WATCHED_MS);
    await insight.asked();
    await this.#clock.wait(LINGER_MS);
  }

  async restart(): Promise<void> {
    await this.#seat.end();
    await this.#running();
  }

  /** The browser ends with the seat, which the phone's port holds. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #running(): Promise<Running> {
    if (this.#seat.running) return this.#seat.running;
    const set = [...this.#condition].map(([name, level]) => ({ ...this.#factor(name), level }));
    return await this.#seat.start({
      switches: set.flatMap(({ switches, level }) => switches.get(level) ?? []),
      preferences: new Map(
        set.flatMap(({ preferences, level }) => [...(preferences.get(level) ?? [])]),
      ),
    });
  }

  async #load(
    typed: string,
    before: Before,
    proved: (shown: Shown) => boolean,
    what: string,
  ): Promise<void> {
    const send = async (): Promise<void> => {
      const { window } = await this.#type(typed, before, TYPING_MS);
      await this.#seat.display.strike(window, { keys: ['Return'] });
    };
    await send();
    try {
      await this.#pageShown(proved, what);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'page-not-shown') throw error;
      await send();
      await this.#pageShown(proved, what);
    }
  }

  /** What is in the address field is proved before it is sent: a lost key would make a search of a URL. */
  async #type(text: string, before: Before, pauseMs: number): Promise<Running> {
    const running = await this.#running();
    const { window, insight } = running;
    const { display } = this.#seat;
    await patiently(
      this.#clock,
      async () => {
        await Promise.all([display.forget(), display.strike(window, { keys: ['ctrl+l'] })]);
        // Until then keys go to the page.
        if (await insight.hasKeyboard()) return null;
        // An engine that was searched before may still be in force, until there is nothing before the cursor.
        await display.strike(
          window,
          { keys: ['BackSpace', 'BackSpace'] },
          ...(before
            ? [{ text: before.shortcut, pauseMs: TYPING_MS }, { keys: [before.key] }]
            : []),
          { text, pauseMs },
          // What completion added behind the cursor goes, and the rest is read.
          { keys: ['Delete', 'ctrl+a', 'ctrl+c'] },
        );
        return (await this.#copied()) === text ? true : null;
      },
      () => benchFault('page-not-shown', `the address field does not take "${text}"`),
      TYPE_MS,
    );
    return running;
  }

  async #copied(): Promise<string> {
    const { display } = this.#seat;
    const some = async (): Promise<string | null> => (await display.copied()) || null;
    return await patiently(this.#clock, some, () => new Error('nothing was copied'), 1000).catch(
      () => '',
    );
  }

  /** Waits for a page that is loaded and proved; the old one is still up for a moment. */
  async #pageShown(proved: (shown: Shown) => boolean, what: string): Promise<void> {
    const { insight } = await this.#running();
    let last: Shown | null = null;
    await patiently(
      this.#clock,
      async () => {
        last = await insight.shown();
        return !last.loading && !last.failed && proved(last) ? true : null;
      },
      () =>
        benchFault(
          'page-not-shown',
          `${what} was asked for, and the browser shows ${inWords(last)}`,
        ),
      LOAD_MS,
    );
  }

  #factor(name: string): DesktopFactor {
    const factor = this.#profile.factors.find((one) => one.name === name);
    if (factor) return factor;
    throw this.#hasNo(`"${name}"`);
  }

  #hasNo(what: string): Fault {
    return benchFault('switch-not-found', `${this.#profile.label} has no ${what}`);
  }
}

/** The levels that fit what the browser says of itself. */
async function readSign(
  { levels, sign, preferences }: DesktopFactor,
  insight: Insight,
): Promise<{ meant: readonly string[]; said: string }> {
  if (sign !== 'preferences') {
    const yes = await insight.isPrivate();
    const meant = levels.filter((level) => sign.privateWindow.includes(level) === yes);
    return { meant, said: `its window keeps nothing: ${String(yes)}` };
  }
  const names = new Set([...preferences.values()].flatMap((values) => [...values.keys()]));
  const has = new Map<string, boolean | null>();
  for (const name of names) has.set(name, await insight.preference(name));
  const fits = (level: string): boolean =>
    [...(preferences.get(level) ?? [])].every(([name, value]) => has.get(name) === value);
  const said = [...has].map(([name, value]) => `${name}: ${String(value)}`).join(', ');
  return { meant: levels.filter(fits), said };
}

function inWords(shown: Shown | null): string {
  if (!shown) return 'nothing';
  const what = shown.failed ? 'an error page' : 'something else';
  return `${what}: address "${shown.address}", title "${shown.title}"`;
}
