import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, Socket } from 'node:net';
import { readBytes } from '../../../record/disk.ts';
import type { Dial } from '../way/dial.ts';
import type { Page } from './pages.ts';
import { isOurPeer, portOf } from '../way/loopback.ts';

/** Our sites under a certificate that the phone trusts without us: for apps that refuse to be read. */
export interface SiteServer extends AsyncDisposable {
  /** A connection to it, whichever host of ours is asked for. */
  readonly dial: Dial;
}

/** `answer` gets the method and the absolute URL, and notes the visit. Null: no site of ours. */
export async function openSiteServer(
  files: { readonly cert: string; readonly key: string },
  answer: (method: string, url: string) => Page | null,
): Promise<SiteServer> {
  const [cert, key] = await Promise.all([readBytes(files.cert), readBytes(files.key)]);
  const sockets = new Set<Duplex>();
  const server = createServer({ cert, key }, (request, response) => {
    request.resume();
    const url = `https://${request.headers.host ?? ''}${request.url ?? '/'}`;
    reply(response, request.method ?? 'GET', answer(request.method ?? 'GET', url));
  });
  server.on('connection', (socket) => {
    if (socket instanceof Socket && !isOurPeer(socket)) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  return {
    dial: async () => {
      const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
      await once(socket, 'connect');
      return socket;
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function reply(response: ServerResponse, method: string, page: Page | null): void {
  response.writeHead(page?.status ?? 404, page?.headers.flat() ?? []);
  response.end(method === 'HEAD' ? undefined : page?.body);
}
