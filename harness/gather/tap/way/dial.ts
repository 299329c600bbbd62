import { lookup } from 'node:dns';
import { once } from 'node:events';
import type { LookupFunction, Socket } from 'node:net';
import { BlockList, connect, isIP } from 'node:net';
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
  if (isIP(host) !== 0 && isClosed(host)) throw new Error(`${host} is not open to phones`);
  return await opened(connect({ host, port, lookup: openLookup, ...SOCKET }));
};

/** Through an HTTP proxy, by a CONNECT of our own for every port. Rejects when the proxy does not say 200. */
export function throughProxy(proxy: string): Dial {
  const { hostname, port: proxyPort } = new URL(proxy);
  return async (host, port) => {
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

/** Addresses that belong to this machine, to private networks, or to nobody (RFC 6890). */
export function isClosed(address: string): boolean {
  return CLOSED.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
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
    if (error || !first) done(error ?? new Error(`${hostname} is not open to phones`), []);
    else if (options.all === true) done(null, open);
    else done(null, first.address, first.family);
  });
};

const CLOSED = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  CLOSED.addSubnet(network, prefix, 'ipv4');
  // The same addresses behind a translator (RFC 6052).
  CLOSED.addSubnet(`64:ff9b::${network}`, 96 + prefix, 'ipv6');
}
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  CLOSED.addSubnet(network, prefix, 'ipv6');
}
