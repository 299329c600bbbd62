import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { request as httpRequest } from '../../lib/http.ts';
import type { AppRequest, AppResponse } from '../phone/phone.ts';
import { answerOf, MAX_BYTES } from './response.ts';

/** Where a request goes that need not be a first contact any more. */
export interface AgainWay {
  /** A stream to the proxy. */
  readonly stream: Duplex;
  /** PEM of everything that is believed. */
  readonly trusted: string;
  readonly timeoutMs: number;
}

/**
 * One request over https without a program of its own, a tenth of what curl costs: for hosts whose certificate curl has
 * accepted under the same store. Whoever refuses must send the alert, which Node's TLS cannot. Null where it came to no
 * request: curl then finds out why. What was sent is never sent twice.
 */
export async function again(
  request: AppRequest,
  { stream, trusted, timeoutMs }: AgainWay,
  signal: AbortSignal,
): Promise<AppResponse | null> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  stream.on('error', () => undefined);
  const stop = (): void => {
    stream.destroy();
  };
  patience.addEventListener('abort', stop);
  try {
    const url = new URL(request.url);
    if (!(await tunnel(stream, `${url.hostname}:${url.port || '443'}`))) return null;
    const secure = connectTls({
      socket: stream,
      servername: url.hostname,
      secureContext: contextOf(trusted),
      ALPNProtocols: ['http/1.1'],
    });
    // The stream may be taken away from under a handshake that nobody waits for any more.
    secure.on('error', () => undefined);
    await once(secure, 'secureConnect', { signal: patience });
    return await exchange(request, secure, patience).catch(() =>
      failed('net::ERR_CONNECTION_RESET'),
    );
  } catch {
    return null;
  } finally {
    patience.removeEventListener('abort', stop);
    stream.destroy();
  }
}

/** Asks the proxy for the host. Nothing comes after its answer before we speak. */
async function tunnel(stream: Duplex, target: string): Promise<boolean> {
  stream.write(
    `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nProxy-Connection: Keep-Alive\r\n\r\n`,
  );
  let head = '';
  while (!head.includes('\r\n\r\n')) {
    if (head.length > 16_384) return false;
    const chunk: unknown = stream.read();
    if (chunk instanceof Buffer) head += chunk.toString('latin1');
    else await Promise.race([once(stream, 'readable'), once(stream, 'close').then(fail)]);
  }
  return /^HTTP\/1\.[01] 2\d\d\b[^]*\r\n\r\n$/.test(head);
}

function fail(): never {
  throw new Error('the proxy hung up');
}

/** Headers go out in the order and case given, after Host, and nothing of ours beside them. */
async function exchange(
  { method, url, headers, body }: AppRequest,
  secure: Duplex,
  signal: AbortSignal,
): Promise<AppResponse> {
  const { host } = new URL(url);
  const path = /^https?:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] ?? '/';
  const sent = httpRequest({
    method,
    path: path.startsWith('/') ? path : `/${path}`,
    createConnection: () => secure,
    setHost: false,
    signal,
  });
  if (!headers.some(([name]) => name.toLowerCase() === 'host')) sent.setHeader('Host', host);
  for (const [name, value] of headers) sent.appendHeader(name, value);
  if (body) sent.setHeader('Content-Length', body.length);
  sent.removeHeader('Connection');
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  sent
    .once('response', resolve)
    .once('error', reject)
    .once('close', () => reject(new Error('no answer')));
  sent.end(body);
  const response = await answered.catch(() => null);
  if (!response) return failed('net::ERR_EMPTY_RESPONSE');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const piece: unknown = chunk;
    if (!(piece instanceof Buffer)) continue;
    size += piece.length;
    if (size > MAX_BYTES) return failed('net::ERR_FILE_TOO_BIG');
    chunks.push(piece);
  }
  if (!response.complete) return failed('net::ERR_CONTENT_LENGTH_MISMATCH');
  const raw = response.rawHeaders;
  const fields = Array.from({ length: raw.length / 2 }, (_, at): [string, string] => [
    raw[2 * at] ?? '',
    raw[2 * at + 1] ?? '',
  ]);
  return answerOf(response.statusCode ?? 0, fields, Buffer.concat(chunks));
}

function failed(error: string): AppResponse {
  return { ok: false, error };
}

/** Reading a store is most of what a connection costs; a phone has one or two in a run. */
function contextOf(trusted: string): SecureContext {
  const kept = CONTEXTS.get(trusted);
  if (kept) return kept;
  if (CONTEXTS.size >= MOST_KEPT) CONTEXTS.clear();
  const made = createSecureContext({ ca: trusted });
  CONTEXTS.set(trusted, made);
  return made;
}

const MOST_KEPT = 8;
const CONTEXTS = new Map<string, SecureContext>();
