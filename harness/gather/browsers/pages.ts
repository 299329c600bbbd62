import { Fault } from '../../lib/fault.ts';
import { benchFault } from '../devices/faults.ts';
import type { Engine } from './browser.ts';
import type { Finger } from './finger.ts';
import type { BrowserProfile } from './profile.ts';
import type { Screen } from './screen.ts';

/** A page may take this long on the wall; then a person would reload it. */
const LOAD_MS = 30_000;

/** Types a URL into the address field and proves that its page is the page shown; a failed page is loaded once more. */
export async function openPage(
  finger: Finger,
  profile: BrowserProfile,
  url: string,
): Promise<void> {
  const proved = (shown: Shown): boolean => sameAddress(shown.address, url);
  await load(finger, profile, url, proved, `the page ${url}`);
}

/** The same for words, which the browser hands to its search engine. */
export async function searchFor(
  finger: Finger,
  profile: BrowserProfile,
  engine: Engine,
  words: string,
): Promise<void> {
  const proved = (shown: Shown): boolean => isResults(shown, engine, words);
  await load(finger, profile, words, proved, `the results of ${engine}`);
}

/** A phone that refuses our CA shows an error page once for each host: it is passed through from then on. */
async function load(
  finger: Finger,
  profile: BrowserProfile,
  typed: string,
  proved: (shown: Shown) => boolean,
  what: string,
): Promise<void> {
  const send = async (): Promise<void> => {
    await typeAddress(finger, profile, typed);
    await finger.enter();
  };
  await send();
  try {
    await pageShown(finger, profile, proved, what);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'page-not-shown') throw error;
    await send();
    await pageShown(finger, profile, proved, what);
  }
}

/** Chooses the engine where another is chosen now. Ends wherever the browser leaves us. */
export async function chooseEngine(
  finger: Finger,
  { engine: { route } }: BrowserProfile,
  engine: Engine,
): Promise<void> {
  await finger.follow(route);
  await finger.until(
    async () => {
      const choice = (await finger.look()).look([{ text: engine }]);
      if (!choice || choice.checked) return choice;
      return (await finger.touch(choice.mark)) ? choice : null;
    },
    () =>
      benchFault('switch-not-found', `the browser's settings offer no search engine "${engine}"`),
  );
}

interface Shown {
  readonly address: string;
  readonly title: string;
}

export async function typeAddress(
  finger: Finger,
  profile: BrowserProfile,
  text: string,
): Promise<void> {
  const { box, field } = profile.address;
  await finger.tap(box);
  await finger.until(
    // Completion and correction may make something else of it, which would then be visited.
    async () => ((await finger.type(field, text)) === text ? true : null),
    () => benchFault('page-not-shown', `the address field does not take "${text}"`),
  );
}

/** Waits for a page that is loaded and proved, seen so twice in a row: the old page is still up for a moment. */
async function pageShown(
  finger: Finger,
  { page }: BrowserProfile,
  proved: (shown: Shown) => boolean,
  what: string,
): Promise<void> {
  let last: Shown | null = null;
  let before = false;
  await finger.until(
    async () => {
      const screen = await finger.look();
      const loading = screen.sees(page.loading);
      last = loading ? null : pageOn(screen, page);
      const failed = !loading && screen.sees(page.error);
      if (failed && before) throw notShown(what, 'an error page', last);
      const good = !failed && last !== null && proved(last);
      const twice = (good || failed) && before;
      before = good || failed;
      return twice ? true : null;
    },
    () => notShown(what, 'something else', last),
    LOAD_MS,
  );
}

function pageOn(screen: Screen, page: BrowserProfile['page']): Shown | null {
  const address = screen.look(page.address);
  return address && { address: address.text, title: screen.look(page.title)?.text ?? '' };
}

function notShown(what: string, instead: string, shown: Shown | null): Fault {
  const seen = shown ? `: address "${shown.address}", title "${shown.title}"` : '';
  return benchFault(
    'page-not-shown',
    `${what} was asked for, and the browser shows ${instead}${seen}`,
  );
}

/** Browsers leave out the scheme or the last slash of what they show. */
export function sameAddress(shown: string, asked: string): boolean {
  const bare = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '');
  return bare(shown) === bare(asked);
}

const RESULTS: Readonly<Record<Engine, { readonly host: RegExp; readonly path: string }>> = {
  Google: { host: /^(www\.)?google\.[a-z.]+$/, path: '/search' },
  DuckDuckGo: { host: /^(www\.)?duckduckgo\.com$/, path: '/' },
};

/** The engine's own results for these words; its consent page and its CAPTCHA are something else. */
export function isResults({ address, title }: Shown, engine: Engine, words: string): boolean {
  const url = URL.parse(address) ?? URL.parse(`https://${address}`);
  const { host, path } = RESULTS[engine];
  if (url && host.test(url.hostname)) {
    return url.pathname === path && (url.searchParams.get('q') === words || title.includes(words));
  }
  // Some browsers show the words in place of the address.
  return title.includes(words) && title.includes(engine);
}
