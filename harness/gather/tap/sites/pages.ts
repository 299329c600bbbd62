/** Our own domain and everything below it: not in the public DNS (RFC 6761), served by the tap itself. */
export const DOMAIN = 'leaklab.test';
const VISITED = `visited.${DOMAIN}`;
const KNOWN_LEAK = `known-leak.${DOMAIN}`;
/** What our own app on a phone sends to: `<way>.known.leaklab.test`. */
export const KNOWN = `.known.${DOMAIN}`;
const BEACON = /^([a-z0-9-]{1,63})\.beacon\.leaklab\.test$/;

export interface Page {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** One look at a page of ours. */
export interface Visit {
  readonly method: string;
  /** By our own name, whichever name it was asked for under. */
  readonly host: string;
  /** The domain it was asked for under, where its links lead as well. */
  readonly domain: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

export function isOurHost(host: string): boolean {
  return host === DOMAIN || host.endsWith(`.${DOMAIN}`);
}

/** The visit that a URL of ours stands for; null when it is none. `domain`: a public one of ours (`ownName`). */
export function visitOf(method: string, url: string, domain = DOMAIN): Visit | null {
  const parsed = URL.parse(url);
  if (!parsed) return null;
  const { hostname, pathname, searchParams } = parsed;
  const ours = isOurHost(hostname);
  const host = ours ? hostname : ownName(hostname, domain);
  if (host === null) return null;
  return {
    ...{ method, host, domain: ours ? DOMAIN : domain },
    ...{ path: pathname, query: searchParams },
  };
}

/** Our own name of a host under a domain of ours; null where it is none of it. */
export function ownName(host: string, domain: string): string | null {
  if (host === domain) return DOMAIN;
  return host.endsWith(`.${domain}`) ? `${host.slice(0, -domain.length)}${DOMAIN}` : null;
}

/** The beacon that our second host is told of in this visit: the known leak. */
export function reportedBeacon({ host, path, query }: Visit): string | null {
  return host === KNOWN_LEAK && path === '/seen' ? query.get('page') : null;
}

/** What a host of ours answers. `titles`: the title of a visited page, by its path. */
export function pageOf(visit: Visit, titles: ReadonlyMap<string, string>): Page {
  const { host, path } = visit;
  if (host === KNOWN_LEAK && path === '/seen') return page('image/gif', GIF);
  const part = host === VISITED ? PARTS.get(path) : undefined;
  if (part) return page(...part);
  if (path === '/favicon.ico') return page('image/gif', GIF);
  const beacon = BEACON.exec(host)?.[1];
  if (beacon !== undefined && path === '/') return html('Beacon', beaconBody(beacon, visit.domain));
  if (host === VISITED) return html(titles.get(path) ?? 'A page', VISITED_BODY, VISITED_HEAD);
  return html('Leaklab', '<p>This host belongs to an experiment.</p>');
}

function html(title: string, body: string, head = ''): Page {
  const text =
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width">' +
    `<title>${escaped(title)}</title>${head}</head>\n<body><h1>${escaped(title)}</h1>\n${body}\n</body></html>\n`;
  return page('text/html; charset=utf-8', Buffer.from(text));
}

function page(type: string, body: Buffer): Page {
  return {
    status: 200,
    headers: [
      ['Content-Type', type],
      ['Content-Length', String(body.length)],
      ['Cache-Control', 'no-store'],
    ],
    body,
  };
}

/** The known leak: this page tells a second host of ours that it was opened, as a tracking pixel does. */
function beaconBody(beacon: string, domain: string): string {
  return `<p>Open.</p><img src="https://known-leak.${domain}/seen?page=${beacon}" width="1" height="1" alt="">`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${String(char.charCodeAt(0))};`);
}

/** A picture of one transparent pixel (GIF89a). */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const VISITED_HEAD =
  '<link rel="stylesheet" href="/assets/plain.css"><script src="/assets/quiet.js"></script>';
const VISITED_BODY = '<p>A page like any other.</p><img src="/assets/dot.gif" alt="">';
const PARTS: ReadonlyMap<string, readonly [string, Buffer]> = new Map([
  ['/assets/dot.gif', ['image/gif', GIF] as const],
  ['/assets/quiet.js', ['text/javascript', Buffer.from('void 0;\n')] as const],
  ['/assets/plain.css', ['text/css', Buffer.from('body { margin: 2em; }\n')] as const],
]);
