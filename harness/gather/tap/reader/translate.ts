import type { Headers, RequestEvent, UnparsedEvent } from './events.ts';

/** A request as the reader's library describes it. */
export interface Described {
  readonly id: string;
  readonly remotePort?: number;
  readonly httpVersion: string;
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly destination: { readonly hostname: string; readonly port: number };
  readonly rawHeaders: Headers;
}

export function requestEvent(request: Described, websocket: boolean): RequestEvent {
  const url = urlAsSent(request.url, request.path);
  return {
    kind: 'request',
    id: request.id,
    peerPort: request.remotePort ?? 0,
    websocket,
    method: request.method,
    url,
    host: hostOf(url, request.destination.hostname),
    port: request.destination.port,
    httpVersion: request.httpVersion,
    headers: request.rawHeaders,
  };
}

export function unparsedEvent(
  code: string | undefined,
  request: {
    readonly remotePort?: number;
    readonly method?: string;
    readonly url?: string;
    readonly rawHeaders: Headers;
  },
): UnparsedEvent {
  return {
    kind: 'unparsed',
    peerPort: request.remotePort ?? 0,
    code: code ?? 'unknown',
    guess: {
      method: request.method ?? null,
      url: request.url ?? null,
      headers: request.rawHeaders,
    },
  };
}

/** The library rewrites a path as browsers do (`/a/../b` becomes `/b`); a canary is looked for in what was sent. */
function urlAsSent(url: string, path: string): string {
  if (url.endsWith(path)) return url;
  const origin = /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? '';
  return `${origin}${path}`;
}

/** The name the request goes by; the address of its tunnel where it has none. */
function hostOf(url: string, destination: string): string {
  const host = URL.parse(url)?.hostname ?? destination;
  return host.toLowerCase().replace(/^\[|\]$/g, '');
}
