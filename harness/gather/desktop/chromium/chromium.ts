import { join } from 'node:path';
import { z } from 'zod';
import type { Child } from '../../../lib/children.ts';
import { spawnChild } from '../../../lib/children.ts';
import { tail } from '../../devices/server.ts';
import { benchFault } from '../../devices/faults.ts';
import type { Session } from '../../../lib/webdriver.ts';
import { openSession } from '../../../lib/webdriver.ts';
import { freshFile } from '../../disk.ts';
import { readText } from '../../../record/disk.ts';
import type { Insight, OpenPage } from '../insight.ts';
import type { Start, Surroundings, Technology } from '../technology.ts';
import { askBrowser } from './devtools.ts';
import { firstMatch } from '../seat/said.ts';

const CALL_MS = 30_000;

/** What Debian sets in a new profile; a condition's preferences are changed in a copy of it. */
const INITIAL = '/etc/chromium/master_preferences';

/**
 * Chromium, led by switches and looked into by a chromedriver of our own. Nothing that silences its traffic is among
 * the switches, and chromedriver's own many are not: it is attached to a browser that was started as a person would.
 */
export async function openChromium(around: Surroundings): Promise<Technology> {
  const { driver, port } = await startDriver(around);
  const server = { hostname: '127.0.0.1', port };
  return {
    store: (home) => join(home, '.pki', 'nssdb'),
    prepare: async (start) => {
      await furnish(start);
      return [
        // Debugging is refused in the folder that a browser takes when none is named.
        `--user-data-dir=${profileIn(start.home)}`,
        '--remote-debugging-port=0',
        // Loopback too: a page that looks for doors on it comes to the tap, not to this machine.
        ...(start.proxy
          ? [
              `--proxy-server=http://${start.proxy.host}:${start.proxy.port}`,
              '--proxy-bypass-list=<-loopback>',
            ]
          : []),
      ];
    },
    look: async (browser, home) => {
      const address = /DevTools listening on (ws:\/\/127\.0\.0\.1:\S+)\n/;
      const devtools = await firstMatch(browser, browser.stderr, address);
      if (devtools === null) return null;
      const reached = new URL(devtools);
      reached.hostname = around.at;
      const debuggerAddress = reached.host;
      const wanted = { browserName: 'chrome', 'goog:chromeOptions': { debuggerAddress } };
      return insightOf(await openSession(server, wanted, CALL_MS), reached.href, home);
    },
    [Symbol.asyncDispose]: () => driver[Symbol.asyncDispose](),
  };
}

/** It takes a free port of IPv6 and then wants the same of IPv4, which somebody else may have. */
const ATTEMPTS = 5;

async function startDriver(
  around: Surroundings,
  attempt = 1,
): Promise<{ driver: Child; port: number }> {
  const { account, env, folder } = around;
  const [command, ...args] = account.as(['chromedriver', '--port=0']);
  const driver = await spawnChild(command, args, { env, cwd: folder });
  const said = tail(driver);
  const port = await firstMatch(driver, driver.stdout, /started successfully on port (\d+)/);
  if (port !== null) return { driver, port: Number(port) };
  await driver[Symbol.asyncDispose]();
  if (attempt < ATTEMPTS && said().includes('Address already in use')) {
    return await startDriver(around, attempt + 1);
  }
  throw benchFault('desktop-gone', `chromedriver does not start: ${said()}`);
}

function profileIn(home: string): string {
  return join(home, 'profile');
}

const treeSchema = z.record(z.string(), z.unknown());

/** A profile as Debian's initial preferences make it, with the condition's changed; they would overwrite it otherwise. */
async function furnish({ home, account, preferences }: Start): Promise<void> {
  const inProfile = (...path: string[]): string => join(profileIn(home), ...path);
  // One that has run here keeps what it has.
  const isNew = (await readText(inProfile('First Run'))) === null;
  if (preferences.size === 0 || !isNew) return;
  const { distribution: _, ...tree } = treeSchema.parse(
    JSON.parse((await readText(INITIAL)) ?? '{}'),
  );
  const changed = [...preferences].reduce(
    (all, [name, value]) => withSet(all, name.split('.'), value),
    tree,
  );
  await freshFile(account, inProfile('Default', 'Preferences'), JSON.stringify(changed));
  // Where this file stands, the first start is over, and the initial preferences are not read again.
  await freshFile(account, inProfile('First Run'), '');
}

type Tree = z.output<typeof treeSchema>;

function withSet(tree: Tree, [first = '', ...rest]: readonly string[], value: boolean): Tree {
  if (rest.length === 0) return { ...tree, [first]: value };
  const under = treeSchema.safeParse(tree[first]).data ?? {};
  return { ...tree, [first]: withSet(under, rest, value) };
}

function valueIn(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => treeSchema.safeParse(at).data?.[name], tree);
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

function insightOf(session: Session, devtools: string, home: string): Insight {
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
    // What it keeps is what it has: a preference that is nowhere is as the browser was built.
    preference: async (name) => {
      const kept = (await readText(join(profileIn(home), 'Default', 'Preferences'))) ?? '{}';
      return z
        .boolean()
        .nullable()
        .catch(null)
        .parse(valueIn(JSON.parse(kept), name.split('.')));
    },
    hasKeyboard: async () =>
      z.boolean().parse(await session.executeScript('return document.hasFocus();', [])),
    // It asks with the keys that are struck, and has no one to tell us when it is done.
    asked: () => Promise.resolve(),
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
