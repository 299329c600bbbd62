import { createSocket } from 'node:dgram';
import { getServers } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { clientHello } from './quic/hello.ts';
import { initialPacket } from './quic/initial.ts';

const PATIENCE_MS = 2000;

/** The port of a door on loopback; null: the network that this program is in, with its name server. */
type DoorPort = number | null;

/** Asks a name server for a name's address: whether it answers at all. */
export async function askName(name: string, door: DoorPort, signal: AbortSignal): Promise<boolean> {
  const [server = '127.0.0.1'] = door === null ? getServers() : [];
  const socket = createSocket('udp4');
  try {
    socket.send(question(name), door ?? 53, server);
    await once(socket, 'message', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

async function addressOf(host: string): Promise<string | null> {
  return await lookup(host, { family: 4 }).then(
    ({ address }) => address,
    () => null,
  );
}

/** RFC 1035: one question, type A, class IN, recursion wanted. */
function question(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  const id = createHash('sha256').update(name).digest().subarray(0, 2);
  return Buffer.concat([
    id,
    Buffer.from('01000001000000000000', 'hex'),
    ...labels.map((label) =>
      Buffer.concat([Buffer.of(Math.min(label.length, 63)), Buffer.from(label.slice(0, 63))]),
    ),
    Buffer.from('0000010001', 'hex'),
  ]);
}

/**
 * Tries QUIC: the client's first datagram, which names the host to whoever looks. Nobody in a reference handset's world
 * answers one, so that no handshake follows. `nonce` makes each try another connection.
 */
export async function tryQuic(host: string, door: DoorPort, nonce: string): Promise<void> {
  const drawn = (what: string): Buffer =>
    createHash('sha256').update(`${what} ${nonce} ${host}`).digest();
  const hello = clientHello(host, drawn('random'), drawn('share'));
  const address = door === null ? await addressOf(host) : '127.0.0.1';
  if (address === null) return;
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  socket.send(initialPacket(drawn('id').subarray(0, 8), 0, hello), door ?? 443, address, () => {
    socket.close();
  });
  await once(socket, 'close');
}
