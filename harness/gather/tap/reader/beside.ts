import type { Server } from 'node:net';
import { isIPv6, Server as NetServer } from 'node:net';
import { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';
import type { Headers, WireEvent } from './events.ts';
import { pairsOf } from './events.ts';
import type { Pressure } from '../lines/pressure.ts';
import type { CarryNeeds } from '../way/raw.ts';
import { isOurHost } from '../sites/pages.ts';
import { NotLedOn } from '../way/closed.ts';
import { portOf } from '../way/loopback.ts';
import { carryRaw } from '../way/raw.ts';
import { boundWebSocket } from './sockets.ts';
import type { Watched } from './watch.ts';
import { watchExchange } from './watch.ts';

/*
 * The places inside the library where it has no option for what a tap needs. Each is looked for by name and refused
 * when it is not there: another version of the library must not run as if nothing had changed.
 */

/**
 * The library listens on every interface and has no option against it. The server that it is about to start is
 * caught as it is stored, and its `listen` narrowed to loopback; nothing global is touched.
 */
export function narrowed(mockttp: object): () => Server {
  let server: unknown;
  Object.defineProperty(mockttp, 'server', {
    configurable: true,
    get: () => server,
    set: (made: unknown) => {
      if (!(made instanceof NetServer))
        throw new Error('the library started another kind of server');
      const listen = made.listen.bind(made);
      Object.defineProperty(made, 'listen', {
        value: (port: number) => listen({ port, host: '127.0.0.1' }),
      });
      // It asks the kernel for its port with each request.
      made.once('listening', () => {
        Object.defineProperty(mockttp, 'port', { configurable: true, value: portOf(made) });
      });
      server = made;
    },
  });
  return () => {
    if (!(server instanceof NetServer)) throw new Error('the library keeps its server elsewhere');
    return server;
  };
}

/** Puts us beside the streams of every exchange, at the places where the library takes them up. */
export function watching(
  mockttp: object,
  {
    tell,
    pressure,
    goOut,
    turnedDown,
  }: {
    tell: (event: WireEvent) => void;
    pressure: Pressure;
    goOut: (request: object, handshake: string | null) => void;
    turnedDown: (handshake: string, status: number, headers: Headers) => void;
  },
): void {
  /** Of the request that is being taken up at this moment. */
  let answer: unknown = null;
  const begun = new Map<string, Watched>();
  const handle = method(mockttp, 'handleRequest');
  Object.defineProperty(mockttp, 'app', {
    value: (request: object, response: unknown) => {
      answer = response;
      handle(request, response);
      answer = null;
    },
  });
  const prepare = method(mockttp, 'preprocessRequest');
  Object.defineProperty(mockttp, 'preprocessRequest', {
    value: (request: object, type: unknown, ...more: unknown[]): unknown => {
      const prepared = prepare(request, type, ...more);
      // Null: it could not be understood, and `client-error` says so.
      if (typeof prepared !== 'object' || prepared === null) return prepared;
      goOut(prepared, type === 'websocket' ? String(Reflect.get(prepared, 'id')) : null);
      if (type === 'request') {
        const watched = watchExchange(prepared, answer, { tell, pressure });
        begun.set(watched.id, watched);
        watched.answer.once('close', () => begun.delete(watched.id));
      }
      return prepared;
    },
  });
  method(mockttp, 'announceRuleEventAsync');
  Object.defineProperty(mockttp, 'announceRuleEventAsync', {
    value: (_emitter: unknown, id: string, _rule: unknown, type: unknown, data: unknown) => {
      if (type === 'passthrough-response-head') tell({ kind: 'answered', id });
      // The library would write its own words into what a server left half-finished.
      if (type !== 'passthrough-abort') return;
      const why = refusalIn(data);
      if (why !== null) tell({ kind: 'refused', id, why });
      begun.get(id)?.breakOff();
    },
  });
  // Told by itself of WebSockets that were turned down; asked to, it would collect the body of every answer.
  method(mockttp, 'announceResponseAsync');
  Object.defineProperty(mockttp, 'announceResponseAsync', {
    value: (_emitter: unknown, answer: unknown) => {
      const of = (name: string): unknown =>
        typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;
      turnedDown(String(of('id')), Number(of('statusCode')), pairsOf(of('rawHeaders')));
    },
  });
  const track = method(mockttp, 'trackWebSocketEvents');
  Object.defineProperty(mockttp, 'trackWebSocketEvents', {
    value: (emitter: unknown, request: { id: string; url: string }, socket: Duplex) => {
      track(emitter, request, socket);
      socket.once('ws-upgrade', (end: unknown) => {
        const alone = isOurHost(URL.parse(request.url)?.hostname ?? '');
        boundWebSocket(end, request.id, { tell, pressure, alone });
      });
    },
  });
}

/**
 * The library takes an IPv6 address without a port apart at its last colon, and does not know one that ends in an IPv4
 * address: requests to either would go astray, or count as none. `urls` and `ips` are its modules; done once.
 */
export function knowingAddresses(urls: object, ips: object): void {
  const destination = method(urls, 'getDestination');
  const portFor = method(urls, 'getDefaultPort');
  method(ips, 'isIPv6Address');
  Reflect.set(urls, 'getDestination', (protocol: unknown, host: string) =>
    destination(protocol, host.endsWith(']') ? `${host}:${String(portFor(protocol))}` : host),
  );
  Reflect.set(ips, 'isIPv6Address', isIPv6);
}

/**
 * The library takes a phone for itself when both happen to have the same port, which on one address is a matter of
 * time, and answers in the server's place. That nobody comes back to us is seen to where connections are opened.
 */
export function seeingNoLoops(mockttp: object): void {
  const sets: unknown = Reflect.get(mockttp, 'requestRuleSets');
  const rules = Object.values(typeof sets === 'object' && sets !== null ? sets : {}).flat();
  const steps = rules.flatMap((rule: unknown): unknown[] => {
    const its: unknown = typeof rule === 'object' && rule !== null && Reflect.get(rule, 'steps');
    return Array.isArray(its) ? its : [];
  });
  const outgoing = steps.flatMap((step): Set<unknown>[] => {
    const its: unknown =
      typeof step === 'object' && step !== null && Reflect.get(step, 'outgoingSockets');
    return its instanceof Set ? [its] : [];
  });
  if (outgoing.length === 0) throw new Error('the library looks for loops in another way');
  // It looks through them for nothing else.
  const none = (): Iterator<unknown> => [].values();
  for (const one of outgoing) Object.defineProperty(one, Symbol.iterator, { value: none });
}

/** What the library was told when it was not led on. */
function refusalIn(data: unknown): string | null {
  const error: unknown = typeof data === 'object' && data !== null && Reflect.get(data, 'error');
  if (typeof error !== 'object' || error === null) return null;
  return Reflect.get(error, 'code') === REFUSED ? String(Reflect.get(error, 'message')) : null;
}

const REFUSED = new NotLedOn().code;

/** A method of the library that is about to be stood beside: gone in another version, which must then not run. */
function method(mockttp: object, name: string): (...args: unknown[]) => unknown {
  const found: unknown = Reflect.get(mockttp, name);
  if (typeof found !== 'function') throw new Error(`the library has no ${name} any more`);
  return (...args): unknown => Reflect.apply(found, mockttp, args);
}

export function tlsServerOf(server: Server): TlsServer {
  const tls: unknown = Reflect.get(server, '_tlsServer');
  if (!(tls instanceof TlsServer)) throw new Error('the library keeps its TLS server elsewhere');
  return tls;
}

/**
 * The library connects streams that are not HTTP by itself, past the proxy that everything else is passed on to,
 * and with the usual roots only. They are carried by us instead.
 */
export function carryingRaw(mockttp: object, needs: CarryNeeds): void {
  method(mockttp, 'passthroughSocket');
  let count = 0;
  Object.defineProperty(mockttp, 'passthroughSocket', {
    value: (_type: unknown, stream: unknown, host: unknown, port: unknown) => {
      if (!(stream instanceof Duplex)) return;
      const peerPort: unknown = Reflect.get(stream, 'remotePort');
      count += 1;
      void carryRaw(
        stream,
        {
          id: `raw-${String(count)}`,
          peerPort: typeof peerPort === 'number' ? peerPort : 0,
          host: String(host).toLowerCase(),
          port: Number(port),
        },
        needs,
      );
    },
  });
}
