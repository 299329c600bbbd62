import type { Exchange } from '../../record/exchange.ts';
import type { RecipientClass } from '../recipients/shape.ts';

/** Who a domain belongs to, as far as we can show it: one row a domain, it and every name under it. */
interface Recipient {
  readonly domain: string;
  readonly class: RecipientClass;
  readonly who: string;
  /** Where we have it from, and when it was looked at. */
  readonly source: string;
  readonly date: string;
}

/** Registrant and operator are other facts than this one: a domain's owner need not host it, nor where it says. */
export const RECIPIENTS: readonly Recipient[] = [
  maker('miui.com', 'collector host of Mint Browser 3.4.0, palant.info 2020-05-04'),
  maker('xiaomi.com', "the maker's own site; mistat hosts in published SDK code"),
  maker('xiaomi.net', 'contact-card host in a published 2017 capture of a Redmi 4A'),
  maker('mi.com', "the maker's own site"),
  processor('sensorsdata.cn', 'Sensors Analytics', 'ghostery trackerdb 1.0.945'),
  processor('umeng.com', 'Alibaba', 'ghostery trackerdb 1.0.945'),
  processor('aliyuncs.com', 'Alibaba Cloud', 'operator named by the press, Forbes 2020-04-30'),
  // Before the search engine of the same maker. Hosts that Google says it shares with crash reports and Chrome's sync
  // (clients1 to clients6.google.com), and its advertising, are no platform: they stay what the rows below make of them.
  ...['connectivitycheck.gstatic.com', 'android.com', 'android.clients.google.com'].map(android),
  ...['dl.google.com', 'dl-ssl.google.com', 'play.google.com', 'gvt1.com'].map(android),
  ...['gvt2.com', 'gvt3.com', 'ggpht.com', 'fcm-xmpp.googleapis.com'].map(android),
  ...['mtalk.google.com', 'mtalk4.google.com', 'fcm.googleapis.com'].map(push),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => push(`alt${n}-mtalk.google.com`)),
  ...['firebaseinstallations.googleapis.com', 'device-provisioning.googleapis.com'].map(push),
  engine('google.com', 'Google'),
  engine('gstatic.com', 'Google'),
  engine('duckduckgo.com', 'DuckDuckGo'),
  engine('bing.com', 'Microsoft'),
  {
    domain: 'leaklab.test',
    class: 'page',
    who: 'Leaklab: the visited site, beacon and known leak',
    source: 'served by the tap (RFC 6761)',
    date: '2026-11-23',
  },
];

/** The class of a host; `unknown` for every host that no row names, and it always counts. */
export function classOf(host: string): RecipientClass {
  return recipientOf(host)?.class ?? 'unknown';
}

/** The row of the table that a host falls under. */
export function recipientOf(host: string): Recipient | undefined {
  return RECIPIENTS.find(({ domain }) => isUnder(host, domain));
}

/** Whether two hosts belong to the same row of the table, or are the same host. */
export function sameParty(one: string, other: string): boolean {
  if (one === other) return true;
  const row = recipientOf(one);
  const twin = recipientOf(other);
  return (
    row !== undefined && twin !== undefined && row.who === twin.who && row.class === twin.class
  );
}

/**
 * Whether `mayReach` names the recipient of an exchange: itself, ".example.org" for every host under it, or "anyone,
 * encrypted" for whoever was told over TLS.
 */
export function isNamed(
  { host, url }: Pick<Exchange, 'host' | 'url'>,
  names: readonly string[],
): boolean {
  return names.some((name) => {
    if (name === 'anyone, encrypted') return /^(https|wss):/i.test(url ?? '');
    return name.startsWith('.') ? host.endsWith(name) : host === name;
  });
}

/** The same name, or one under it. */
export function isUnder(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function maker(domain: string, source: string): Recipient {
  return { domain, class: 'maker', who: 'Xiaomi', source, date: '2026-11-23' };
}

function processor(domain: string, who: string, source: string): Recipient {
  return { domain, class: 'processor', who, source, date: '2026-11-23' };
}

/** What every Android phone with Google's services speaks to, whoever made it. */
function android(domain: string): Recipient {
  return platform(domain, 'Android', 'support.google.com/work/android/answer/10513641');
}

function push(domain: string): Recipient {
  const source = 'firebase.google.com/docs/cloud-messaging/network-configuration';
  return platform(domain, 'Firebase Cloud Messaging', source);
}

function platform(domain: string, what: string, source: string): Recipient {
  return { domain, class: 'platform', who: `Google (${what})`, source, date: '2026-11-25' };
}

function engine(domain: string, who: string): Recipient {
  return {
    domain,
    class: 'search engine',
    who,
    source: "the engine's own pages",
    date: '2026-11-23',
  };
}
