import type { EventEmitter } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { constants, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Readable } from 'node:stream';
import type { Headers, WireEvent } from './events.ts';
import { pairsOf } from './events.ts';
import type { Pressure } from '../lines/pressure.ts';
import { tee } from '../way/tee.ts';
import type { Described } from './translate.ts';
import { requestEvent } from './translate.ts';

export interface Watch {
  readonly tell: (event: WireEvent) => void;
  readonly pressure: Pressure;
}

export interface Watched {
  readonly id: string;
  readonly answer: EventEmitter;
  /** The server has left its answer unfinished: so does ours, where it has begun. */
  breakOff(): void;
}

/**
 * Tells of one exchange from the very streams that it passes through: byte for byte, at once, in order, and no
 * faster than the disk takes it. The library's own body events hold pieces back, copy them over and over, and
 * collect whole bodies in memory.
 */
export function watchExchange(request: unknown, response: unknown, watch: Watch): Watched {
  if (!isRequest(request) || !isResponse(response)) {
    throw new Error('the library hands requests over in another way');
  }
  watch.tell(requestEvent(request, false));
  const { id } = request;
  const body = watchRequest(request, id, watch);
  watchResponse(response, id, watch);
  // Whoever answered without wanting the body still has it told.
  response.once('close', () => body.resume());
  return {
    id,
    answer: response,
    breakOff: () => {
      if (!response.headersSent) return;
      if (response instanceof ServerResponse) response.destroy();
      else response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    },
  };
}

/** The body, as everybody behind us gets it. */
function watchRequest(request: Incoming, id: string, { tell, pressure }: Watch): Readable {
  const told = (trailers: Headers): void => {
    tell({ kind: 'request-bytes', id, bytes: NONE, last: true });
    tell({ kind: 'request-end', id, trailers });
  };
  // Most ask without a body: nothing passes that would have to be listened to.
  if (isBare(request)) {
    request.once('end', () => {
      told([]);
    });
    return handedOver(request, request);
  }
  const late: (readonly [string, string])[] = [];
  if (request instanceof Http2ServerRequest) {
    // The library shadows the place where Node puts them.
    request.stream.on('trailers', (_named, _flags, raw: string[]) => late.push(...inPairs(raw)));
  }
  const body = tee((bytes) => {
    tell({ kind: 'request-bytes', id, bytes, last: false });
  }, pressure);
  body.once('finish', () => {
    told(request instanceof Http2ServerRequest ? late : trailersOf(request));
  });
  body.on('error', () => undefined);
  request.once('close', () => {
    if (!request.readableEnded) body.destroy(new Error('the phone broke off'));
  });
  request.pipe(body);
  return handedOver(request, body);
}

/** The library takes the body from here. */
function handedOver(request: Incoming, body: Readable): Readable {
  const library: unknown = Reflect.get(request, 'body');
  if (typeof library !== 'object' || library === null)
    throw new Error('the library keeps bodies elsewhere');
  Object.assign(library, { asStream: () => body, asBuffer: () => drained(body) });
  return body;
}

/** Nothing follows its head: it says no length and no coding (RFC 9112 §6.3), or its stream ended with it. */
function isBare(request: Incoming): boolean {
  if (request instanceof Http2ServerRequest) return request.stream.endAfterHeaders;
  return !BODY_HEADERS.some((name) => name in request.headers);
}

const BODY_HEADERS = ['content-length', 'transfer-encoding', 'upgrade', 'expect'] as const;

function watchResponse(response: Outgoing, id: string, { tell, pressure }: Watch): void {
  let ending = false;
  const bytesOf = ([chunk]: readonly unknown[]): void => {
    if (ending) return;
    if (typeof chunk === 'string') tellBytes(Buffer.from(chunk));
    else if (chunk instanceof Uint8Array) tellBytes(chunk);
  };
  const tellBytes = (bytes: Uint8Array): void => {
    tell({ kind: 'response-bytes', id, bytes, last: false });
  };
  around(response, 'writeHead', (go, [status]) => {
    const headers = headersOf(response);
    tell({ kind: 'response', id, status: Number(status), headers });
    return go();
  });
  around(response, 'write', (go, args) => {
    bytesOf(args);
    const took = go();
    // A phone that has not taken it all says so itself: to say it earlier would heap up whatever comes after.
    if (took === false || !pressure.high) return took;
    pressure.whenRoom(() => response.emit('drain'));
    return false;
  });
  standFast(response, 'write');
  around(response, 'end', (go, args) => {
    bytesOf(args);
    // The answer may write its last bytes through `write`.
    ending = true;
    return go();
  });
  response.once('close', () => {
    if (isWhole(response)) {
      tell({ kind: 'response-bytes', id, bytes: NONE, last: true });
      tell({ kind: 'response-end', id });
    } else tell({ kind: 'abort', id });
  });
}

type Incoming = (IncomingMessage | Http2ServerRequest) & Described;
type Outgoing = ServerResponse | Http2ServerResponse;

const NONE = new Uint8Array(0);

function isRequest(value: unknown): value is Incoming {
  if (!(value instanceof IncomingMessage || value instanceof Http2ServerRequest)) return false;
  const [first]: unknown[] = value.rawHeaders;
  return 'id' in value && 'destination' in value && (first === undefined || Array.isArray(first));
}

function isResponse(value: unknown): value is Outgoing {
  return value instanceof ServerResponse || value instanceof Http2ServerResponse;
}

/** Node also says of a broken HTTP/2 stream that it has finished. */
function isWhole(response: Outgoing): boolean {
  if (response instanceof ServerResponse) return response.writableFinished;
  return response.writableEnded && response.stream.rstCode === 0;
}

/** As the library is about to send them; only it knows their order. */
function headersOf(response: Outgoing): Headers {
  const raw: unknown = Reflect.get(response, 'getRawHeaders');
  return pairsOf(typeof raw === 'function' ? Reflect.apply(raw, response, []) : []);
}

/** The library has made pairs of them by the time the body ends. */
function trailersOf(request: Incoming): Headers {
  return pairsOf(request.rawTrailers);
}

function inPairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : []));
}

function around(
  target: object,
  name: string,
  instead: (go: () => unknown, args: readonly unknown[]) => unknown,
): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') throw new Error(`an answer has no ${name}`);
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    value: (...args: unknown[]): unknown =>
      instead((): unknown => Reflect.apply(original, target, args), args),
  });
}

/**
 * Keeps the library from standing in between once more: what it would stand there with is a copy of every body, which
 * nobody reads, and which is held until the answer has ended.
 */
function standFast(target: object, name: 'write'): void {
  Object.defineProperty(target, OURS, { value: Reflect.get(target, name) });
  Object.defineProperty(target, name, STANDING);
}

const OURS = Symbol('write');
/** One pair for all answers: a pair for each would make each an object of a shape of its own, which V8 is slow with. */
const STANDING = {
  get(this: object): unknown {
    return Reflect.get(this, OURS);
  },
  set: (): void => undefined,
};

/** For an answer of ours, which wants no body: read to its end and never held. */
async function drained(body: Readable): Promise<Buffer> {
  for await (const bytes of body) void bytes;
  return Buffer.alloc(0);
}
