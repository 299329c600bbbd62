import type { Server, Socket } from 'node:net';

/** The only address that a connection of ours comes from: adb reverse and our own programs all use it. */
export const LOOPBACK = '127.0.0.1';

/** Whether the peer is the one that may connect; any other is reset at once. */
export function isOurPeer(socket: Socket, peer = LOOPBACK): boolean {
  if (socket.remoteAddress === peer) return true;
  socket.resetAndDestroy();
  return false;
}

/** The port of a server that listens on this address and no other; anything else is a bug that must not run. */
export function portOf(server: Server, on = LOOPBACK): number {
  const address = server.address();
  if (address === null || typeof address === 'string' || address.address !== on) {
    throw new Error(`a server of the tap listens on ${JSON.stringify(address)}, not on ${on}`);
  }
  return address.port;
}
