import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AppMessage } from '../../phone/phone.ts';
import type { Line } from './line.ts';
import { readHead } from './line.ts';

type Message = Extract<AppMessage, { as: 'tcp' | 'websocket' }>;

/** One message over a WebSocket of its own (RFC 6455), then a close. Rejects when the other side does not take it. */
export async function overWebSocket(
  line: Line,
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  const { host, path, headers, payload } = message;
  const nonce = createHash('sha256').update(payload).digest();
  const key = nonce.subarray(0, 16).toString('base64');
  const own: (readonly [string, string])[] = [
    ['Host', host],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
  ];
  const lines = [...own, ...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  line.up.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const head = await readHead(line.down, signal);
  if (!head.startsWith('HTTP/1.1 101 ')) throw new Error('no WebSocket here');
  const text = payload.equals(Buffer.from(payload.toString('utf8')));
  const mask = nonce.subarray(16, 20);
  line.up.write(frame(text ? 1 : 2, payload, mask));
  line.up.end(frame(8, Buffer.from([0x03, 0xe8]), mask));
  line.down.resume();
  if (!line.down.readableEnded) await once(line.down, 'end', { signal });
}

/** A final frame, masked as a client's must be. */
function frame(opcode: number, payload: Buffer, mask: Buffer): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head.writeUInt8(0x80 | opcode);
  head.writeUInt8(0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127), 1);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  const masked = payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return Buffer.concat([head, mask, masked]);
}
