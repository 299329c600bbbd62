import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import type { ReverseRules } from '../phone/phone.ts';

/** A loopback port of this machine that leads into one device port, for the time of one request. */
export interface Bridge extends AsyncDisposable {
  readonly port: number;
  /** Whether the device port turned out to lead nowhere: no reverse rule, or nobody behind it. */
  readonly broken: boolean;
}

export async function openBridge(reverse: ReverseRules, devicePort: number): Promise<Bridge> {
  const open = new Set<Duplex>();
  let broken = false;
  const hold = (stream: Duplex): void => {
    open.add(stream);
    stream.once('close', () => open.delete(stream));
  };
  const server = createServer((socket) => {
    hold(socket);
    socket.on('error', () => undefined);
    reverse.connect(devicePort).then(
      (stream) => {
        hold(stream);
        // Whoever asked may be gone by now, and so may whoever answered.
        if (socket.destroyed || stream.destroyed) {
          socket.destroy();
          stream.destroy();
          return;
        }
        // Each half ends the other; how it ended is the client's to tell.
        pipeline(socket, stream, () => undefined);
        pipeline(stream, socket, () => undefined);
      },
      () => {
        broken = true;
        socket.destroy();
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get broken() {
      return broken;
    },
    [Symbol.asyncDispose]: async () => {
      for (const stream of open) stream.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
