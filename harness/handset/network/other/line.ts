import { once } from 'node:events';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { spawnChild } from '../../../lib/children.ts';

/** A stream to a host, as an app that is no browser opens it. */
export interface Line extends AsyncDisposable {
  readonly up: Writable;
  readonly down: Readable;
  /** Once it has ended: whether it ever stood. */
  stood(): Promise<boolean>;
}

export interface Towards {
  readonly host: string;
  readonly port: number;
  /** A loopback port: a proxy that is asked with CONNECT, or a door behind which every host is. Null: the host itself. */
  readonly way: { readonly port: number | null; readonly proxied: boolean };
}

/** Plain TCP. Rejects when the proxy refuses, or nobody is there. */
export async function openPlain({ host, port, way }: Towards, signal: AbortSignal): Promise<Line> {
  const near = way.port === null ? { host, port } : { host: '127.0.0.1', port: way.port };
  const socket = connect({ ...near, signal });
  socket.on('error', () => undefined);
  const held = {
    up: socket,
    down: socket,
    stood: () => Promise.resolve(true),
    [Symbol.asyncDispose]: () => {
      socket.destroy();
      return Promise.resolve();
    },
  };
  try {
    await once(socket, 'connect', { signal });
    if (way.proxied) {
      const target = `${host}:${String(port)}`;
      socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
      const head = await readHead(socket, signal);
      if (!/^HTTP\/1\.[01] 2\d\d /.test(head)) throw new Error('the proxy refuses');
    }
    return held;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** TLS with OpenSSL, which like a phone's sends the alert when it refuses a certificate. */
export async function openSecure(
  { host, port, way }: Towards,
  store: string,
  signal: AbortSignal,
): Promise<Line> {
  const far = `${host}:${String(port)}`;
  const door = way.port === null ? far : `127.0.0.1:${String(way.port)}`;
  const child = await spawnChild(
    'openssl',
    [
      ...['s_client', '-quiet', '-no_ign_eof', '-nocommands', '-servername', host],
      ...['-CAfile', store, '-no-CApath', '-no-CAstore'],
      ...['-verify_return_error', '-verify_hostname', host],
      ...(way.proxied ? ['-proxy', door, '-connect', far] : ['-connect', door]),
    ],
    { env: { PATH: '/usr/bin:/bin' }, graceMs: 500 },
  );
  child.stderr.resume();
  signal.addEventListener('abort', () => child.stdin.destroy(), { once: true });
  return {
    up: child.stdin,
    down: child.stdout,
    stood: async () => (await child.ended) === 0,
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

const LONGEST_HEAD = 16_384;

/** Reads up to and with the empty line, and leaves what follows in the stream. */
export async function readHead(stream: Readable, signal: AbortSignal): Promise<string> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const chunk: unknown = stream.read();
    if (!Buffer.isBuffer(chunk)) {
      if (stream.readableEnded || stream.destroyed) throw new Error('ended before it answered');
      await Promise.race([
        once(stream, 'readable', { signal }),
        once(stream, 'end', { signal }),
        once(stream, 'close', { signal }),
      ]);
      continue;
    }
    bytes = Buffer.concat([bytes, chunk]);
    const end = bytes.indexOf('\r\n\r\n');
    if (end !== -1) {
      stream.unshift(bytes.subarray(end + 4));
      return bytes.subarray(0, end + 4).toString('latin1');
    }
    if (bytes.length > LONGEST_HEAD) throw new Error('no end of the head');
  }
}
