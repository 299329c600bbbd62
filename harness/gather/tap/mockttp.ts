import type { Mockttp } from 'mockttp';
import { generateCACertificate, getLocal } from 'mockttp';
import type { Server } from 'node:net';
import { Server as NetServer, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { WireEvent } from './events.ts';
import { requestEvent, unparsedEvent } from './translate.ts';
import type { Page } from './sites/pages.ts';
import type { Dial } from './way/dial.ts';
import { isOurPeer, portOf } from './way/loopback.ts';
import { carryRaw } from './way/raw.ts';

/** What decrypts: an intercepting proxy on loopback that answers for our own sites and passes the rest on. */
export interface Reader extends AsyncDisposable {
  readonly port: number;
  readonly caPem: string;
}

export interface ReaderNeeds {
  /** Goes into the CA's name, so that a certificate left on a phone says where it came from. */
  readonly device: string;
  /** The proxy on loopback that everything not ours is passed on to, by CONNECT. */
  readonly upstream: string;
  readonly dial: Dial;
  /** Roots (PEM) to be trusted behind us, beside the usual ones. */
  readonly roots: readonly string[];
  readonly ours: (method: string, url: string) => Page | null;
  readonly tell: (event: WireEvent) => void;
}

/** Twice what a page sends: bodies above it reach the events all the same, but not their trailers. */
const MAX_BODY = 16 * 2 ** 20;

export async function openReader(needs: ReaderNeeds): Promise<Reader> {
  const ca = await generateCACertificate({
    subject: { commonName: `Leaklab ${needs.device}`, organizationName: 'Leaklab' },
  });
  const mockttp = getLocal({
    https: { key: ca.key, cert: ca.cert },
    http2: true,
    // It keeps every body in memory otherwise, and empties bodies above the limit without a word.
    recordTraffic: false,
    maxBodySize: MAX_BODY,
    passthrough: ['unknown-protocol'],
    suggestChanges: false,
  });
  const server = narrowed(mockttp);
  carryingRaw(mockttp, needs);
  await listen(mockttp, needs.tell);
  await mockttp.start(0);
  try {
    const port = portOf(server());
    server().prependListener('connection', (socket: unknown) => {
      // The library hands streams from inside a tunnel to the same event; those have no peer of their own.
      if (socket instanceof Socket && socket.constructor === Socket) isOurPeer(socket);
    });
    await addRules(mockttp, needs);
    return {
      port,
      caPem: ca.cert,
      [Symbol.asyncDispose]: () => mockttp.stop(),
    };
  } catch (error) {
    await mockttp.stop();
    throw error;
  }
}

async function addRules(mockttp: Mockttp, { upstream, roots, ours }: ReaderNeeds): Promise<void> {
  const way = {
    proxyConfig: { proxyUrl: upstream },
    additionalTrustedCAs: roots.map((cert) => ({ cert })),
  };
  await mockttp
    .forAnyRequest()
    .withUrlMatching(/^https?:\/\/([^/?#]*\.)?leaklab\.test(:\d+)?([/?#]|$)/)
    .thenCallback(({ method, url }) => {
      const page = ours(method, url);
      return {
        statusCode: page?.status ?? 404,
        headers: Object.fromEntries(page?.headers ?? []),
        body: method === 'HEAD' ? '' : (page?.body ?? ''),
      };
    });
  await mockttp.forUnmatchedRequest().thenPassThrough(way);
  await mockttp.forAnyWebSocket().thenPassThrough(way);
}

/**
 * Never asks a body for its text: the library unpacks without limit. Bodies come by their pieces, as on the wire;
 * what is asked of `request` and `response` is that they have ended, and the trailers.
 */
async function listen(mockttp: Mockttp, tell: (event: WireEvent) => void): Promise<void> {
  await Promise.all([
    mockttp.on('request-initiated', (request) => {
      tell(requestEvent(request, false));
    }),
    mockttp.on('request-body-data', ({ id, content, isEnded }) => {
      tell({ kind: 'request-bytes', id, bytes: content, last: isEnded });
    }),
    mockttp.on('request', ({ id, rawTrailers }) => {
      tell({ kind: 'request-end', id, trailers: rawTrailers });
    }),
    mockttp.on('response-initiated', ({ id, statusCode, rawHeaders }) => {
      tell({ kind: 'response', id, status: statusCode, headers: rawHeaders });
    }),
    mockttp.on('response-body-data', ({ id, content, isEnded }) => {
      tell({ kind: 'response-bytes', id, bytes: content, last: isEnded });
    }),
    mockttp.on('response', ({ id, statusCode, rawHeaders }) => {
      // A WebSocket that was turned down is told of here only.
      tell({ kind: 'response', id, status: statusCode, headers: rawHeaders });
      tell({ kind: 'response-end', id });
    }),
    mockttp.on('rule-event', ({ requestId, eventType }) => {
      if (eventType === 'passthrough-response-head') tell({ kind: 'answered', id: requestId });
    }),
    mockttp.on('abort', ({ id }) => {
      tell({ kind: 'abort', id });
    }),
    mockttp.on('websocket-request', (request) => {
      tell(requestEvent(request, true));
    }),
    mockttp.on('websocket-accepted', ({ id, statusCode, rawHeaders }) => {
      tell({ kind: 'answered', id });
      tell({ kind: 'response', id, status: statusCode, headers: rawHeaders });
      tell({ kind: 'response-end', id });
    }),
    mockttp.on('websocket-message-received', ({ streamId, content }) => {
      tell({ kind: 'frame', id: streamId, direction: 'up', bytes: content });
    }),
    mockttp.on('websocket-message-sent', ({ streamId, content }) => {
      tell({ kind: 'frame', id: streamId, direction: 'down', bytes: content });
    }),
    mockttp.on('tls-client-error', ({ remotePort, tlsMetadata, failureCause }) => {
      const host = (tlsMetadata.sniHostname ?? '').toLowerCase();
      tell({ kind: 'tls-error', peerPort: remotePort ?? 0, host, why: failureCause });
    }),
    mockttp.on('client-error', ({ errorCode, request }) => {
      tell(unparsedEvent(errorCode, request));
    }),
  ]);
}

/**
 * The library listens on every interface and has no option against it. The server that it is about to start is
 * caught as it is stored, and its `listen` narrowed to loopback; nothing global is touched.
 */
function narrowed(mockttp: Mockttp): () => Server {
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
      server = made;
    },
  });
  return () => {
    if (!(server instanceof NetServer)) throw new Error('the library keeps its server elsewhere');
    return server;
  };
}

/**
 * The library connects streams that are not HTTP by itself, past the proxy that everything else is passed on to,
 * and with the usual roots only. They are carried by us instead.
 */
function carryingRaw(mockttp: Mockttp, { dial, roots, tell }: ReaderNeeds): void {
  if (typeof Reflect.get(mockttp, 'passthroughSocket') !== 'function') {
    throw new Error('the library carries raw streams in another way');
  }
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
        { dial, roots, tell },
      );
    },
  });
}
