import type { Route } from './route.ts';

/** One for each of its wrappings, forms and ways: the profile `many-clothes`. */
const CLOTHES = [
  ...['plain', 'gzip', 'zlib', 'deflate', 'brotli', 'zstd', 'lz4', 'snappy', 'base64', 'base64url'],
  ...['hex', 'percent', 'utf16', 'msgpack', 'cbor', 'protobuf', 'xor', 'form', 'multipart'],
  ...['gzip-base64-form', 'http', 'websocket', 'sha256', 'md5', 'prefix', 'words', 'lines', 'tcp'],
  ...[
    'base64-bare',
    'base64-lines',
    'lz4-block',
    'snappy-framed',
    'split-fields',
    'split-requests',
  ],
];

/** One for each way that leads past a proxy: the profile `past-the-proxy`. */
const WAYS = ['quic', 'fallback', 'aside', 'aside-in-clear', 'aside-websocket'];

/** The collectors' front doors of the profiles that are invented (roms/collectors/made-up): they take everything. */
export const INVENTED: readonly (readonly [string, readonly Route[]])[] = [
  'log-phones.oss-cn-beijing.aliyuncs.com',
  ...CLOTHES.map((name) => `${name}.clothes.example`),
  ...WAYS.map((name) => `${name}.ways.example`),
  ...['aes', 'rsa', 'pinned'].map((name) => `${name}.sealed.example`),
].map((host) => [host, [takes]] as const);

function takes({ method }: Parameters<Route>[0]): ReturnType<Route> {
  return method === 'POST'
    ? { status: 200, type: 'application/json', body: '{"code":0}' }
    : undefined;
}
