import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createSecureServer } from 'node:http2';
import { makeRoot } from '../../harness/handset/world/root.ts';

/*
 * node bench/capture/far.ts ROOT_FILE
 * The far end that every contestant talks to, behind a proxy: `/BYTES/NUMBER` gives so many bytes and the number back
 * in a header. Prints the proxy's port.
 */
const root = await makeRoot(Date.now());
await writeFile(process.argv[2] ?? '', root.cert);
const leaf = await root.certify(['far.example.org']);
const bodies = new Map(
  [188, 64 * 1024, 1024 * 1024].map((size) => [size, Buffer.alloc(size, 'far!')]),
);

const answer = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): void => {
  const [, size, number = ''] = (request.url ?? '').split('/');
  const body = bodies.get(Number(size)) ?? Buffer.alloc(0);
  response.setHeader('x-number', number);
  response.setHeader('content-length', String(body.length));
  response.end(body);
};
const secure = createSecureServer({ ...leaf, allowHTTP1: true }, answer);
const proxy = createServer((_request, response) => response.writeHead(502).end());
proxy.on('connect', (_request, socket, head) => {
  socket.on('error', () => undefined);
  socket.write('HTTP/1.1 200 OK\r\n\r\n');
  if (head.length > 0) socket.unshift(head);
  secure.emit('connection', socket);
});
secure.on('sessionError', () => undefined).on('tlsClientError', () => undefined);
proxy.keepAliveTimeout = 0;
proxy.listen(0, '127.0.0.1');
await once(proxy, 'listening');
const address = proxy.address();
process.stdout.write(`${String(typeof address === 'object' ? address?.port : '')}\n`);
