import { z } from 'zod';

/**
 * One line of `exchanges.jsonl`: a request with its response, a WebSocket or raw frame, a DNS datagram, or a
 * connection that could not be read. This is the truth of a trial; bodies are the bytes of the wire without
 * transfer chunking and with their content-encoding left on. Times are ms since the epoch; headers keep order,
 * case and repeats, their bytes as latin1. Readers accept lines with fields missing.
 */
export type Exchange = z.output<typeof exchangeSchema>;

/** A body: its bytes, or (over 64 KiB) the name of the blob that holds them. */
export type Body = z.output<typeof bodySchema>;

const bodySchema = z.union([
  z.object({ base64: z.string() }),
  z.object({ sha256: z.string(), bytes: z.number() }),
]);
const headersSchema = z.array(z.tuple([z.string(), z.string()]));
const count = z.number().nullable().default(null);
const text = z.string().nullable().default(null);

export const exchangeSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String).default(''),
  kind: z.enum(['http', 'websocket', 'raw', 'dns', 'unread']).default('http'),
  direction: z.enum(['up', 'down']).default('up'),
  at: count,
  endedAt: count,
  connection: text,
  clientPort: count,
  host: z.string().default(''),
  port: count,
  /** Where the tap reached the host last; null where what stands behind the tap is ours. */
  address: text,
  sender: text,
  method: text,
  /** Absolute, as sent. */
  url: text,
  httpVersion: text,
  requestHeaders: headersSchema.default([]),
  requestBody: bodySchema.nullable().default(null),
  trailers: headersSchema.default([]),
  status: count,
  responseHeaders: headersSchema.default([]),
  responseBody: bodySchema.nullable().default(null),
  /** The response was made up by the tap (an upstream failed): no server ever answered so. */
  fabricated: z.boolean().default(false),
  truncated: z
    .object({ request: z.boolean().default(false), response: z.boolean().default(false) })
    .default({ request: false, response: false }),
  aborted: z.boolean().default(false),
  /** `unread` lines: bytes that passed, null where they were not measured, and why they could not be read. */
  bytesUp: count,
  bytesDown: count,
  why: text,
  /** Fingerprint (JA4) of the TLS client that gave a connection up within its handshake. */
  ja4: text,
});

/** `why` of such a connection. The client has said nothing yet: it may have refused us, or had no use for it any more. */
export const GIVEN_UP = 'given up in its handshake';

/**
 * `why` of one that was within its handshake when we closed the app that opened it: nothing was said on it, and nobody
 * had refused us. Its hello is kept as its request body, as that of one that was given up.
 */
export const CUT_OFF = 'cut off in its handshake when the app was closed';

/** Who went through with a handshake, where: in a trial's `accepted`. Names and counts may differ from visit to visit. */
export function acceptance(host: string, ja4: string): string {
  const [, ciphers = ''] = ja4.split('_');
  return `${host.toLowerCase()} ${ciphers}`;
}
