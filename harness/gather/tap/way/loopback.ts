import type { Server, Socket } from 'node:net';

/** The only address that a connection of ours comes from: adb reverse and our own programs all use it. */
const OURS = '127.0.0.1';

/** Whether the peer is this machine by its one address; any other is reset at once. */
export function isOurPeer(socket: Socket): boolean {
  if (socket.remoteAddress === OURS) return true;
  socket.resetAndDestroy();
  return false;
}

/** The port of a server that listens on 127.0.0.1; anything else is a bug that must not run. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string' || address.address !== OURS) {
    throw new Error(`a server of the tap listens on ${JSON.stringify(address)}, not on ${OURS}`);
  }
  return address.port;
}
