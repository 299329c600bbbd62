import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { connect as connectTls, createServer as createTls } from 'node:tls';
import { withEcho } from './far-socket.ts';
import type { World } from '../../../harness/gather/devices/phone.ts';
import { openTap } from '../../../harness/gather/tap/open.ts';
import type { Capture, CaptureSink, Tap } from '../../../harness/gather/tap/tap.ts';
import type { Finished } from '../../../harness/lib/children.ts';
import { run } from '../../../harness/lib/children.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import type { Body, Exchange } from '../../../harness/record/exchange.ts';

/** A request as the far server got it: the independent witness. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** A small internet on loopback, behind a proxy: every host is one HTTP server, plain and in TLS. */
export interface Lab extends AsyncDisposable {
  readonly world: World;
  readonly rootPem: string;
  readonly received: Received[];
  /** What the two raw servers got: port 7000 (plain, echoes) and 7001 (TLS, echoes). Port 25 greets first. */
  readonly raw: Buffer[];
  readonly folder: string;
}

export async function openLab(answers?: RequestListener): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-tap-'));
  await makeCertificates(folder);
  const [cert, key, rootPem] = await Promise.all(
    ['site.pem', 'site.key', 'root.pem'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  const received: Received[] = [];
  const raw: Buffer[] = [];
  const sockets = new Set<Socket>();
  const echo = (socket: Duplex): void => {
    socket
      .on('error', () => undefined)
      .on('data', (bytes: Buffer) => {
        raw.push(bytes);
        socket.write(bytes.toString('latin1').toUpperCase());
      });
  };
  const answer = answers ?? answerWith(received);
  const byPort = new Map<number, Server>([
    [80, createHttp(answer)],
    [443, withEcho(createHttps({ cert, key, ...noLimits }, answer))],
    [7000, createServer(echo)],
    [7001, createTls({ cert, key, ...noLimits }, echo)],
    [25, createServer((socket) => void socket.on('error', () => undefined).write('220 hello\r\n'))],
  ]);
  const proxy = createServer((socket) => {
    void onward(socket, byPort);
  });
  const all = [...byPort.values(), proxy];
  for (const server of all) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  return {
    folder,
    rootPem: rootPem ?? '',
    received,
    raw,
    world: {
      proxy: `http://127.0.0.1:${String(portOf(proxy))}`,
      root: join(folder, 'root.pem'),
      site: { cert: join(folder, 'site.pem'), key: join(folder, 'site.key') },
    },
    [Symbol.asyncDispose]: async () => {
      const closed = all.map((server) => once(server, 'close'));
      for (const server of all) server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
      await rm(folder, { recursive: true });
    },
  };
}

/** A tap on a phone of this lab, and curl as that phone. */
export interface TestTap extends AsyncDisposable {
  readonly tap: Tap;
  readonly capture: Capture;
  readonly lines: Exchange[];
  readonly blobs: Map<string, Buffer>;
  /** `trust`: the CA that curl believes in. */
  curl(trust: 'tap' | 'world', ...args: string[]): Promise<Finished>;
  /** TLS through a CONNECT of our own, as a phone's app opens it. */
  tls(host: string, port?: number): Promise<TLSSocket>;
  /** The far end of a CONNECT, or of nothing when no target is given. */
  dial(target?: string): Promise<Socket>;
}

export async function openTestTap(
  lab: Lab,
  egress: 'open' | 'world' | 'sinkhole' | 'block' = 'world',
): Promise<TestTap> {
  const tap = await openTap({ device: 'pretend', world: lab.world, clock: systemClock(), egress });
  const caFile = join(lab.folder, `tap-${String(tap.port)}.pem`);
  await writeFile(caFile, tap.caPem);
  const { sink, lines, blobs } = aSink();
  const capture = await tap.capture(sink);
  const dial = async (target?: string): Promise<Socket> => {
    const socket = connect(tap.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    if (target === undefined) return socket;
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    await once(socket, 'data');
    return socket;
  };
  return {
    tap,
    capture,
    lines,
    blobs,
    dial,
    curl: (trust, ...args) =>
      run('curl', [
        '--silent',
        '--show-error',
        '--max-time',
        '20',
        '--proxy',
        `http://127.0.0.1:${String(tap.port)}`,
        '--cacert',
        trust === 'tap' ? caFile : lab.world.root,
        ...args,
      ]),
    tls: async (host, port = 443) => {
      const socket = await dial(`${host}:${String(port)}`);
      const tls = connectTls({ socket, servername: host, ca: tap.caPem });
      tls.on('error', () => undefined);
      await once(tls, 'secureConnect');
      return tls;
    },
    [Symbol.asyncDispose]: () => tap[Symbol.asyncDispose](),
  };
}

export function aSink(): { sink: CaptureSink; lines: Exchange[]; blobs: Map<string, Buffer> } {
  const lines: Exchange[] = [];
  const blobs = new Map<string, Buffer>();
  const sink: CaptureSink = {
    exchange: (line) => {
      lines.push(line);
      return Promise.resolve();
    },
    packets: () => Promise.resolve(),
    spool: () => {
      const pieces: Uint8Array[] = [];
      return {
        write: (bytes) => {
          pieces.push(bytes);
          return Promise.resolve();
        },
        close: () => {
          const whole = Buffer.concat(pieces);
          const name = sha256(whole);
          blobs.set(name, whole);
          return Promise.resolve({ sha256: name, bytes: whole.length });
        },
      };
    },
  };
  return { sink, lines, blobs };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The bytes of a body of a line. */
export function bytesOf(body: Body | null | undefined, blobs = new Map<string, Buffer>()): Buffer {
  if (!body) return Buffer.alloc(0);
  return 'base64' in body
    ? Buffer.from(body.base64, 'base64')
    : (blobs.get(body.sha256) ?? Buffer.alloc(0));
}

/** Everything a stream gives until it holds `text`, or ends. */
export async function readUntil(stream: Duplex, text: string): Promise<string> {
  let got = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    got += Buffer.isBuffer(chunk) ? chunk.toString('latin1') : '';
    if (got.includes(text)) break;
  }
  return got;
}

/** Answers `/bytes/N` with N bytes, `/never` with nothing, and the rest with a greeting. */
function answerWith(received: Received[]): RequestListener {
  return (request, response) => {
    void wholeBody(request).then((body) => {
      const { method = '', url = '', rawHeaders, headers } = request;
      received.push({ method, url, host: headers.host ?? '', headers: rawHeaders, body });
      const size = /^\/bytes\/(\d+)/.exec(url)?.[1];
      if (url === '/never') return;
      response.setHeader('X-Far', 'yes');
      response.end(size === undefined ? 'far and well' : Buffer.alloc(Number(size), 'far!'));
    });
  };
}

async function wholeBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => request.once('close', resolve).once('end', resolve));
  return Buffer.concat(chunks);
}

async function onward(socket: Socket, byPort: ReadonlyMap<number, Server>): Promise<void> {
  socket.on('error', () => undefined);
  const first = await new Promise((resolve) => socket.once('data', resolve));
  const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+)/.exec(String(first)) ?? [];
  const server = byPort.get(Number(port));
  if (!server || host.startsWith('down.')) {
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    return;
  }
  const far = connect(portOf(server), '127.0.0.1');
  far.on('error', () => undefined);
  socket.write('HTTP/1.1 200 OK\r\n\r\n');
  far.pipe(socket);
  socket.pipe(far);
  far.once('close', () => socket.destroy());
  socket.once('close', () => far.destroy());
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const noLimits = { handshakeTimeout: 0 };

async function makeCertificates(folder: string): Promise<void> {
  const openssl = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await run('openssl', args);
    if (code !== 0) throw new Error(stderr);
  };
  const inside = (name: string): string => join(folder, name);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...curve,
    '-keyout',
    inside('root.key'),
    '-out',
    inside('root.pem'),
    '-subj',
    '/CN=Test world',
    '-days',
    '2',
  );
  await openssl(
    'req',
    '-x509',
    ...curve,
    '-keyout',
    inside('site.key'),
    '-out',
    inside('site.pem'),
    '-subj',
    '/CN=far',
    '-days',
    '2',
    '-CA',
    inside('root.pem'),
    '-CAkey',
    inside('root.key'),
    '-addext',
    'basicConstraints=critical,CA:FALSE',
    '-addext',
    `subjectAltName=${NAMES.map((name) => `DNS:${name}`).join(',')}`,
  );
}

const NAMES = [
  'example.org',
  '*.example.org',
  'leaklab.test',
  '*.leaklab.test',
  '*.beacon.leaklab.test',
];
