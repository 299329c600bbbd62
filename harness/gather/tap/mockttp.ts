import type { Mockttp } from 'mockttp';
import { getLocal, matchers, requestSteps, RulePriority, webSocketSteps } from 'mockttp';
import { getCA } from 'mockttp/dist/util/certificates';
import ips from 'mockttp/dist/util/ip-utils';
import urls from 'mockttp/dist/util/url';
import { LastTunnelAddress, UpstreamConnectionAgents } from 'mockttp/dist/util/socket-extensions';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { makeRunAuthority } from './reader/authority.ts';
import type { WireEvent } from './reader/events.ts';
import type { Pressure } from './lines/pressure.ts';
import {
  carryingRaw,
  knowingAddresses,
  narrowed,
  seeingNoLoops,
  tlsServerOf,
  watching,
} from './reader/beside.ts';
import { showCertificates } from './reader/contexts.ts';
import { countBuffersWithHeap } from './reader/garbage.ts';
import { quietOldParser } from './reader/old-parser.ts';
import { goOutBy } from './reader/upstream.ts';
import { requestEvent, unparsedEvent } from './reader/translate.ts';
import type { Page } from './sites/pages.ts';
import type { Dial } from './way/dial.ts';
import { isOurPeer, portOf } from './way/loopback.ts';

/** What decrypts: an intercepting proxy on loopback that answers for our own sites and passes the rest on. */
export interface Reader extends AsyncDisposable {
  readonly port: number;
  readonly caPem: string;
  /**
   * Reads a connection that was accepted elsewhere; what had been read of it is put back first. `to` is where it was
   * going, where it does not say so itself.
   */
  take(socket: Socket, to?: { readonly host: string; readonly port: number }): void;
}

export interface ReaderNeeds {
  /** Goes into the CA's name, so that a certificate left on a phone says where it came from. */
  readonly device: string;
  /** When its certificate is made, in ms since the epoch. */
  readonly now: number;
  /** So far on the phone's clock will be set: it must believe the certificate then as well. */
  readonly daysAhead?: number;
  /** The one way out, for everything that is not ours. */
  readonly dial: Dial;
  /** Roots (PEM) to be trusted behind us, beside the usual ones. */
  readonly roots: readonly string[];
  readonly ours: (method: string, url: string) => Page | null;
  /** Hosts that `ours` answers for. */
  readonly isOurs: (host: string) => boolean;
  /** Answers for everybody else as well for as long as `holds`: nothing goes out then. Null: everybody else is asked. */
  readonly others: { answer(method: string, url: string): Page; holds(): boolean } | null;
  readonly tell: (event: WireEvent) => void;
  /** Told the secrets of the phone's TLS connections, as lines of a key log. */
  readonly secret?: (line: string) => void;
  /** Told when the library ends by itself: from here on nothing is read. */
  readonly fell?: () => void;
  readonly pressure: Pressure;
}

/** The library is to keep no body: it drops one above the limit as it comes. */
const MAX_BODY = 1;

knowingAddresses(urls, ips);
quietOldParser();

/** A proxy that is not there: the library looks for the agent that leads to it, and finds ours under its name. */
const NOWHERE = 'http://127.0.0.1:9';
const WAY = `proxy:${JSON.stringify({ url: NOWHERE })}`;

export async function openReader(needs: ReaderNeeds): Promise<Reader> {
  countBuffersWithHeap();
  const ca = await makeRunAuthority(needs.device, needs.now, needs.daysAhead ?? 0);
  const mockttp = getLocal({
    https: { key: ca.key, cert: ca.cert },
    http2: true,
    recordTraffic: false,
    maxBodySize: MAX_BODY,
    passthrough: ['unknown-protocol'],
    suggestChanges: false,
  });
  const server = narrowed(mockttp);
  carryingRaw(mockttp, needs);
  const handshakes = new Set<string>();
  /** Of handshakes that the library has not told of yet: why they were not led on. */
  const unled = new Map<string, string>();
  const refused = (id: string, why: string): void => {
    if (handshakes.has(id)) needs.tell({ kind: 'refused', id, why });
    else unled.set(id, why);
  };
  watching(mockttp, {
    ...needs,
    goOut: goOutBy(needs.dial, { property: UpstreamConnectionAgents, name: WAY }, refused),
    turnedDown: (id, status, headers) => {
      handshakes.delete(id);
      needs.tell({ kind: 'response', id, status, headers });
      needs.tell({ kind: 'response-end', id });
    },
  });
  await listen(mockttp, needs.tell, { handshakes, unled });
  await mockttp.start(0);
  const taken = new Set<Socket>();
  let ours = false;
  try {
    const port = portOf(server());
    server().once('close', () => {
      if (!ours) needs.fell?.();
    });
    const certify = await getCA({ key: ca.key, cert: ca.cert });
    const tls = tlsServerOf(server());
    showCertificates(tls, (host) => certify.generateCertificate(host));
    tls.on('keylog', (line: Buffer) => {
      needs.secret?.(line.toString('latin1'));
    });
    server().prependListener('connection', (socket: unknown) => {
      // The library hands streams from inside a tunnel to the same event; those have no peer of their own.
      if (!(socket instanceof Socket) || socket.constructor !== Socket) return;
      if (!taken.has(socket)) isOurPeer(socket);
    });
    await addRules(mockttp, needs);
    return {
      port,
      caPem: ca.cert,
      take: (socket, to) => {
        if (to) Reflect.set(socket, LastTunnelAddress, `${to.host}:${String(to.port)}`);
        // The library hangs a few listeners onto it for each layer that it takes off.
        socket.setMaxListeners(0);
        taken.add(socket);
        socket.once('close', () => taken.delete(socket));
        server().emit('connection', socket);
      },
      [Symbol.asyncDispose]: async () => {
        ours = true;
        // The library loses count of sockets that close while it is closing them.
        const closed = [...taken].map((socket) => once(socket.destroy(), 'close'));
        await Promise.all(closed);
        if (server().listening) await mockttp.stop();
      },
    };
  } catch (error) {
    await mockttp.stop();
    throw error;
  }
}

async function addRules(
  mockttp: Mockttp,
  { roots, ours, isOurs, others }: ReaderNeeds,
): Promise<void> {
  const way = { proxyConfig: { proxyUrl: NOWHERE } };
  await mockttp.addRequestRules({
    matchers: [new When(isOurs)],
    steps: [new requestSteps.CallbackStep(({ method, url }) => replyOf(method, ours(method, url)))],
  });
  // Whoever tells a host of ours anything over a WebSocket is listened to, and told nothing.
  const trusted = { ...way, additionalTrustedCAs: roots.map((cert) => ({ cert })) };
  await mockttp.addWebSocketRules(
    { matchers: [new When(isOurs)], steps: [new webSocketSteps.ListenWebSocketStep()] },
    {
      matchers: [new When((host) => !isOurs(host))],
      steps: [new webSocketSteps.PassThroughWebSocketStep(trusted)],
    },
  );
  if (others) {
    const step = new requestSteps.CallbackStep(({ method, url }) =>
      replyOf(method, others.answer(method, url)),
    );
    await mockttp.addRequestRules({
      matchers: [new When((host) => others.holds() && !isOurs(host))],
      steps: [step],
    });
  }
  await mockttp.addRequestRules({
    priority: RulePriority.FALLBACK,
    matchers: [new matchers.WildcardMatcher()],
    steps: [trusting(new requestSteps.PassThroughStep(way), roots)],
  });
  seeingNoLoops(mockttp);
}

/**
 * Requests to hosts of which it says so; asked of each without waiting for its body. Of two rules that fit, the library
 * takes each in turn. Its own ways to ask remember every address for ever.
 */
class When extends matchers.HostnameMatcher {
  readonly #says: (host: string) => boolean;

  constructor(says: (host: string) => boolean) {
    super('any');
    this.#says = says;
  }

  override matches({ url }: Parameters<matchers.HostnameMatcher['matches']>[0]): boolean {
    const [, host = ''] = /^(?:https?|wss?):\/\/(?:[^/?#@]*@)?([^/?#:]*)/i.exec(url) ?? [];
    return this.#says(host.toLowerCase());
  }
}

function replyOf(
  method: string,
  page: Page | null,
): { statusCode: number; headers: Record<string, string>; body: Buffer | string } {
  return {
    statusCode: page?.status ?? 404,
    headers: Object.fromEntries(page?.headers ?? []),
    body: method === 'HEAD' ? '' : (page?.body ?? ''),
  };
}

/**
 * Behind us a world believes its own roots alone. The library adds the usual ones, and reads all of them again for every
 * connection: 10 ms each, in which nothing else is heard. Should it come to ask in another way, it asks for those.
 */
function trusting(
  step: requestSteps.PassThroughStep,
  roots: readonly string[],
): requestSteps.PassThroughStep {
  if (roots.length === 0) return step;
  return Object.assign(step, { trustedCACertificates: () => Promise.resolve(roots) });
}

/**
 * What is not told from the streams themselves. Never asks a body for its text: the library unpacks without limit.
 * Of requests and answers it tells only what belongs to a WebSocket.
 */
async function listen(
  mockttp: Mockttp,
  tell: (event: WireEvent) => void,
  { handshakes, unled }: { handshakes: Set<string>; unled: Map<string, string> },
): Promise<void> {
  await Promise.all([
    mockttp.on('websocket-request', (request) => {
      handshakes.add(request.id);
      tell(requestEvent(request, true));
      const why = unled.get(request.id);
      if (unled.delete(request.id)) tell({ kind: 'refused', id: request.id, why: why ?? '' });
    }),
    mockttp.on('abort', ({ id }) => {
      if (handshakes.delete(id)) tell({ kind: 'abort', id });
    }),
    mockttp.on('websocket-accepted', ({ id, statusCode, rawHeaders }) => {
      tell({ kind: 'answered', id });
      tell({ kind: 'response', id, status: statusCode, headers: rawHeaders });
      tell({ kind: 'response-end', id });
    }),
    mockttp.on('websocket-close', ({ streamId }) => {
      handshakes.delete(streamId);
    }),
    mockttp.on('websocket-message-received', ({ streamId, content }) => {
      tell({ kind: 'frame', id: streamId, direction: 'up', bytes: content, truncated: false });
    }),
    mockttp.on('websocket-message-sent', ({ streamId, content }) => {
      tell({ kind: 'frame', id: streamId, direction: 'down', bytes: content, truncated: false });
    }),
    mockttp.on('tls-client-error', ({ remotePort, tlsMetadata, failureCause }) => {
      const host = (tlsMetadata.sniHostname ?? '').toLowerCase();
      tell({ kind: 'tls-error', peerPort: remotePort ?? 0, host, why: failureCause });
    }),
    mockttp.on('client-error', ({ errorCode, request }) => {
      tell(unparsedEvent(errorCode, request));
    }),
    // Asked for so that the library says when a server has answered: `watching` hears of it at once.
    mockttp.on('rule-event', () => undefined),
  ]);
}
