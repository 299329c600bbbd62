import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { receivedBytes } from './answer.ts';
import type { Inside } from './door.ts';

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const LONGEST = 2 ** 20;

/** A WebSocket (RFC 6455) that takes whatever it is told, and closes when it is told to. */
export async function chat(
  request: IncomingMessage,
  socket: Duplex,
  { now, received }: Pick<Inside, 'now' | 'received'>,
): Promise<void> {
  const key = request.headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1').update(`${key}${MAGIC}`).digest('base64');
  socket.on('error', () => undefined);
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  let bytes = Buffer.alloc(0);
  try {
    for await (const chunk of socket) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes = Buffer.concat([bytes, chunk]);
      for (let frame = next(bytes); frame; frame = next(bytes)) {
        bytes = bytes.subarray(frame.size);
        const line = receivedBytes({ at: now(), host, method: 'WEBSOCKET' }, frame.payload);
        if (frame.opcode === 8) socket.end(Buffer.from([0x88, 0x02, 0x03, 0xe8]));
        else received({ ...line, path: request.url ?? '' });
      }
      if (bytes.length > LONGEST) break;
    }
  } catch {
    // It went away in the middle.
  }
  socket.end();
}

/** The first whole frame, unmasked. */
function next(bytes: Buffer): { opcode: number; payload: Buffer; size: number } | undefined {
  if (bytes.length < 6) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const from = 2 + extra + 4;
  if (bytes.length < from) return undefined;
  const length = extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(2) : bytes.readUIntBE(4, 6);
  if (bytes.length < from + length) return undefined;
  const mask = bytes.subarray(from - 4, from);
  const payload = Buffer.from(
    bytes.subarray(from, from + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0)),
  );
  return { opcode: bytes.readUInt8(0) & 0x0f, payload, size: from + length };
}
