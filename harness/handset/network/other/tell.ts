import { once } from 'node:events';
import type { AppMessage, AppResponse } from '../../phone/phone.ts';
import { askName, tryQuic } from './datagrams.ts';
import type { Line, Towards } from './line.ts';
import { openPlain, openSecure } from './line.ts';
import { overWebSocket } from './websocket.ts';

const PATIENCE_MS = 10_000;
const TAKEN: AppResponse = { ok: true, status: 200, headers: [], body: Buffer.alloc(0) };

/** Where a message may go: the port of the way it takes, and the certificates that it believes. */
export interface MessageWay {
  readonly way: Towards['way'];
  readonly store: string;
  /** Different for each message. */
  readonly nonce: string;
}

/** Carries a message that is no HTTP request. Never rejects. */
export async function carry(
  message: AppMessage,
  { way, store, nonce }: MessageWay,
  signal: AbortSignal,
): Promise<AppResponse> {
  if (message.as === 'dns') {
    const answered = await askName(message.host, way.port, signal);
    return answered ? TAKEN : { ok: false, error: 'net::ERR_NAME_RESOLUTION_FAILED' };
  }
  if (message.as === 'quic') {
    await tryQuic(message.host, way.port, nonce);
    return { ok: false, error: 'net::ERR_QUIC_PROTOCOL_ERROR' };
  }
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const towards = { host: message.host, port: message.port, way };
    await using line = message.secure
      ? await openSecure(towards, store, bounded)
      : await openPlain(towards, bounded);
    if (message.as === 'websocket') await overWebSocket(line, message, bounded);
    else await overTcp(line, message.payload, bounded);
    if (!(await line.stood())) throw new Error('it was refused');
    return TAKEN;
  } catch {
    return { ok: false, error: 'net::ERR_CONNECTION_FAILED' };
  }
}

/** The payload and nothing around it; the other side ends it. */
async function overTcp(line: Line, payload: Buffer, signal: AbortSignal): Promise<void> {
  line.up.end(payload);
  line.down.resume();
  if (!line.down.readableEnded) await once(line.down, 'end', { signal });
}
