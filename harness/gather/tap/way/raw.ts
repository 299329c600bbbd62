import { once } from 'node:events';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, rootCertificates, TLSSocket } from 'node:tls';
import type { RawEvent } from '../reader/events.ts';
import type { Pressure } from '../lines/pressure.ts';
import type { Dial } from './dial.ts';
import { NotLedOn } from './closed.ts';
import { join } from './join.ts';
import { tee } from './tee.ts';

export interface CarryNeeds {
  readonly dial: Dial;
  /** PEM texts beside the usual ones. */
  readonly roots: readonly string[];
  readonly tell: (event: RawEvent) => void;
  readonly pressure: Pressure;
}

/**
 * Carries a stream that is not HTTP to where the phone wanted it, telling its bytes. What came out of TLS goes back
 * into TLS, under the roots that the device's world has.
 */
export async function carryRaw(
  stream: Duplex,
  to: {
    readonly id: string;
    readonly peerPort: number;
    readonly host: string;
    readonly port: number;
  },
  { dial, roots, tell, pressure }: CarryNeeds,
): Promise<void> {
  const { id } = to;
  const say = (direction: 'up' | 'down', bytes: Buffer): void => {
    tell({ kind: 'raw-bytes', id, direction, bytes });
  };
  tell({ kind: 'raw', ...to });
  stream
    .on('error', () => undefined)
    .once('close', () => {
      tell({ kind: 'raw-end', id });
    });
  try {
    const socket = await dial(to.host, to.port);
    const upstream =
      stream instanceof TLSSocket
        ? connect({
            socket,
            servername: nameOf(stream, to.host),
            ca: [...rootCertificates, ...roots],
          })
        : socket;
    join(stream, upstream, {
      there: tee((bytes) => {
        say('up', bytes);
      }, pressure),
      back: tee((bytes) => {
        say('down', bytes);
      }, pressure),
    });
    if (stream.destroyed) upstream.destroy();
  } catch (error) {
    if (error instanceof NotLedOn) tell({ kind: 'raw-refused', id, why: error.message });
    // Nobody was there to take them, but the phone sends them, and may not have begun.
    if (stream.readableLength === 0 && stream.readable) {
      const signal = AbortSignal.timeout(FIRST_WORD_MS);
      await once(stream, 'readable', { signal }).catch(() => undefined);
    }
    const sent: unknown = stream.read();
    if (Buffer.isBuffer(sent)) say('up', sent);
    stream.destroy();
  }
}

/** How long a phone that nobody takes has for its first word. */
const FIRST_WORD_MS = 1000;

function nameOf(stream: TLSSocket, host: string): string {
  if (typeof stream.servername === 'string' && stream.servername !== '') return stream.servername;
  // RFC 6066: an address is no server name.
  return isIP(host) === 0 ? host : '';
}
