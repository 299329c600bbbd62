import type { Exchange } from '../../../record/exchange.ts';
import type { JoinedEvent, RequestEvent } from '../reader/events.ts';
import type { Connection } from '../front.ts';
import { isOurHost } from '../sites/pages.ts';
import type { Draft, LineNeeds } from './draft.ts';
import { BLANK, placeOf } from './draft.ts';
import type { Kept } from './kept.ts';
import { kept } from './kept.ts';

/** Joins events into requests with their responses, whatever order they come in, and tells each once it is whole. */
export interface HttpLines {
  begin(event: RequestEvent): void;
  more(event: JoinedEvent): void;
  underWay(): number;
  gone(connection: string): void;
  cut(): void;
}

const MOST_STRANGERS = 256;

export function openHttp(needs: LineNeeds): HttpLines {
  const { clock, budget, openSpool, tell } = needs;
  const open = new Map<string, Open>();
  const early = new Map<string, JoinedEvent[]>();
  const told = new Set<string>();

  const finish = (id: string): void => {
    const one = open.get(id);
    if (!one) return;
    open.delete(id);
    told.add(id);
    forgetOldest(told);
    tell(draftOf(one, clock.now()), one.connection);
  };

  /** Kept for a request that is still to come; what trails behind an exchange already told is dropped. */
  const holdEarly = (event: JoinedEvent): void => {
    if (told.has(event.id)) return;
    const waiting = early.get(event.id) ?? [];
    if (waiting.length < MOST_STRANGERS) waiting.push(event);
    early.set(event.id, waiting);
    forgetOldest(early);
  };

  const more = (event: JoinedEvent): void => {
    const one = open.get(event.id);
    if (!one) {
      holdEarly(event);
      return;
    }
    take(one, event);
    if (event.kind === 'abort' || one.missing.size === 0) finish(event.id);
  };

  return {
    begin: (event) => {
      const connection = needs.connectionAt(event.peerPort);
      open.set(event.id, {
        line: {
          ...lineOf(event),
          ...placeOf(connection),
          id: needs.nextId(),
          at: clock.now(),
        },
        connection,
        websocket: event.websocket,
        request: kept(budget, openSpool),
        response: kept(budget, openSpool),
        missing: new Set(event.websocket ? HANDSHAKE : EXCHANGE),
        answered: false,
        endUnknown: false,
        carriedOver: false,
      });
      const waiting = early.get(event.id) ?? [];
      early.delete(event.id);
      for (const one of waiting) more(one);
    },
    more,
    underWay: () => [...open.values()].filter(({ carriedOver }) => !carriedOver).length,
    gone: (connection) => {
      for (const [id, one] of open) {
        if (one.connection?.id !== connection) continue;
        one.line.aborted = true;
        // The end of what the phone sent was never told: nobody may call this body searched.
        one.endUnknown = one.missing.has('request-bytes');
        finish(id);
      }
    },
    cut: () => {
      for (const one of open.values()) {
        if (one.carriedOver) continue;
        one.carriedOver = true;
        const { line, ...bodies } = draftOf(one, clock.now());
        tell({ line: { ...line, aborted: true }, ...bodies }, one.connection);
      }
    },
  };
}

interface Open {
  readonly line: Exchange;
  readonly connection: Connection | undefined;
  readonly websocket: boolean;
  readonly request: Kept;
  readonly response: Kept;
  /** What has still to come for the exchange to be whole. */
  readonly missing: Set<JoinedEvent['kind']>;
  answered: boolean;
  /** The connection went away before the reader told the last of the request. */
  endUnknown: boolean;
  /** Told as far as it had come when a capture ended; told again when it is whole. */
  carriedOver: boolean;
}

const EXCHANGE = ['request-bytes', 'request-end', 'response-bytes', 'response-end'] as const;
/** A handshake has no bodies. */
const HANDSHAKE = ['response-end'] as const;

function lineOf(event: RequestEvent): Exchange {
  const { host, port, method, httpVersion } = event;
  return {
    ...BLANK,
    kind: 'http',
    host,
    port,
    method,
    url: event.url.replace(/^ws/, 'http'),
    httpVersion,
    requestHeaders: event.headers.map(([name, value]) => [name, value]),
  };
}

/** The reader also says that an aborted body has ended: only `abort` is to be believed about that. */
function take(one: Open, event: JoinedEvent): void {
  switch (event.kind) {
    case 'request-bytes':
      one.request.add(event.bytes);
      if (event.last) one.missing.delete(event.kind);
      break;
    case 'response-bytes':
      one.response.add(event.bytes);
      if (event.last) one.missing.delete(event.kind);
      break;
    case 'request-end':
      one.line.trailers = event.trailers.map(([name, value]) => [name, value]);
      one.missing.delete(event.kind);
      break;
    case 'response':
      one.line.status = event.status;
      one.line.responseHeaders = event.headers.map(([name, value]) => [name, value]);
      break;
    case 'response-end':
      one.missing.delete(event.kind);
      break;
    case 'answered':
      one.answered = true;
      break;
    case 'abort':
      one.line.aborted = true;
      break;
    case 'refused':
      one.line.why = event.why;
      break;
  }
}

function draftOf(one: Open, endedAt: number): Draft {
  const { line, request, response, endUnknown } = one;
  const truncated = { request: request.truncated || endUnknown, response: response.truncated };
  return {
    line: { ...line, endedAt, fabricated: isFabricated(one), truncated },
    requestBody: request.take(),
    responseBody: response.take(),
  };
}

/** A refused handshake is told without saying by whom: a server's own 5xx to one counts as made up. */
function isFabricated({ line, answered, websocket }: Open): boolean {
  if (line.status === null || answered || isOurHost(line.host)) return false;
  return !websocket || line.status >= 500;
}

function forgetOldest(held: Map<string, unknown> | Set<string>): void {
  const [oldest] = held.keys();
  if (held.size > MOST_STRANGERS && oldest !== undefined) held.delete(oldest);
}
