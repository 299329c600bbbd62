import type { Exchange } from '../../record/exchange.ts';
import type { Plan } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { classOf, sameParty } from './recipients.ts';

/** Whether a page caused a request, or the browser or ROM by itself, and how that is known. */
export interface Origin {
  readonly origin: 'page' | 'native' | 'unknown';
  readonly from: string;
}

/**
 * Reads the origin off the request itself. Pages of ours embed only leaklab.test, and search pages only hosts of
 * their engine, so a bare request to anybody else was not caused by a page. `pages` are the hosts that the steps
 * make the browser show, `openedAt` when the first of them was. Headers are the phone's own word: an app that forges them is taken for a page.
 */
export function originOf(
  exchange: Pick<Exchange, 'host' | 'requestHeaders' | 'kind' | 'at'>,
  pages: readonly string[],
  openedAt: number | null,
): Origin {
  const { host } = exchange;
  const embeds = pages.find((page) => sameParty(page, host));
  const referrer = referrerOf(exchange);
  const marks = ['x-requested-with', 'sec-fetch-mode', 'sec-fetch-site', 'sec-fetch-dest'];
  const marked = marks.filter((name) => header(exchange, name) !== null);
  const agent = header(exchange, 'user-agent') ?? '';

  if (openedAt !== null && exchange.at !== null && exchange.at < openedAt) {
    return { origin: 'native', from: 'sent before any page was opened' };
  }
  if (
    header(exchange, 'sec-fetch-site') === 'none' &&
    header(exchange, 'sec-fetch-dest') !== 'document'
  ) {
    return {
      origin: 'native',
      from: 'marked sec-fetch-site: none, which no page can cause (W3C Fetch Metadata)',
    };
  }
  if (referrer !== null) {
    const shown = pages.find((page) => sameParty(page, referrer));
    return shown === undefined
      ? { origin: 'unknown', from: `it names a page that the steps did not open (${referrer})` }
      : { origin: 'page', from: `it names the page it comes from (${referrer})` };
  }
  if (classOf(host) === 'page')
    return { origin: 'page', from: 'it goes to the visited site itself' };
  if (marked.length > 0 && embeds !== undefined) {
    return {
      origin: 'page',
      from: `a page load at ${embeds}'s party, marked ${marked.join(', ')}`,
    };
  }
  if (marked.length > 0) {
    return { origin: 'unknown', from: `it is marked ${marked.join(', ')} and names no page` };
  }
  if (/^(?:Dalvik\/|okhttp\/)/.test(agent)) {
    return {
      origin: 'native',
      from: `sent by an app's own client (${agent.split(' ')[0] ?? ''}), no page named`,
    };
  }
  if (embeds !== undefined)
    return { origin: 'unknown', from: `${embeds}'s party, and nothing marks a page load` };
  if (exchange.kind !== 'http') return { origin: 'unknown', from: 'not a request with headers' };
  return {
    origin: 'native',
    from: 'no page that the steps open embeds this host, and none is named',
  };
}

/** Host of the page that a request says it comes from; null where it names none. */
export function referrerOf(exchange: Pick<Exchange, 'requestHeaders'>): string | null {
  return hostIn(header(exchange, 'referer')) ?? hostIn(header(exchange, 'origin'));
}

/** The hosts that the steps make the browser show: those that must see a canary for it to work at all. */
export function pagesOf({ mayReach }: Pick<Plan, 'mayReach'>): string[] {
  return [...new Set(Object.values(mayReach).flat())].map((name) => name.replace(/^\./, ''));
}

/** When a trial's first page was opened, ms since the epoch: the beacon comes before every other one. */
export function openedAt({ timings }: Pick<TrialRecord, 'timings'>): number | null {
  return timings['beacon'] ?? null;
}

function header(exchange: Pick<Exchange, 'requestHeaders'>, name: string): string | null {
  return exchange.requestHeaders.find(([one]) => one.toLowerCase() === name)?.[1] ?? null;
}

function hostIn(url: string | null): string | null {
  return /^[a-z]+:\/\/([^/?#:@]+)/i.exec(url ?? '')?.[1]?.toLowerCase() ?? null;
}
