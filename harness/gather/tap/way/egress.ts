import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Dial } from './dial.ts';
import { collect, connectTarget } from './head.ts';
import { join } from './join.ts';
import { isOurPeer, portOf } from './loopback.ts';

/** The one way out of the reader: a proxy on loopback that understands CONNECT and nothing else. */
export interface Egress extends AsyncDisposable {
  readonly url: string;
}

/**
 * Opens the way out. A host that cannot be had is a broken connection and not an answer, so that the reader makes
 * its failure known as a failure: an answer of ours would pass for one of the server's.
 */
export async function openEgress(dial: Dial): Promise<Egress> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    if (!isOurPeer(socket)) return;
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    void serve(socket, dial);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String(portOf(server))}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function serve(socket: Socket, dial: Dial): Promise<void> {
  const { found, bytes } = await collect(socket, connectTarget, PATIENCE_MS);
  if (found === null || found === 'other') {
    socket.destroy();
    return;
  }
  try {
    const upstream = await dial(found.host, found.port);
    if (bytes.length > found.end) upstream.write(bytes.subarray(found.end));
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    join(socket, upstream);
    if (socket.destroyed) upstream.destroy();
  } catch {
    socket.resetAndDestroy();
  }
}

const PATIENCE_MS = 10_000;
