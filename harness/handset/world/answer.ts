import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HOSTS } from './sites/hosts.ts';
import type { Answer, Asked } from './sites/route.ts';

/** One request as the world received it: the ground truth that a capture is held against. */
export interface Received {
  readonly at: number;
  readonly host: string;
  /** Of a request; else RAW, WEBSOCKET, DNS or QUIC. */
  readonly method: string;
  /** With the query, as it came. */
  readonly path: string;
  readonly body: { readonly sha256: string; readonly bytes: number };
  readonly status: number;
}

/** What came in another way than as a request, as a line of the same log. */
export function receivedBytes(
  { at, host, method }: Pick<Received, 'at' | 'host' | 'method'>,
  bytes: Buffer,
): Received {
  const body = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  return { at, host, method, path: '', body, status: 0 };
}

const MOST_KEPT = 65_536;

/** Answers one request for a host of the world, whatever it says, and tells what came. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { now, received }: { now: () => number; received: (line: Received) => void },
): Promise<void> {
  const at = now();
  const method = request.method ?? 'GET';
  const target = targetOf(request);
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) continue;
      hash.update(chunk);
      if (bytes < MOST_KEPT) kept.push(chunk);
      bytes += chunk.length;
    }
  } catch {
    // The asker went away in the middle: what came of it is on record below.
  }
  const host = target?.hostname ?? '';
  const found = target
    ? answerOf(target, method, request, Buffer.concat(kept).subarray(0, MOST_KEPT))
    : { status: 400 };
  received({
    at,
    host,
    method,
    path: target ? request.url?.replace(/^https?:\/\/[^/?#]*/i, '') || '/' : '',
    body: { sha256: hash.digest('hex'), bytes },
    status: found.status,
  });
  response.writeHead(found.status, {
    ...(found.type !== undefined && { 'content-type': found.type }),
    'cache-control': 'no-store',
    ...found.headers,
  });
  response.end(found.body);
}

/** Absolute in a request to a proxy, otherwise from the Host header. */
function targetOf(request: IncomingMessage): URL | undefined {
  const url = request.url ?? '';
  const absolute = /^https?:\/\//i.test(url) ? url : `http://${request.headers.host ?? ''}${url}`;
  return URL.canParse(absolute) ? new URL(absolute) : undefined;
}

function answerOf(target: URL, method: string, request: IncomingMessage, body: Buffer): Answer {
  const routes = HOSTS.get(target.hostname);
  if (!routes)
    return { status: 502, type: 'text/plain', body: `no such host: ${target.hostname}\n` };
  const asked: Asked = {
    method,
    path: target.pathname,
    query: target.searchParams,
    body,
    headers: new Map(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        [value ?? ''].flat().join(', '),
      ]),
    ),
  };
  for (const route of routes) {
    const found = route(asked);
    if (found) return found;
  }
  return { status: 404, type: 'text/plain', body: 'not found\n' };
}
