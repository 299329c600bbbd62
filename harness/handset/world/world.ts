import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { answer } from './answer.ts';
import type { Received } from './answer.ts';
import type { Certified } from '../../lib/certificates.ts';
import { chat } from './chat.ts';
import { admit, openDoor } from './door.ts';
import { HOSTS } from './sites/hosts.ts';

export interface RunningWorld extends AsyncDisposable {
  /** Of the proxy, on 127.0.0.1. */
  readonly port: number;
  /** Of the door for what goes past every proxy, TCP and UDP. */
  readonly past: number;
}

/**
 * An HTTP proxy (CONNECT too) that is the whole internet by itself: it never opens a connection to anywhere.
 * Names that are not in its table do not resolve: 502.
 */
export async function startWorld({
  leaf,
  now,
  received,
}: {
  leaf: Certified;
  now: () => number;
  received: (line: Received) => void;
}): Promise<RunningWorld> {
  const open = new Set<Socket>();
  const plain = createServer((request, response) => {
    void answer(request, response, { now, received });
  });
  const secure = createTlsServer(leaf, (request, response) => {
    void answer(request, response, { now, received });
  });
  // A refused certificate or broken bytes end that connection and nothing else.
  secure.on('tlsClientError', (_, socket) => socket.destroy());
  const inside = { plain, secure, now, received };
  for (const server of [plain, secure]) {
    server.on('upgrade', (request, socket) => {
      void chat(request, socket, inside);
    });
    server.on('clientError', (_, socket) => socket.destroy());
  }
  plain.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  plain.on('connect', (request, socket, head) => {
    socket.on('error', () => undefined);
    const [, host = '', port] = /^([^:]+):(\d+)$/.exec(request.url ?? '') ?? [];
    if (!HOSTS.has(host.toLowerCase()) || port === undefined) {
      refuse(socket, host);
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    admit(socket, host.toLowerCase(), inside);
  });
  plain.listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const door = await openDoor(inside);
  const address = plain.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    past: door.port,
    [Symbol.asyncDispose]: async () => {
      await door[Symbol.asyncDispose]();
      plain.close();
      for (const socket of open) socket.destroy();
      await once(plain, 'close');
    },
  };
}

function refuse(socket: Duplex, host: string): void {
  const body = `no such host: ${host}\n`;
  socket.end(
    `HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: ${String(Buffer.byteLength(body))}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
}
