import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { connect as connectTls } from 'node:tls';
import { z } from 'zod';

/*
 * node bench/capture/load.ts JSON
 * One load: so many numbered requests of one size through a proxy. Prints how long they took, and how many came back
 * with their own number and all their bytes.
 */
const load = z
  .object({
    proxy: z.number(),
    ca: z.string(),
    size: z.number(),
    lanes: z.number(),
    requests: z.number(),
    first: z.number(),
    way: z.enum(['kept', 'new', 'h2']),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));
const HOST = 'far.example.org';
const STREAMS = 10;
const ca = await readFile(load.ca);
let [next, good] = [load.first, 0];
const end = load.first + load.requests;

const started = performance.now();
await Promise.all(
  Array.from({ length: load.lanes }, () => (load.way === 'h2' ? laneH2() : lane())),
);
const ms = performance.now() - started;
process.stdout.write(`${JSON.stringify({ ms, good })}\n`);

async function lane(): Promise<void> {
  let tls: TLSSocket | null = null;
  while (next < end) {
    const number = next++;
    tls ??= await open(['http/1.1']);
    const head = await ask(tls, `/${String(load.size)}/${String(number)}`);
    if (head.includes(`x-number: ${String(number)}\r\n`)) good += 1;
    if (load.way === 'kept' && next < end) continue;
    tls.destroy();
    tls = null;
  }
}

/** The head of the answer in lower case, once all of its body has come. */
function ask(tls: TLSSocket, path: string): Promise<string> {
  return new Promise((resolve) => {
    let head = '';
    let left = -1;
    const take = (bytes: Buffer): void => {
      if (left < 0) {
        head += bytes.toString('latin1');
        const at = head.indexOf('\r\n\r\n');
        if (at < 0) return;
        left = load.size - (head.length - at - 4);
        head = head.slice(0, at + 2).toLowerCase();
      } else left -= bytes.length;
      if (left > 0) return;
      tls.off('data', take);
      resolve(left === 0 ? head : '');
    };
    tls.on('data', take);
    tls.write(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  });
}

async function laneH2(): Promise<void> {
  const tls = await open(['h2']);
  const session = connectHttp2(`https://${HOST}`, { createConnection: () => tls });
  session.on('error', () => undefined);
  await Promise.all(
    Array.from({ length: STREAMS }, async () => {
      while (next < end) {
        const number = next++;
        const stream = session.request({ ':path': `/${String(load.size)}/${String(number)}` });
        let bytes = 0;
        stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
        const ended = once(stream, 'end');
        const headers = z.looseObject({}).parse((await once(stream, 'response')).at(0));
        await ended;
        if (headers['x-number'] === String(number) && bytes === load.size) good += 1;
      }
    }),
  );
  session.destroy();
}

async function open(ALPNProtocols: string[]): Promise<TLSSocket> {
  const socket = connect({ port: load.proxy, host: '127.0.0.1', noDelay: true });
  socket.write(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\n\r\n`);
  await once(socket, 'data');
  const tls = connectTls({ socket, servername: HOST, ca, ALPNProtocols });
  await once(tls, 'secureConnect');
  return tls;
}
