import type { Browser } from '../browsers/browser.ts';
import { underDomain } from '../tap/sites/public.ts';
import type { Notes } from './notes.ts';

/**
 * The browser for the steps, noting when each canary was planted, and when it was started anew. Pages of ours are opened
 * under `site`, the domain that they stand under for this device.
 */
export function timed(
  browser: Browser,
  notes: Pick<Notes, 'plant' | 'climb'>,
  site: string,
): Browser {
  return {
    open: async (asked) => {
      const url = underDomain(asked, site);
      notes.plant([url]);
      await browser.open(url);
    },
    search: async (engine, words) => {
      notes.plant([words]);
      await browser.search(engine, words);
    },
    type: async (text) => {
      notes.plant([text]);
      await browser.type(text);
    },
    restart: async () => {
      notes.climb('app start');
      await browser.restart();
    },
  };
}
