import type { Socket } from 'node:net';

/** Where a CONNECT leads, and where its head ends in the bytes read so far. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly end: number;
}

export const HEAD_LIMIT = 16 * 2 ** 10;
const LONGEST_HOST = 255;

/**
 * Reads a CONNECT head off the first bytes of a connection: null while more bytes are needed, `other` when it is
 * no CONNECT that we understand. Host in lower case, without the brackets of an IPv6 address.
 */
export function connectTarget(bytes: Buffer): Target | 'other' | null {
  const start = bytes.toString('latin1', 0, 8).toUpperCase();
  if (!'CONNECT '.startsWith(start) && !start.startsWith('CONNECT ')) return 'other';
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return bytes.length >= HEAD_LIMIT ? 'other' : null;
  const line = bytes.toString('latin1', 0, bytes.indexOf('\r\n'));
  const found = /^CONNECT (?:\[([0-9a-f:.]+)\]|([^\s:/@[\]]+)):(\d{1,5}) HTTP\/1\.[01]$/i.exec(
    line,
  );
  const host = found?.[1] ?? found?.[2] ?? '';
  const port = Number(found?.[3]);
  if (host === '' || host.length > LONGEST_HOST || !(port > 0 && port < 65_536)) return 'other';
  return { host: host.toLowerCase(), port, end: end + 4 };
}

/** Reads a proxy's answer to our own CONNECT: null while more bytes are needed. */
export function connectAnswer(bytes: Buffer): { status: number; end: number } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return bytes.length >= HEAD_LIMIT ? { status: 0, end: 0 } : null;
  const found = /^HTTP\/1\.[01] (\d{3})/.exec(bytes.toString('latin1', 0, end));
  return { status: Number(found?.[1] ?? 0), end: end + 4 };
}

/**
 * Collects first bytes until `parse` makes something of them, the peer ends, or `ms` after the first byte have
 * passed (then `found` is null). Leaves the socket as it was before anybody read: what was read is in `bytes`.
 */
export function collect<Found>(
  socket: Socket,
  parse: (bytes: Buffer) => Found | null,
  ms: number,
): Promise<{ readonly found: Found | null; readonly bytes: Buffer; readonly late: boolean }> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    let patience: NodeJS.Timeout | undefined;
    const done = (found: Found | null, late = false): void => {
      clearTimeout(patience);
      socket.off('readable', more).off('end', ended).off('close', ended);
      resolve({ found, bytes, late });
    };
    const more = (): void => {
      for (;;) {
        const chunk: unknown = socket.read();
        if (!Buffer.isBuffer(chunk)) return;
        patience ??= setTimeout(() => {
          done(null, true);
        }, ms);
        bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
        const found = parse(bytes);
        if (found === null) continue;
        done(found);
        return;
      }
    };
    const ended = (): void => {
      done(null);
    };
    socket.on('readable', more).once('end', ended).once('close', ended);
  });
}
