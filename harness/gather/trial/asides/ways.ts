import type { Way } from '../../../record/aside.ts';

/**
 * Every way by which our own app can be asked to send, as docs/known-leak-app.md lays it down: each wrapping over https,
 * each transport with JSON. Those past the proxy are asked for only where a gateway hears them.
 */
export function waysOf({ gateway }: { readonly gateway: boolean }): Way[] {
  return [...THROUGH, ...(gateway ? PAST : [])].map(([way, wrapping, transport]) => ({
    way,
    wrapping,
    transport,
  }));
}

/** Of this way the tap sees no host: the name is the message. */
export const NAME_ASKED_FOR = 'a name asked for';

type Row = readonly [way: string, wrapping: string, transport: string];

const ON_HTTPS: readonly (readonly [string, string])[] = [
  ['json', 'json'],
  ['lines', 'a line of json'],
  ['gzip', 'json › gzip'],
  ['zlib', 'json › zlib'],
  ['deflate', 'json › raw deflate'],
  ['brotli', 'json › brotli'],
  ['zstd', 'json › zstd'],
  ['lz4', 'json › lz4'],
  ['lz4-block', 'json › bare lz4'],
  ['snappy', 'json › snappy'],
  ['snappy-framed', 'json › framed snappy'],
  ['base64', 'json › base64'],
  ['base64-url', 'json › base64url'],
  ['base64-bare', 'json › base64 without padding'],
  ['base64-lines', 'json › base64 in lines'],
  ['hex', 'json › hex'],
  ['percent', 'json › percent'],
  ['utf16', 'json › utf-16'],
  ['xor', 'json › xor'],
  ['form', 'json › form'],
  ['multipart', 'json › multipart'],
  ['gzip-base64-form', 'json › gzip › base64 › form'],
  ['split-fields', 'json › split over fields'],
  ['split-requests', 'json › split over requests'],
  ['msgpack', 'msgpack'],
  ['cbor', 'cbor'],
  ['protobuf', 'protobuf'],
  ['query', 'query'],
  ['cookie', 'cookie'],
];

const THROUGH: readonly Row[] = [
  ...ON_HTTPS.map(([way, wrapping]): Row => [way, wrapping, 'https']),
  ['http', 'json', 'http'],
  ['websocket', 'json', 'a WebSocket over TLS'],
  ['websocket-clear', 'json', 'a WebSocket in clear'],
  ['tcp', 'json', 'TCP'],
  ['tls', 'json', 'TLS without HTTP'],
];

const PAST: readonly Row[] = [
  ['past-https', 'json', 'https past the proxy'],
  ['past-http', 'json', 'http past the proxy'],
  ['past-websocket', 'json', 'a WebSocket past the proxy'],
  ['quic', 'json', 'https after QUIC was tried'],
  ['dns', 'hex', NAME_ASKED_FOR],
];
