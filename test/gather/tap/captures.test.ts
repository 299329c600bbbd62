import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Lab, TestTap } from './lab.ts';
import { aSink, bytesOf, openLab, openTestTap, readUntil } from './lab.ts';

describe('the captures of a tap', function () {
  this.timeout(30_000);
  let lab: Lab;
  let test: TestTap;

  before(async () => {
    lab = await openLab();
  });
  beforeEach(async () => {
    lab.received.length = 0;
    test = await openTestTap(lab);
  });
  afterEach(async () => {
    await test[Symbol.asyncDispose]();
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  it('lose nothing when one follows the other in the midst of traffic', async () => {
    const paths = Array.from({ length: 24 }, (_, at) => `/n${String(at)}`);
    const traffic = Promise.all(
      [0, 1, 2, 3].map(async (lane) => {
        for (const path of paths.filter((_, at) => at % 4 === lane)) {
          await test.curl('tap', `https://busy.example.org${path}`);
        }
      }),
    );
    const told = [test.lines];
    let latest = test.capture;
    for (let turn = 0; turn < 6; turn += 1) {
      const { sink, lines } = aSink();
      latest = await test.tap.capture(sink);
      told.push(lines);
    }
    await traffic;
    await latest.finish();
    const whole = told.flat().filter(({ kind, aborted }) => kind === 'http' && !aborted);
    assert.deepEqual(
      whole.map(({ url }) => URL.parse(url ?? '')?.pathname ?? '').sort(),
      [...paths].sort(),
    );
    assert.equal(lab.received.length, paths.length);
  });

  it('give what comes between two of them to the later one', async () => {
    const before = await test.capture.finish();
    await test.curl('tap', 'https://between.example.org/');
    const { sink, lines } = aSink();
    const later = await test.tap.capture(sink);
    const books = await later.finish();
    assert.equal(before.exchanges, 0);
    assert.deepEqual(
      lines.map(({ host }) => host),
      ['between.example.org'],
    );
    assert.deepEqual([books.connections, books.exchanges, books.unaccounted], [1, 1, 0]);
  });

  it('count a connection in both when it carries exchanges in both', async () => {
    const tls = await test.tls('kept.example.org');
    const ask = 'GET / HTTP/1.1\r\nHost: kept.example.org\r\n\r\n';
    tls.write(ask);
    await readUntil(tls, 'far and well');
    const first = await test.capture.finish();
    const { sink, lines } = aSink();
    const later = await test.tap.capture(sink);
    tls.write(ask);
    await readUntil(tls, 'far and well');
    tls.end();
    await once(tls, 'close');
    const second = await later.finish();
    assert.deepEqual([first.connections, second.connections], [1, 1]);
    assert.deepEqual([test.lines.length, lines.length], [1, 1]);
    assert.equal(test.lines[0]?.connection, lines[0]?.connection);
  });

  it('mark an exchange that outlives its capture as cut off, with what was sent', async () => {
    const tls = await test.tls('slow.example.org');
    tls.write('POST /never HTTP/1.1\r\nHost: slow.example.org\r\nContent-Length: 6\r\n\r\ncanary');
    await test.capture.seen('slow.example.org', AbortSignal.timeout(5000));
    const books = await test.capture.finish();
    assert.deepEqual(
      test.lines.map(({ aborted }) => aborted),
      [true],
    );
    assert.equal(bytesOf(test.lines[0]?.requestBody).toString(), 'canary');
    assert.equal(books.unaccounted, 0);
    tls.destroy();
  });

  it('say of a server that speaks first that nothing was read', async () => {
    const socket = await test.dial('mail.example.org:25');
    const books = await test.capture.finish();
    socket.destroy();
    assert.deepEqual(
      test.lines.map(({ kind, why, host, port, bytesDown }) => [kind, why, host, port, bytesDown]),
      [['unread', 'no-request', 'mail.example.org', 25, 'HTTP/1.1 200 OK\r\n\r\n'.length]],
    );
    assert.equal(books.unaccounted, 0);
  });

  it('say of TLS without a request that nothing was read', async () => {
    const tls = await test.tls('idle.example.org');
    await test.capture.finish();
    tls.destroy();
    const [line, ...more] = test.lines;
    assert.equal(more.length, 0);
    assert.deepEqual(
      [line?.kind, line?.why, line?.host],
      ['unread', 'no-request', 'idle.example.org'],
    );
    assert.ok((line?.bytesUp ?? 0) > 200);
  });

  it('say of a connection that ended that nothing was read', async () => {
    const socket = await test.dial();
    socket.end('CONNECT half.exam');
    socket.resume();
    await once(socket, 'close');
    const books = await test.capture.finish();
    assert.deepEqual(
      test.lines.map(({ kind }) => kind),
      ['unread'],
    );
    assert.deepEqual([books.connections, books.unaccounted, books.bytesUp], [1, 0, 17]);
  });

  it('tell of a host once it is connected to, and stop waiting when they are told to', async () => {
    const waiting = test.capture.seen('Soon.example.org', AbortSignal.timeout(10_000));
    await test.curl('tap', 'https://soon.example.org/');
    await waiting;
    await test.capture.seen('soon.example.org', AbortSignal.timeout(10_000));
    const reason = new Error('enough');
    await assert.rejects(test.capture.reported('nobody', AbortSignal.abort(reason)), reason);
    const stop = new AbortController();
    const never = test.capture.seen('never.example.org', stop.signal);
    stop.abort(reason);
    await assert.rejects(never, reason);
  });

  it('hand on what the disk said', async () => {
    const full = new Error('no space');
    const capture = await test.tap.capture({
      exchange: () => Promise.reject(full),
      spool: () => ({ write: () => Promise.resolve(), close: () => Promise.reject(full) }),
      packets: () => Promise.resolve(),
    });
    await test.curl('tap', 'https://disk.example.org/');
    await assert.rejects(capture.finish(), full);
  });

  it('count every connection above the bound as unaccounted for, and serve the phone afterwards', async () => {
    const sockets: Socket[] = [];
    const ends: Promise<unknown>[] = [];
    // One after the other: more at once than the system's backlog holds would be held up there.
    for (let count = 0; count < 1100; count += 1) {
      const socket = connect(test.tap.port, '127.0.0.1');
      sockets.push(socket);
      ends.push(new Promise((resolve) => socket.on('error', resolve).once('close', resolve)));
      await new Promise((resolve) => socket.once('connect', resolve).once('error', resolve));
    }
    // The last to come are turned away; the others go once the tap has closed its side, too.
    await Promise.all(ends.slice(1000));
    for (const socket of sockets) socket.resume().end();
    await Promise.all(ends);
    const books = await test.capture.finish();
    assert.deepEqual([books.connections, books.unaccounted], [1100, 100]);
    const { stdout } = await test.curl('tap', 'https://after.example.org/');
    assert.equal(stdout.toString(), 'far and well');
  });
});
