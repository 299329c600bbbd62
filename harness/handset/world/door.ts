import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:net';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Received } from './answer.ts';
import { receivedBytes } from './answer.ts';

/** What every stream that reaches the world may turn out to be. */
export interface Inside {
  readonly plain: Server;
  readonly secure: TlsServer;
  readonly now: () => number;
  readonly received: (line: Received) => void;
}

const LONGEST_RAW = 2 ** 20;

/** Leads a stream to what it turns out to be by its first bytes: TLS, HTTP, or neither; then it is kept and ended. */
export function admit(socket: Duplex, host: string, inside: Inside): void {
  socket.on('error', () => undefined);
  socket.once('readable', () => {
    const first: unknown = socket.read();
    if (!Buffer.isBuffer(first)) {
      socket.destroy();
      return;
    }
    socket.unshift(first);
    if (first[0] === 0x16) inside.secure.emit('connection', socket);
    else if (/^[A-Z]{3,8} /.test(first.toString('latin1', 0, 16))) {
      inside.plain.emit('connection', socket);
    } else void swallow(socket, host, inside);
  });
}

/** Bytes that are no HTTP: what some app's own protocol looks like to the world. */
export async function swallow(
  socket: Duplex,
  host: string,
  { now, received }: Pick<Inside, 'now' | 'received'>,
): Promise<void> {
  const chunks: Buffer[] = [];
  const at = now();
  try {
    let bytes = 0;
    for await (const chunk of socket) {
      if (!Buffer.isBuffer(chunk)) continue;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > LONGEST_RAW) break;
    }
  } catch {
    // It went away in the middle: what came of it is on record below.
  }
  received(receivedBytes({ at, host, method: 'RAW' }, Buffer.concat(chunks)));
  socket.end();
}

export interface Door extends AsyncDisposable {
  readonly port: number;
}

/**
 * The way into the world that leads past every proxy: one port on loopback, for TCP and UDP, behind which every host
 * is. Names asked for there are answered with 127.0.0.1; QUIC is heard and never answered.
 */
export async function openDoor(inside: Inside): Promise<Door> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    admit(socket, '', inside);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const datagrams = createSocket('udp4');
  datagrams.bind(port, '127.0.0.1');
  await once(datagrams, 'listening');
  datagrams.on('message', (bytes, from) => {
    const name = nameAsked(bytes);
    const method = name === undefined ? 'QUIC' : 'DNS';
    inside.received(receivedBytes({ at: inside.now(), host: name ?? '', method }, bytes));
    if (name !== undefined) datagrams.send(answerTo(bytes), from.port, from.address);
  });
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      datagrams.close();
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** The name in the one question of a DNS query (RFC 1035); undefined when it is none. */
function nameAsked(bytes: Buffer): string | undefined {
  if (bytes.length < 17 || bytes.length > 512 || bytes.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  for (let at = 12; ;) {
    const length = bytes[at] ?? 64;
    if (length === 0) return labels.join('.').toLowerCase();
    if (length > 63 || at + length >= bytes.length) return undefined;
    labels.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
}

/** One address for every name. */
function answerTo(query: Buffer): Buffer {
  const out = Buffer.concat([query, Buffer.from('c00c000100010000003c00047f000001', 'hex')]);
  out.writeUInt16BE(0x8180, 2);
  out.writeUInt16BE(1, 6);
  return out;
}
