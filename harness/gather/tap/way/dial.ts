import { lookup } from 'node:dns';
import { once } from 'node:events';
import type { LookupFunction, Socket } from 'node:net';
import { connect, isIP } from 'node:net';
import { closedTo, isClosed, NotLedOn } from './closed.ts';
import { collect, connectAnswer } from './head.ts';

/** Opens a connection to a host as the phone named it. Rejects when it cannot be had. */
export type Dial = (host: string, port: number) => Promise<Socket>;

const PATIENCE_MS = 20_000;
/** Small pieces are handed on as they come: two that wait for each other's receipt stand still for 40 ms. */
const SOCKET = { allowHalfOpen: true, noDelay: true } as const;

/**
 * Straight to the host, but never to this machine or the network it stands in: a page must not reach the lab
 * through the tap. Asked of the address itself, after the name was resolved, so that no name leads around it.
 */
export const straight: Dial = async (host, port) => {
  refuseNear(host);
  return await opened(connect({ host, port, lookup: openLookup, ...SOCKET }));
};

/** Nowhere: for a device whose egress is `block`, and for what a sinkhole has no answer to. */
export const blocked: Dial = (host) =>
  Promise.reject(new NotLedOn(`refused: nothing goes out, not to ${host} either`));

/** Through an HTTP proxy, by a CONNECT of our own for every port. Rejects when the proxy does not say 200. */
export function throughProxy(proxy: string): Dial {
  const { hostname, port: proxyPort } = new URL(proxy);
  return async (host, port) => {
    refuseNear(host);
    const socket = await opened(connect({ host: hostname, port: Number(proxyPort), ...SOCKET }));
    const target = `${isIP(host) === 6 ? `[${host}]` : host}:${String(port)}`;
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    const { found, bytes } = await collect(socket, connectAnswer, PATIENCE_MS);
    if (found?.status !== 200) {
      socket.destroy();
      throw new Error(`the proxy answered ${String(found?.status ?? 'nothing')} for ${target}`);
    }
    if (bytes.length > found.end) socket.unshift(bytes.subarray(found.end));
    return socket;
  };
}

function refuseNear(host: string): void {
  if (isIP(host) !== 0 && isClosed(host)) throw closedTo(host, host);
}

async function opened(socket: Socket): Promise<Socket> {
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

const openLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const open = error ? [] : addresses.filter(({ address }) => !isClosed(address));
    const [first] = open;
    if (error || !first) done(error ?? closedTo(hostname, addresses[0]?.address ?? ''), []);
    else if (options.all === true) done(null, open);
    else done(null, first.address, first.family);
  });
};
