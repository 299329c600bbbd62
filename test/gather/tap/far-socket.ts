import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';

/** A WebSocket server (RFC 6455) of short frames: answers each message with itself, a text in capitals; not at `/no`. */
export function withEcho(server: Server): Server {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    if (request.url === '/no') {
      socket.end('HTTP/1.1 403 Forbidden\r\nX-Why: full\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const key = `${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const deflate = request.headers['sec-websocket-extensions'] !== undefined;
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        (deflate ? 'Sec-WebSocket-Extensions: permessage-deflate\r\n' : '') +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    let rest = Buffer.alloc(0);
    socket
      .on('error', () => undefined)
      .on('data', (bytes: Buffer) => {
        rest = Buffer.concat([rest, bytes]);
        const answers: Buffer[] = [];
        for (;;) {
          const end = 6 + ((rest[1] ?? 0) & 0x7f);
          if (rest.length < 6 || rest.length < end) break;
          const frame = rest.subarray(0, end);
          rest = rest.subarray(end);
          const said = answerTo(frame);
          if (said) answers.push(said);
          else socket.end();
        }
        if (answers.length > 0) socket.write(Buffer.concat(answers));
      });
  });
  return server;
}

/** Null for what is no message. */
function answerTo(frame: Buffer): Buffer | null {
  const kind = (frame[0] ?? 0) % 16;
  if (kind !== 1 && kind !== 2) return null;
  const mask = frame.subarray(2, 6);
  const heard = Buffer.from(frame.subarray(6).map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  const said = kind === 1 ? Buffer.from(heard.toString().toUpperCase()) : heard;
  return Buffer.concat([Buffer.from([0x80 | kind, said.length]), said]);
}
