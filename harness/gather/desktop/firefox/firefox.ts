import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readText } from '../../../record/disk.ts';
import { freshFile } from '../../disk.ts';
import type { Insight } from '../insight.ts';
import type { Start, Surroundings, Technology } from '../technology.ts';
import type { Marionette } from './marionette.ts';
import { openMarionette } from './marionette.ts';

/** Where Firefox writes down which port its automation listens at. */
const PORT = 'MarionetteActivePort';

/** A new Firefox writes its automation port down when it listens there. */
const LOOK_EVERY_MS = 50;

/** Firefox, led by its own preferences and looked into by its own automation port. */
export function openFirefox({ at }: Surroundings): Promise<Technology> {
  return Promise.resolve({
    store: profileIn,
    prepare: async (start) => {
      const inProfile = (name: string): string => join(profileIn(start.home), name);
      await freshFile(start.account, inProfile('user.js'), preferencesOf(start));
      // One that ran here before has left its port.
      await freshFile(start.account, inProfile(PORT), '');
      const looked = ['--marionette', '--remote-allow-system-access'];
      return ['--no-remote', '--profile', profileIn(start.home), ...looked];
    },
    look: async (browser, home) => {
      const ended = browser.ended.then(() => true);
      for (;;) {
        const port = Number(await readText(join(profileIn(home), PORT)));
        if (port > 0) return insightOf(await openMarionette(at, port));
        if (await Promise.race([ended, delay(LOOK_EVERY_MS, false)])) return null;
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

function profileIn(home: string): string {
  return join(home, 'profile');
}

/** The proxy, a free port to look in by, and the condition; none of the many preferences by which automation silences it. */
function preferencesOf({ proxy, preferences }: Start): string {
  const all = new Map<string, boolean | number | string>([
    ['remote.prefs.recommended', false],
    ['marionette.port', 0],
    ...(proxy
      ? ([
          ['network.proxy.type', 1],
          ['network.proxy.http', proxy.host],
          ['network.proxy.http_port', proxy.port],
          ['network.proxy.ssl', proxy.host],
          ['network.proxy.ssl_port', proxy.port],
          // Loopback too: a page that looks for doors on it comes to the tap, not to this machine.
          ['network.proxy.allow_hijacking_localhost', true],
        ] as const)
      : []),
    ...preferences,
  ]);
  return [...all]
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('');
}

const shownSchema = z.object({
  address: z.string(),
  title: z.string(),
  loading: z.boolean(),
  failed: z.boolean(),
});
const pagesSchema = z.array(
  z.object({ id: z.string(), title: z.string(), address: z.string(), isPrivate: z.boolean() }),
);

function insightOf(marionette: Marionette): Insight {
  const evaluate = async <T>(
    script: string,
    schema: z.ZodType<T>,
    args: unknown[] = [],
  ): Promise<T> => {
    await marionette.ask('Marionette:SetContext', { value: 'chrome' });
    const answer = await marionette.ask('WebDriver:ExecuteScript', { script, args });
    return z.object({ value: schema }).parse(answer).value;
  };
  return {
    shown: () => evaluate(SHOWN, shownSchema),
    hasKeyboard: async () => !(await evaluate(`${WINDOW} return w.gURLBar.focused;`, z.boolean())),
    asked: async () => {
      await evaluate(ASKED, z.literal(true));
    },
    isPrivate: () => evaluate(`${WINDOW} return ${PRIVATE};`, z.boolean()),
    preference: async (name) =>
      await evaluate(
        'return Services.prefs.getPrefType(arguments[0]) === Services.prefs.PREF_BOOL' +
          ' ? Services.prefs.getBoolPref(arguments[0]) : null;',
        z.boolean().nullable(),
        [name],
      ),
    open: () => evaluate(PAGES, pagesSchema),
    [Symbol.asyncDispose]: () => marionette[Symbol.asyncDispose](),
  };
}

/** The window that was used last. */
const WINDOW = 'const w = Services.wm.getMostRecentWindow("navigator:browser");';
const PRIVATE =
  'ChromeUtils.importESModule("resource://gre/modules/PrivateBrowsingUtils.sys.mjs")' +
  '.PrivateBrowsingUtils.isWindowPrivate(w)';

/** Its search for what was typed is over: on its own disk and, where it does so, at its engine. */
const ASKED = `${WINDOW} return w.gURLBar.lastQueryContextPromise.then(() => true, () => true);`;

const SHOWN = `${WINDOW}
const { currentURI, contentTitle, webProgress, browsingContext, documentURI } = w.gBrowser.selectedBrowser;
return {
  address: currentURI.spec,
  title: contentTitle,
  loading: webProgress.isLoadingDocument,
  failed: /^about:(neterror|certerror|httpsonlyerror)/.test(documentURI?.spec ?? ''),
};`;

const PAGES = `const all = [];
for (const w of Services.wm.getEnumerator("navigator:browser")) {
  for (const { linkedBrowser: page } of w.gBrowser.tabs) {
    all.push({ id: String(page.browserId), title: page.contentTitle, address: page.currentURI.spec,
      isPrivate: ${PRIVATE} });
  }
}
return all;`;
