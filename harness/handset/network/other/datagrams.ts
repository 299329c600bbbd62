import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createHash } from 'node:crypto';

const PATIENCE_MS = 2000;

/** Asks a name server on loopback for a name's address: whether it answers at all. */
export async function askName(name: string, port: number, signal: AbortSignal): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.send(question(name), port, '127.0.0.1');
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
 * Tries QUIC: one datagram with the head of an Initial packet (RFC 9000, 17.2.2) and 1200 bytes, as long as those
 * are. What stands behind the head is no handshake: nobody in a reference handset's world would answer one.
 */
export async function tryQuic(host: string, port: number): Promise<void> {
  const id = createHash('sha256').update(host).digest().subarray(0, 8);
  const head = Buffer.concat([Buffer.from('c30000000108', 'hex'), id, Buffer.from('0000', 'hex')]);
  const rest = Buffer.alloc(1200 - head.length - 2, createHash('sha256').update(id).digest());
  const length = Buffer.alloc(2);
  length.writeUInt16BE(0x4000 | rest.length);
  const socket = createSocket('udp4');
  socket.send(Buffer.concat([head, length, rest]), port, '127.0.0.1', () => {
    socket.close();
  });
  await once(socket, 'close');
}
