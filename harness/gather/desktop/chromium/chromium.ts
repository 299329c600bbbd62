import { join } from 'node:path';
import { z } from 'zod';
import type { Child } from '../../../lib/children.ts';
import { spawnChild } from '../../../lib/children.ts';
import { tail } from '../../devices/server.ts';
import { benchFault } from '../../devices/faults.ts';
import type { Session } from '../../../lib/webdriver.ts';
import { openSession } from '../../../lib/webdriver.ts';
import type { Account } from '../seat/account.ts';
import type { Insight, OpenPage } from '../insight.ts';
import { askBrowser } from './devtools.ts';
import { firstMatch } from '../seat/said.ts';

/**
 * The switches that lead Chromium's traffic to the tap and let it be looked into. Nothing that silences it is among
 * them, and chromedriver's own many are not: it is attached to a browser that was started as a person would.
 */
export function chromiumSwitches(
  home: string,
  tapPort: number,
): { readonly data: string; readonly debugging: string; readonly proxy: string } {
  return {
    // Debugging is refused in the folder that a browser takes when none is named.
    data: `--user-data-dir=${join(home, 'profile')}`,
    debugging: '--remote-debugging-port=0',
    proxy: `--proxy-server=http://127.0.0.1:${String(tapPort)}`,
  };
}

/** The DevTools address (ws://…) that a Chromium which is starting tells; null when it ended instead. */
export function devtoolsOf(browser: Child): Promise<string | null> {
  return firstMatch(browser, browser.stderr, /DevTools listening on (ws:\/\/127\.0\.0\.1:\S+)\n/);
}

/** A chromedriver of our own, as the browser's user, on loopback. */
export interface ChromeDriver extends AsyncDisposable {
  /** Attaches to the browser with this DevTools address. */
  look(devtools: string): Promise<Insight>;
}

const CALL_MS = 30_000;

export async function startChromeDriver(
  account: Account,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<ChromeDriver> {
  const [command, ...args] = account.as(['chromedriver', '--port=0']);
  const driver = await spawnChild(command, args, { env, cwd });
  const said = tail(driver);
  const port = await firstMatch(driver, driver.stdout, /started successfully on port (\d+)/);
  if (port === null) {
    await driver[Symbol.asyncDispose]();
    throw benchFault('desktop-gone', `chromedriver does not start: ${said()}`);
  }
  const server = { hostname: '127.0.0.1', port: Number(port) };
  return {
    look: async (devtools) => {
      const debuggerAddress = new URL(devtools).host;
      const wanted = { browserName: 'chrome', 'goog:chromeOptions': { debuggerAddress } };
      return insightOf(await openSession(server, wanted, CALL_MS), devtools);
    },
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose](),
  };
}

const stateSchema = z.object({ at: z.string(), ready: z.string(), status: z.number() });
const contextsSchema = z.object({ defaultBrowserContextId: z.string() });
const targetsSchema = z.object({
  targetInfos: z.array(
    z.object({
      targetId: z.string(),
      type: z.string(),
      title: z.string(),
      url: z.string(),
      browserContextId: z.string(),
    }),
  ),
});

function insightOf(session: Session, devtools: string): Insight {
  const open = async (): Promise<readonly OpenPage[]> => {
    const { defaultBrowserContextId } = await askBrowser(
      devtools,
      'Target.getBrowserContexts',
      contextsSchema,
    );
    const { targetInfos } = await askBrowser(devtools, 'Target.getTargets', targetsSchema);
    return targetInfos
      .filter(({ type }) => type === 'page')
      .map(({ targetId, title, url, browserContextId }) => ({
        id: targetId,
        title,
        address: url,
        // What a private window keeps, it keeps in a context beside the profile's own.
        isPrivate: browserContextId !== defaultBrowserContextId,
      }));
  };
  return {
    open,
    hasKeyboard: async () =>
      z.boolean().parse(await session.executeScript('return document.hasFocus();', [])),
    isPrivate: async () => {
      const handle = await session.getWindowHandle();
      const page = (await open()).find(({ id }) => id === handle);
      if (!page) throw benchFault('browser-not-at-home', 'the window of the hands is gone');
      return page.isPrivate;
    },
    shown: async () => {
      const address = await session.getUrl();
      const title = await session.getTitle();
      const state = stateSchema.parse(await session.executeScript(STATE, []));
      const failed = state.at.startsWith('chrome-error:') || state.status >= 400;
      return { address, title, loading: state.ready !== 'complete', failed };
    },
    [Symbol.asyncDispose]: async () => {
      // A browser that is gone has taken the session with it; one that is there stays: we only looked.
      await session.deleteSession().catch(() => undefined);
    },
  };
}

const STATE =
  'const [load] = performance.getEntriesByType("navigation");' +
  'return { at: location.href, ready: document.readyState, status: load?.responseStatus ?? 0 };';
