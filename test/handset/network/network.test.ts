import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PassThrough } from 'node:stream';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:tls';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { createServer as createHttpServer } from 'node:http';
import { AdbStream } from '../../../harness/handset/adb/stream.ts';
import { openBridge } from '../../../harness/handset/network/bridge.ts';
import { createNetwork } from '../../../harness/handset/network/network.ts';
import { Files } from '../../../harness/handset/phone/storage/files.ts';
import type { AppRequest, ReverseRules } from '../../../harness/handset/phone/phone.ts';
import { Settings } from '../../../harness/handset/phone/settings.ts';
import { makeRoot } from '../../../harness/handset/world/root.ts';
import type { Certified } from '../../../harness/lib/certificates.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import { PretendClock, romWith } from '../collectors/pretend.ts';
import type { RunningWorld } from '../world/running-world.ts';
import { runWorld } from '../world/running-world.ts';

const SYSTEM_STORE = '/system/etc/security/cacerts';

/** A phone whose device port 8888 leads to a port of this machine, which stands for `adb reverse`. */
async function phoneTo(
  target: number,
  addedCa: 'trusted' | 'refused',
  root: string,
  over: (socket: Socket) => Duplex = (socket) => socket,
) {
  const files = new Files(new PretendClock());
  files.write(`${SYSTEM_STORE}/0a1b2c3d.0`, root);
  const settings = new Settings();
  const asked: number[] = [];
  const reverse: ReverseRules = {
    connect: async (port) => {
      asked.push(port);
      if (port !== 8888) throw new Error('no reverse rule');
      const socket = connect(target, '127.0.0.1');
      await once(socket, 'connect');
      return over(socket);
    },
  };
  const rom = { ...(await romWith('sensors-analytics-3.4.0')), addedCa };
  const network = await createNetwork({ rom, settings, files, reverse });
  const proxy = (value: string): void => {
    settings.put('global', 'http_proxy', value);
  };
  proxy('127.0.0.1:8888');
  return { files, settings, asked, network, proxy };
}

/** The same connection as an adb stream, as it is on a handset. */
function overAdb(socket: Socket): Duplex {
  const stream = new AdbStream({
    maxPayload: 65_536,
    write: (payload) => {
      socket.write(payload, () => {
        stream.okayed();
      });
    },
    acknowledge: () => undefined,
    close: () => {
      socket.destroy();
    },
  });
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    stream.received(bytes);
  });
  socket.on('close', () => {
    stream.hungUp();
  });
  return stream;
}

function get(url: string, more: Partial<AppRequest> = {}): AppRequest {
  return { package: 'org.example', method: 'GET', url, headers: [], ...more };
}

describe('how the apps of a handset reach the internet', () => {
  let world: RunningWorld;
  let root = '';
  before(async () => {
    world = await runWorld();
    root = await readFile(world.root, 'utf8');
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
  });

  it('is through the proxy setting and the reverse rule, believing what the ROM shipped', async () => {
    const { network, asked } = await phoneTo(world.port, 'refused', root);
    await using _ = network;
    const response = await network.fetch(
      get('https://sa.api.intl.miui.com/sa?project=p', {
        method: 'POST',
        headers: [
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ['X-Empty', ''],
        ],
        body: Buffer.from('a=1'),
      }),
    );
    assert.ok(response.ok);
    assert.equal(response.status, 200);
    assert.equal(response.body.toString(), '{"code":0}');
    assert.deepEqual(asked, [8888]);
    assert.equal((await world.received()).at(-1)?.path, '/sa?project=p');
  });

  it('is nowhere without a proxy setting: nothing is even tried', async () => {
    const { network, settings, asked, proxy } = await phoneTo(world.port, 'trusted', root);
    await using _ = network;
    const before = (await world.received()).length;
    for (const value of [':0', '', 'null']) {
      proxy(value);
      assert.deepEqual(await network.fetch(get('http://example.org/')), {
        ok: false,
        error: 'net::ERR_INTERNET_DISCONNECTED',
      });
    }
    settings.delete('global', 'http_proxy');
    assert.equal((await network.fetch(get('http://example.org/'))).ok, false);
    proxy('127.0.0.1:8888');
    settings.put('global', 'wifi_on', '0');
    settings.put('global', 'mobile_data', '0');
    assert.deepEqual(await network.fetch(get('http://example.org/')), {
      ok: false,
      error: 'net::ERR_INTERNET_DISCONNECTED',
    });
    assert.deepEqual(asked, []);
    assert.equal((await world.received()).length, before);
  });

  it('is nowhere through any proxy but a port of the phone that leads somewhere', async () => {
    const { network, asked, proxy } = await phoneTo(world.port, 'trusted', root);
    await using _ = network;
    const unreachable = { ok: false, error: 'net::ERR_PROXY_CONNECTION_FAILED' };
    for (const value of [
      `127.0.0.2:${String(world.port)}`,
      'localhost:8888',
      '127.0.0.1:99999',
      'x',
    ]) {
      proxy(value);
      assert.deepEqual(await network.fetch(get('http://example.org/')), unreachable);
    }
    assert.deepEqual(asked, []);
    proxy('127.0.0.1:9999');
    assert.deepEqual(await network.fetch(get('https://example.org/')), unreachable);
    assert.deepEqual(asked, [9999]);
  });

  it('is told that a name does not resolve', async () => {
    const { network } = await phoneTo(world.port, 'trusted', root);
    await using _ = network;
    assert.deepEqual(await network.fetch(get('https://nowhere.example/')), {
      ok: false,
      error: 'net::ERR_TUNNEL_CONNECTION_FAILED',
    });
  });

  describe('behind a wire-tap with a CA of its own', () => {
    let tapRoot = '';
    let leaf: Certified;
    let refused: string[] = [];
    let asked: string[] = [];
    let tap: Server;
    let tapPort = 0;
    before(async () => {
      const ca = await makeRoot(systemClock().now());
      tapRoot = ca.cert;
      leaf = await ca.certify(['example.org']);
      const secure = createTlsServer(leaf, (socket) => {
        socket.once('data', (bytes: Buffer) => {
          asked.push(bytes.toString('latin1'));
          socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntap');
        });
      });
      secure.on('tlsClientError', (error) => refused.push(error.message));
      tap = createServer((socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          secure.emit('connection', socket);
        });
      });
      tap.listen(0, '127.0.0.1');
      await once(tap, 'listening');
      const address = tap.address();
      tapPort = typeof address === 'object' && address ? address.port : 0;
    });
    beforeEach(() => {
      refused = [];
      asked = [];
    });
    after(() => {
      tap.close();
    });

    it('refuses it with an alert until the CA lies in the store', async () => {
      const { network, files } = await phoneTo(tapPort, 'trusted', root);
      await using _ = network;
      assert.deepEqual(await network.fetch(get('https://example.org/')), {
        ok: false,
        error: 'net::ERR_CERT_AUTHORITY_INVALID',
      });
      assert.equal(refused.length, 1);
      assert.match(refused.join(), /alert unknown ca/i);
      files.mount(SYSTEM_STORE);
      files.write(`${SYSTEM_STORE}/99999999.0`, tapRoot);
      const response = await network.fetch(get('https://example.org/'));
      assert.ok(response.ok);
      assert.equal(response.body.toString(), 'tap');
      files.umount(SYSTEM_STORE);
      assert.equal((await network.fetch(get('https://example.org/'))).ok, false);
    });

    it('goes on refusing it, wherever the CA is put, where apps believe only what the ROM shipped', async () => {
      const { network, files } = await phoneTo(tapPort, 'refused', root);
      await using _ = network;
      files.write('/data/misc/user/0/cacerts-added/99999999.0', tapRoot);
      files.write(`${SYSTEM_STORE}/99999999.0`, tapRoot);
      assert.deepEqual(await network.fetch(get('https://example.org/')), {
        ok: false,
        error: 'net::ERR_CERT_AUTHORITY_INVALID',
      });
      assert.match(refused.join(), /alert unknown ca/i);
    });

    for (const [what, more] of [
      [
        'without a body',
        {
          headers: [
            ['user-AGENT', 'A phone'],
            ['Accept', '*/*'],
          ],
        },
      ],
      [
        'with one',
        {
          method: 'POST',
          headers: [
            ['Content-Type', 'text/plain'],
            ['X-Twice', 'a'],
            ['X-Twice', 'b'],
          ],
          body: Buffer.from('a=1'),
        },
      ],
    ] as const) {
      it(`asks a host that it has met the same, to the byte, as at first (${what})`, async () => {
        const { network, asked: ports } = await phoneTo(tapPort, 'trusted', tapRoot);
        await using _ = network;
        for (const _time of [1, 2, 3]) {
          const response = await network.fetch(get('https://example.org/a/../b?c=%2F', more));
          assert.ok(response.ok);
          assert.equal(response.body.toString(), 'tap');
        }
        assert.equal(asked.length, 3);
        assert.deepEqual(new Set(asked), new Set([asked[0]]));
        assert.deepEqual(ports, [8888, 8888, 8888]);
      });
    }

    it('ends a request whose handshake is no longer wanted, at a host that it has met', async () => {
      const begun = Promise.withResolvers<undefined>();
      let met = 0;
      const door = createServer((socket) => {
        if (met++ === 0) {
          tap.emit('connection', socket);
          return;
        }
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          socket.once('data', begun.resolve);
        });
      });
      door.listen(0, '127.0.0.1');
      await once(door, 'listening');
      const address = door.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const { network } = await phoneTo(port, 'trusted', tapRoot, overAdb);
      await using _ = network;
      assert.ok((await network.fetch(get('https://example.org/'))).ok);
      const abort = new AbortController();
      const response = network.fetch(get('https://example.org/'), abort.signal);
      await begun.promise;
      abort.abort();
      assert.deepEqual(await response, { ok: false, error: 'net::ERR_ABORTED' });
      // What the broken handshake still has to say, it says now, and nobody may fall over it.
      await new Promise(setImmediate);
      door.close();
    });

    it('does not believe the certificates of the machine it runs on', async () => {
      const { network } = await phoneTo(tapPort, 'trusted', '');
      await using _ = network;
      assert.equal((await network.fetch(get('https://example.org/'))).ok, false);
    });

    it('minds the name in a certificate', async () => {
      const { network } = await phoneTo(tapPort, 'trusted', tapRoot);
      await using _ = network;
      assert.deepEqual(await network.fetch(get('https://other.example/')), {
        ok: false,
        error: 'net::ERR_CERT_COMMON_NAME_INVALID',
      });
    });
  });

  describe('reading what comes back', () => {
    it('sends headers in the order and case given, nothing of its own but what the proxy needs', async () => {
      const seen: string[][] = [];
      await using server = await proxyThat((request, response) => {
        seen.push([request.url ?? '', ...request.rawHeaders]);
        response.end('ok');
      });
      const { network } = await phoneTo(server.port, 'trusted', root);
      await using _ = network;
      await network.fetch(
        get('http://example.org/a/../b?c=%2F', {
          headers: [
            ['user-agent', 'A phone'],
            ['Accept', '*/*'],
            ['x-Requested-With', 'org.example'],
          ],
        }),
      );
      assert.deepEqual(seen, [
        [
          'http://example.org/a/../b?c=%2F',
          ...['Host', 'example.org', 'Proxy-Connection', 'Keep-Alive'],
          ...['user-agent', 'A phone', 'Accept', '*/*', 'x-Requested-With', 'org.example'],
        ],
      ]);
    });

    it('takes the content encoding off, within bounds', async () => {
      const bodies: Record<string, [string, Buffer]> = {
        '/gzip': ['gzip', gzipSync('page')],
        '/both': ['gzip, br', brotliCompressSync(gzipSync('page'))],
        '/bomb': ['gzip', gzipSync(Buffer.alloc(64 * 2 ** 20))],
        '/lie': ['gzip', Buffer.from('page')],
      };
      await using server = await proxyThat((request, response) => {
        const [encoding, body] = bodies[new URL(request.url ?? '').pathname] ?? [
          '',
          Buffer.alloc(0),
        ];
        response.writeHead(200, { 'content-encoding': encoding });
        response.end(body);
      });
      const { network } = await phoneTo(server.port, 'trusted', root);
      await using _ = network;
      const outcome = async (path: string): Promise<string> => {
        const response = await network.fetch(get(`http://example.org${path}`));
        return response.ok ? response.body.toString() : response.error;
      };
      assert.equal(await outcome('/gzip'), 'page');
      assert.equal(await outcome('/both'), 'page');
      assert.equal(await outcome('/bomb'), 'net::ERR_CONTENT_DECODING_FAILED');
      assert.equal(await outcome('/lie'), 'net::ERR_CONTENT_DECODING_FAILED');
    });

    it('is not misled by interim answers, and follows no redirect by itself', async () => {
      await using server = await proxyThat((_, response) => {
        response.writeEarlyHints({ link: '</a.css>; rel=preload' });
        response.writeHead(302, { location: '/b', 'set-cookie': ['a=1', 'b=2'] });
        response.end('moved');
      });
      const { network } = await phoneTo(server.port, 'trusted', root);
      await using _ = network;
      const response = await network.fetch(get('http://example.org/'));
      assert.ok(response.ok);
      assert.equal(response.status, 302);
      assert.equal(response.body.toString(), 'moved');
      assert.deepEqual(
        response.headers.filter(([name]) => name.toLowerCase() === 'set-cookie'),
        [
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ],
      );
    });

    it('never has more than six requests under way', async () => {
      let under = 0;
      let most = 0;
      const waiting: (() => void)[] = [];
      await using server = await proxyThat((_, response) => {
        most = Math.max(most, ++under);
        waiting.push(() => {
          under--;
          response.end();
        });
        if (waiting.length === 6) {
          for (const go of waiting.splice(0)) go();
        }
      });
      const { network } = await phoneTo(server.port, 'trusted', root);
      await using _ = network;
      await Promise.all(
        Array.from({ length: 12 }, () => network.fetch(get('http://example.org/'))),
      );
      assert.equal(most, 6);
    });

    it('ends a request that is no longer wanted', async () => {
      const arrived = Promise.withResolvers<undefined>();
      await using server = await proxyThat(() => {
        arrived.resolve(undefined);
      });
      const { network } = await phoneTo(server.port, 'trusted', root);
      await using _ = network;
      const abort = new AbortController();
      const response = network.fetch(get('http://example.org/'), abort.signal);
      await arrived.promise;
      abort.abort();
      assert.deepEqual(await response, { ok: false, error: 'net::ERR_ABORTED' });
    });

    it('lets go of a way that only stands when whoever asked is gone', async () => {
      const asked = Promise.withResolvers<undefined>();
      const stands = Promise.withResolvers<Duplex>();
      const reverse: ReverseRules = {
        connect: () => {
          asked.resolve(undefined);
          return stands.promise;
        },
      };
      const fallenOver: unknown[] = [];
      const note = (reason: unknown): void => void fallenOver.push(reason);
      process.on('unhandledRejection', note);
      const bridge = await openBridge(reverse, 8888);
      const client = connect(bridge.port, '127.0.0.1');
      await asked.promise;
      await bridge[Symbol.asyncDispose]();
      const late = new PassThrough();
      stands.resolve(late);
      await once(late, 'close');
      client.destroy();
      await new Promise(setImmediate);
      process.off('unhandledRejection', note);
      assert.deepEqual(fallenOver, []);
    });

    it('sends nothing that would break out of a request', async () => {
      const { network, asked } = await phoneTo(1, 'trusted', root);
      await using _ = network;
      for (const request of [
        get('http://example.org/\r\nX: y'),
        get('http://example.org/ HTTP/1.1'),
        get('file:///etc/passwd'),
        get('--output=/tmp/x'),
        get('http://example.org/', { headers: [['A', 'b\r\nC: d']] }),
        get('http://example.org/', { headers: [['A: b', 'c']] }),
      ]) {
        assert.deepEqual(await network.fetch(request), {
          ok: false,
          error: 'net::ERR_INVALID_URL',
        });
      }
      assert.deepEqual(asked, []);
    });
  });
});

async function proxyThat(
  answer: Parameters<typeof createHttpServer>[1],
): Promise<AsyncDisposable & { port: number }> {
  const server = createHttpServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
