import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import type { AppResponse } from '../phone/phone.ts';

/** Of a body, as it comes and as it is unpacked. */
export const MAX_BYTES = 16 * 2 ** 20;

/** Reads what curl wrote: heads (those of 1xx answers first), then the body, which is decoded as the head says. */
export function readResponse(raw: Buffer): AppResponse {
  let rest = raw;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    const [statusLine = '', ...lines] = rest
      .subarray(0, Math.max(end, 0))
      .toString('latin1')
      .split('\r\n');
    const status = Number(/^HTTP\/[\d.]+ (\d{3})\b/.exec(statusLine)?.[1]);
    if (end === -1 || !(status >= 100))
      return { ok: false, error: 'net::ERR_INVALID_HTTP_RESPONSE' };
    rest = rest.subarray(end + 4);
    if (status < 200 && status !== 101) continue;
    return answerOf(status, lines.map(field), rest);
  }
}

/** An answer whose body has its content encoding taken off. */
export function answerOf(
  status: number,
  headers: readonly (readonly [string, string])[],
  encoded: Buffer,
): AppResponse {
  const body = decoded(encoded, headers);
  if (!body) return { ok: false, error: 'net::ERR_CONTENT_DECODING_FAILED' };
  return { ok: true, status, headers, body };
}

function field(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trim()];
}

const DECODERS: ReadonlyMap<string, (body: Buffer) => Buffer> = new Map([
  ['gzip', (body: Buffer) => gunzipSync(body, { maxOutputLength: MAX_BYTES })],
  ['x-gzip', (body: Buffer) => gunzipSync(body, { maxOutputLength: MAX_BYTES })],
  ['deflate', (body: Buffer) => inflateSync(body, { maxOutputLength: MAX_BYTES })],
  ['br', (body: Buffer) => brotliDecompressSync(body, { maxOutputLength: MAX_BYTES })],
  ['zstd', (body: Buffer) => zstdDecompressSync(body, { maxOutputLength: MAX_BYTES })],
]);

/** Undefined when the body is not what its head says, or grows beyond all bounds. */
function decoded(
  body: Buffer,
  headers: readonly (readonly [string, string])[],
): Buffer | undefined {
  const codings = headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > 4) return undefined;
  let out: Buffer = body;
  for (const coding of out.length === 0 ? [] : codings.reverse()) {
    const decode = DECODERS.get(coding);
    if (!decode) return undefined;
    try {
      out = decode(out);
    } catch {
      return undefined;
    }
  }
  return out;
}
