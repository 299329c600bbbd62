import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { decode } from 'dns-packet';
import { WebSocketServer } from 'ws';
import { createNetwork } from '../../../harness/handset/network/network.ts';
import { Files } from '../../../harness/handset/phone/storage/files.ts';
import type { AppMessage, ReverseRules } from '../../../harness/handset/phone/phone.ts';
import { Settings } from '../../../harness/handset/phone/settings.ts';
import { makeRoot } from '../../../harness/handset/world/root.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import { PretendClock, romWith } from '../collectors/pretend.ts';
import type { RunningWorld } from '../world/running-world.ts';
import { runWorld } from '../world/running-world.ts';

const HOST = 'sa.api.intl.miui.com';
const PAYLOAD = Buffer.from('{"url":"https://visited.leaklab.test/qwertzuiop"}');

function message(more: Partial<Extract<AppMessage, { as: 'tcp' | 'websocket' }>> = {}): AppMessage {
  const rest = { path: '/live?v=1', headers: [['X-From', 'phone'] as const], payload: PAYLOAD };
  return {
    package: 'org.example',
    as: 'tcp',
    host: HOST,
    port: 80,
    secure: false,
    ...rest,
    ...more,
  };
}

/** A phone whose proxy is `proxyPort`, and which another way out leads to `past`. */
async function phoneTo(proxyPort: number, root: string, past?: number) {
  const files = new Files(new PretendClock());
  files.write('/system/etc/security/cacerts/0a1b2c3d.0', root);
  const settings = new Settings({ global: { http_proxy: '127.0.0.1:8888' } });
  const asked: number[] = [];
  const noted: string[] = [];
  const reverse: ReverseRules = {
    connect: async (port) => {
      asked.push(port);
      const socket = connect(proxyPort, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
  };
  const rom = await romWith('sensors-analytics-3.4.0');
  const note = (what: string): void => {
    noted.push(what);
  };
  const network = await createNetwork({ rom, settings, files, reverse }, { past, note });
  return { network, settings, asked, noted };
}

describe('how bytes leave a handset otherwise than as a request', () => {
  let world: RunningWorld;
  let root = '';
  before(async () => {
    world = await runWorld();
    root = await readFile(world.root, 'utf8');
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
  });
  const last = async () => (await world.received()).at(-1);
  const sha256 = createHash('sha256').update(PAYLOAD).digest('hex');

  it('is raw TCP through the proxy, which is asked with CONNECT', async () => {
    const heard = Promise.withResolvers<string>();
    const proxy = createServer().on('connect', (request, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      void Array.fromAsync(socket).then((chunks) => {
        heard.resolve(`${request.url ?? ''} ${chunks.join('')}`);
        socket.end();
      });
    });
    await using port = await listening(proxy);
    const { network, asked, noted } = await phoneTo(port.port, root);
    await using _ = network;
    assert.equal((await network.tell(message({ port: 5222 }))).ok, true);
    assert.equal(await heard.promise, `${HOST}:5222 ${PAYLOAD.toString()}`);
    assert.deepEqual(asked, [8888]);
    assert.deepEqual(noted, []);
  });

  it('is a WebSocket that a server of other people’s understands', async () => {
    const heard: unknown[] = [];
    const http = createServer();
    const sockets = new WebSocketServer({ server: http });
    const closed = new Promise((resolve) => {
      sockets.on('connection', (socket, request) => {
        socket.on('message', (data, binary) =>
          heard.push([
            request.url,
            request.headers['x-from'],
            Buffer.isBuffer(data) ? data.toString() : '',
            binary,
          ]),
        );
        socket.once('close', resolve);
      });
    });
    const proxy = createServer().on('connect', (request, socket) => {
      heard.push(request.url);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      http.emit('connection', socket);
    });
    await using port = await listening(proxy);
    const { network } = await phoneTo(port.port, root);
    await using _ = network;
    const long = Buffer.alloc(70_000, 0xfe);
    assert.equal((await network.tell(message({ as: 'websocket' }))).ok, true);
    await closed;
    assert.equal((await network.tell(message({ as: 'websocket', payload: long }))).ok, true);
    assert.deepEqual(heard[0], `${HOST}:80`);
    assert.deepEqual(heard[1], ['/live?v=1', 'phone', PAYLOAD.toString(), false]);
    assert.deepEqual(heard[3], ['/live?v=1', 'phone', long.toString(), true]);
    sockets.close();
  });

  it('is a WebSocket under TLS, which the world hears', async () => {
    const { network } = await phoneTo(world.port, root);
    await using _ = network;
    assert.equal(
      (await network.tell(message({ as: 'websocket', secure: true, port: 443 }))).ok,
      true,
    );
    const line = await last();
    assert.deepEqual(
      [line?.method, line?.host, line?.path, line?.body.sha256],
      ['WEBSOCKET', HOST, '/live?v=1', sha256],
    );
  });

  it('refuses a CA that was added with the alert that phones send', async () => {
    const ca = await makeRoot(systemClock().now());
    const alerts: string[] = [];
    const tls = createTlsServer(await ca.certify([HOST]), (socket) => socket.end());
    const told = new Promise((resolve) => {
      tls.on('tlsClientError', (error) => {
        alerts.push(error.message);
        resolve(undefined);
      });
    });
    const tap = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        tls.emit('connection', socket);
      });
    });
    tap.listen(0, '127.0.0.1');
    await once(tap, 'listening');
    const address = tap.address();
    const { network } = await phoneTo(
      typeof address === 'object' && address ? address.port : 0,
      root,
    );
    await using _ = network;
    assert.equal((await network.tell(message({ secure: true, port: 443 }))).ok, false);
    await told;
    assert.match(alerts.join(), /alert unknown ca/i);
    tap.close();
  });

  it('goes past the proxy where a rule says so, and is noted', async () => {
    const { network, asked, noted } = await phoneTo(world.port, root, world.past);
    await using _ = network;
    const post = {
      package: 'org.example',
      method: 'POST',
      headers: [],
      body: PAYLOAD,
      direct: true,
    } as const;
    for (const scheme of ['https', 'http']) {
      const sent = await network.fetch({ ...post, url: `${scheme}://${HOST}/sa` });
      assert.ok(sent.ok && sent.status === 200, scheme);
      assert.equal((await last())?.body.sha256, sha256);
    }
    assert.equal((await network.tell(message({ direct: true }))).ok, true);
    assert.equal((await last())?.method, 'RAW');
    assert.deepEqual(asked, []);
    assert.deepEqual(noted, [`https://${HOST}`, `http://${HOST}`, `tcp://${HOST}`]);
  });

  it('asks for a name in a query that others can read, and tries QUIC in vain', async () => {
    const server = createSocket('udp4');
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    const heard: Buffer[] = [];
    server.on('message', (bytes, from) => {
      heard.push(bytes);
      server.send(bytes, from.port, from.address);
    });
    const { network, asked } = await phoneTo(world.port, root, server.address().port);
    await using _ = network;
    const host = 'nbswy3dp.c.example.org';
    assert.equal((await network.tell({ package: 'org.example', as: 'dns', host })).ok, true);
    const query = decode(heard[0] ?? Buffer.alloc(0));
    assert.deepEqual(query.questions, [{ name: host, type: 'A', class: 'IN' }]);
    assert.deepEqual(await network.tell({ package: 'org.example', as: 'quic', host: HOST }), {
      ok: false,
      error: 'net::ERR_QUIC_PROTOCOL_ERROR',
    });
    if (heard.length < 2) await once(server, 'message');
    assert.equal(heard[1]?.length, 1200);
    // RFC 9000, 17.2: long header, Initial, version 1; the low bits are under a mask.
    assert.equal((heard[1][0] ?? 0) & 0xf0, 0xc0);
    assert.equal(heard[1].readUInt32BE(1), 1);
    assert.deepEqual(asked, []);
    server.close();
  });

  it('is heard by the world at its door', async () => {
    const { network } = await phoneTo(world.port, root, world.past);
    await using _ = network;
    await network.tell({ package: 'org.example', as: 'dns', host: 'a.c.example.org' });
    const line = await last();
    assert.deepEqual([line?.method, line?.host], ['DNS', 'a.c.example.org']);
  });

  it('is refused and noted where there is no way past the proxy, and nothing off line', async () => {
    const { network, settings, noted, asked } = await phoneTo(world.port, root);
    await using _ = network;
    const refused = { ok: false, error: 'net::ERR_CONNECTION_REFUSED' };
    const dns = { package: 'org.example', as: 'dns', host: HOST } as const;
    assert.deepEqual(await network.tell(dns), refused);
    assert.deepEqual(await network.tell(message({ direct: true })), refused);
    assert.deepEqual(noted, [`dns://${HOST}`, `tcp://${HOST}`]);
    settings.put('global', 'wifi_on', '0');
    settings.put('global', 'mobile_data', '0');
    assert.equal((await network.tell(dns)).ok, false);
    assert.deepEqual([noted.length, asked.length], [2, 0]);
  });

  it('carries nothing that would break out of its place', async () => {
    const { network, asked, noted } = await phoneTo(world.port, root, world.past);
    await using _ = network;
    for (const wrong of [
      message({ host: 'a b' }),
      message({ host: '-proxy\r\n' }),
      message({ path: '/a b' }),
      message({ headers: [['A', 'b\r\nC: d']] }),
    ]) {
      assert.deepEqual(await network.tell(wrong), { ok: false, error: 'net::ERR_INVALID_URL' });
    }
    assert.deepEqual([asked, noted], [[], []]);
  });
});

async function listening(server: Server): Promise<AsyncDisposable & { port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
