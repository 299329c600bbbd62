import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Lab, TestTap } from './lab.ts';
import { bytesOf, openLab, openTestTap, readUntil, sha256 } from './lab.ts';

describe('what the tap reads', function () {
  this.timeout(20_000);
  let lab: Lab;
  let test: TestTap;

  before(async () => {
    lab = await openLab();
  });
  beforeEach(async () => {
    lab.received.length = 0;
    lab.raw.length = 0;
    test = await openTestTap(lab);
  });
  afterEach(async () => {
    await test[Symbol.asyncDispose]();
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  for (const [flag, version] of [
    ['--http1.1', '1.1'],
    ['--http2', '2.0'],
  ] as const) {
    it(`gives a GET with its answer over HTTP/${version}`, async () => {
      const asked = 'https://Shop.example.org/a/../b?q=%7e|x&q=';
      const { stdout, stderr } = await test.curl(
        'tap',
        flag,
        '--path-as-is',
        '-H',
        'X-One: 1',
        '-H',
        'X-one: 2',
        asked,
      );
      assert.equal(stdout.toString(), 'far and well', stderr);
      const books = await test.capture.finish();
      const [line, ...more] = test.lines;
      assert.equal(more.length, 0);
      assert.equal(line?.kind, 'http');
      assert.equal(line.url, 'https://shop.example.org/a/../b?q=%7e|x&q=');
      assert.deepEqual(
        [line.host, line.port, line.method, line.httpVersion],
        ['shop.example.org', 443, 'GET', version],
      );
      assert.deepEqual([line.status, line.fabricated, line.aborted], [200, false, false]);
      const ones = line.requestHeaders.filter(([name]) => name.toLowerCase() === 'x-one');
      const names = version === '2.0' ? ['x-one', 'x-one'] : ['X-One', 'X-one'];
      assert.deepEqual(ones, [
        [names[0], '1'],
        [names[1], '2'],
      ]);
      assert.ok(
        line.responseHeaders.some(
          ([name, value]) => name.toLowerCase() === 'x-far' && value === 'yes',
        ),
      );
      assert.equal(bytesOf(line.responseBody).toString(), 'far and well');
      assert.equal(line.requestBody, null);
      assert.deepEqual([books.connections, books.unaccounted, books.exchanges], [1, 0, 1]);
    });
  }

  it('gives plain HTTP through the proxy', async () => {
    await test.curl('tap', '-d', 'secret=1', 'http://plain.example.org/form');
    await test.capture.finish();
    const [line] = test.lines;
    assert.equal(line?.url, 'http://plain.example.org/form');
    assert.equal(bytesOf(line.requestBody).toString(), 'secret=1');
    assert.equal(lab.received[0]?.body.toString(), 'secret=1');
    assert.equal(line.fabricated, false);
  });

  it('keeps a gzipped body as it was on the wire', async () => {
    const file = join(lab.folder, 'body.gz');
    const sent = gzipSync('{"word":"a canary"}');
    await writeFile(file, sent);
    await test.curl(
      'tap',
      '-H',
      'Content-Encoding: gzip',
      '--data-binary',
      `@${file}`,
      'https://api.example.org/x',
    );
    await test.capture.finish();
    assert.deepEqual(bytesOf(test.lines[0]?.requestBody), sent);
    assert.deepEqual(lab.received[0]?.body, sent);
  });

  for (const [name, args] of [
    ['with its length', ['--http1.1']],
    ['in chunks', ['--http1.1', '-H', 'Transfer-Encoding: chunked']],
    ['over HTTP/2', ['--http2']],
  ] as const) {
    it(`keeps every byte of 3 MB up and down, ${name}`, async () => {
      const sent = randomBytes(3_000_001);
      const file = join(lab.folder, 'big.bin');
      await writeFile(file, sent);
      const { stdout } = await test.curl(
        'tap',
        ...args,
        '-H',
        'Expect:',
        '-T',
        file,
        'https://big.example.org/bytes/3000002',
      );
      const books = await test.capture.finish();
      const [line] = test.lines;
      const up = bytesOf(line?.requestBody, test.blobs);
      const down = bytesOf(line?.responseBody, test.blobs);
      assert.equal(sha256(up), sha256(sent));
      assert.equal(sha256(lab.received[0]?.body ?? Buffer.alloc(0)), sha256(sent));
      assert.equal(sha256(down), sha256(stdout));
      assert.equal(down.length, 3_000_002);
      assert.deepEqual(line?.truncated, { request: false, response: false });
      assert.ok(books.bytesUp > 3_000_000 && books.bytesDown > 3_000_000);
    });
  }

  it('keeps the trailers of a request', async () => {
    const tls = await test.tls('trail.example.org');
    tls.write(
      'POST /t HTTP/1.1\r\nHost: trail.example.org\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n' +
        '2\r\nhi\r\n0\r\nX-Late: canary\r\n\r\n',
    );
    await readUntil(tls, 'far and well');
    tls.destroy();
    await test.capture.finish();
    assert.deepEqual(test.lines[0]?.trailers, [['X-Late', 'canary']]);
    assert.equal(bytesOf(test.lines[0].requestBody).toString(), 'hi');
  });

  it('gives the messages of a WebSocket under the address of its handshake', async () => {
    const tls = await test.tls('chat.example.org');
    tls.write(
      'GET /room HTTP/1.1\r\nHost: chat.example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    await readUntil(tls, '\r\n\r\n');
    // RFC 6455 §5.7: a masked text frame, "Hello".
    tls.write(Buffer.from('818537fa213d7f9f4d5158', 'hex'));
    assert.match(await readUntil(tls, 'HELLO'), /HELLO/);
    tls.destroy();
    await test.capture.finish();
    const told = test.lines.map((line) => [
      line.kind,
      line.direction,
      line.url,
      line.status,
      bytesOf(line.requestBody).toString(),
    ]);
    assert.deepEqual(told, [
      ['http', 'up', 'https://chat.example.org/room', 101, ''],
      ['websocket', 'up', 'wss://chat.example.org/room', null, 'Hello'],
      ['websocket', 'down', 'wss://chat.example.org/room', null, 'HELLO'],
    ]);
  });

  it('gives the answer to a WebSocket that is turned down', async () => {
    const tls = await test.tls('chat.example.org');
    tls.write(
      'GET /no HTTP/1.1\r\nHost: chat.example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    await once(tls.resume(), 'close');
    await test.capture.finish();
    assert.deepEqual(
      test.lines.map(({ kind, status, aborted, responseHeaders }) => [
        kind,
        status,
        aborted,
        responseHeaders.some(([name, value]) => `${name}: ${value}` === 'X-Why: full'),
      ]),
      [['http', 403, false, true]],
    );
  });

  it('gives both directions of a stream that is not HTTP', async () => {
    const socket = await test.dial('push.example.org:7000');
    socket.write('\x01canary ');
    await readUntil(socket, 'CANARY ');
    socket.write('\x01twice');
    await readUntil(socket, 'TWICE');
    socket.destroy();
    await test.capture.finish();
    const told = test.lines.map((line) => [
      line.kind,
      line.direction,
      line.host,
      line.port,
      bytesOf(line.requestBody).toString('latin1'),
    ]);
    assert.deepEqual(told, [
      ['raw', 'up', 'push.example.org', 7000, '\x01canary \x01twice'],
      ['raw', 'down', 'push.example.org', 7000, '\x01CANARY \x01TWICE'],
    ]);
    assert.equal(Buffer.concat(lab.raw).toString('latin1'), '\x01canary \x01twice');
  });

  it('gives what is inside TLS where that is not HTTP, and passes it on in TLS', async () => {
    const tls = await test.tls('push.example.org', 7001);
    tls.write('\x10mqtt');
    assert.match(await readUntil(tls, 'MQTT'), /MQTT/);
    tls.destroy();
    await test.capture.finish();
    assert.deepEqual(
      test.lines.map((line) => [
        line.kind,
        line.direction,
        bytesOf(line.requestBody).toString('latin1'),
      ]),
      [
        ['raw', 'up', '\x10mqtt'],
        ['raw', 'down', '\x10MQTT'],
      ],
    );
    assert.equal(Buffer.concat(lab.raw).toString('latin1'), '\x10mqtt');
  });

  for (const scheme of ['http', 'https']) {
    it(`says that an answer was made up when the server cannot be had over ${scheme}`, async () => {
      await test.curl('tap', '-d', 'canary', `${scheme}://down.example.org/x`);
      await test.capture.finish();
      const [line] = test.lines;
      assert.deepEqual([line?.status, line?.fabricated], [502, true]);
      assert.equal(bytesOf(line?.requestBody).toString(), 'canary');
    });
  }

  it('keeps what had been sent of an aborted upload, and says so', async () => {
    const tls = await test.tls('cut.example.org');
    tls.write(
      'POST /cut HTTP/1.1\r\nHost: cut.example.org\r\nContent-Length: 1000\r\n\r\nhalf a canary',
    );
    await test.capture.seen('cut.example.org', AbortSignal.timeout(5000));
    tls.end();
    await once(tls, 'close');
    await test.capture.finish();
    assert.equal(test.lines.length, 1);
    const [line] = test.lines;
    assert.deepEqual([line?.aborted, line?.url], [true, 'https://cut.example.org/cut']);
    assert.equal(bytesOf(line?.requestBody).toString(), 'half a canary');
  });

  it('survives a flood of headers and tells of it', async () => {
    const tls = await test.tls('flood.example.org');
    tls.write(
      `GET /canary HTTP/1.1\r\nHost: flood.example.org\r\n${'X-Flood: 1234567890\r\n'.repeat(5000)}`,
    );
    tls.resume();
    await once(tls, 'close');
    const books = await test.capture.finish();
    assert.equal(test.lines.length, 1);
    assert.deepEqual([test.lines[0]?.kind, test.lines[0]?.host], ['unread', 'flood.example.org']);
    assert.match(test.lines[0]?.why ?? '', /^unparsed/);
    assert.equal(books.unaccounted, 0);
    const { stdout } = await test.curl('tap', 'https://after.example.org/');
    assert.equal(stdout.toString(), 'far and well');
  });
});
