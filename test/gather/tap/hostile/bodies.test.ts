import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BOMBS, FULL, hostileAnswers, MB, pour, receive, wrapped } from './far.ts';
import type { Lab, TestTap } from '../lab.ts';
import { openLab, openTestTap, readUntil } from '../lab.ts';
import { outcomeOf } from './verdict.ts';

/** 1 GB in full; else more than is kept of one body. */
const LARGE = FULL ? 1024 * MB : 20 * MB;
/** What is kept of one body. */
const PREFIX = 16 * MB;

/** Bytes in buffers that are still in use. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc();');
  return process.memoryUsage().arrayBuffers;
}

/** The same at its least, while a little more passes: what is under way, or freed and not yet counted as that, comes and goes. */
async function leastHeld(from: Readable): Promise<number> {
  let least = Infinity;
  for (let look = 0; look < 12; look += 1) {
    await receive(from, MB);
    least = Math.min(least, heldBytes());
  }
  return least;
}

describe('a hostile body', function () {
  this.timeout(FULL ? 300_000 : 30_000);
  let lab: Lab;
  let test: TestTap;

  before(async () => {
    lab = await openLab(hostileAnswers);
  });
  beforeEach(async () => {
    test = await openTestTap(lab);
  });
  afterEach(async () => {
    await test[Symbol.asyncDispose]();
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  it('that is harmless after all leaves an answer', async () => {
    const { answer, lines } = await outcomeOf(test.tap, () => send('harmless', Buffer.from('a=b')));
    assert.equal(answer, 'not seen');
    assert.deepEqual(
      lines.map(({ host, truncated }) => [host, truncated.request]),
      [['harmless.example.org', false]],
    );
  });

  it('that is too large to keep is kept as far as it goes, marked, and never called not seen', async () => {
    const { lines, books, answer, reasons, bytesOf } = await outcomeOf(test.tap, async () => {
      const tls = await test.tls('up.example.org');
      tls.write(
        `POST /take HTTP/1.1\r\nHost: up.example.org\r\nContent-Length: ${String(LARGE)}\r\n\r\n`,
      );
      await pour(tls, LARGE);
      assert.match(await readUntil(tls, 'taken'), /taken/);
      tls.destroy();
    });
    const [line, ...more] = lines;
    assert.equal(more.length, 0);
    assert.deepEqual(line?.truncated, { request: true, response: false });
    const kept = await bytesOf(line.requestBody);
    assert.deepEqual([kept.length, kept.subarray(0, 8).toString()], [PREFIX, 'far!far!']);
    assert.ok(books.bytesUp > LARGE);
    assert.deepEqual([books.truncated, books.unaccounted, answer], [1, 0, 'inconclusive']);
    assert.deepEqual(reasons, ['truncated']);
  });

  it('that is too large and comes down is kept as far as it goes, and marked', async () => {
    const { lines, books, bytesOf } = await outcomeOf(test.tap, async () => {
      const tls = await test.tls('load.example.org');
      tls.write(`GET /down/${String(LARGE)} HTTP/1.1\r\nHost: load.example.org\r\n\r\n`);
      await receive(tls, LARGE);
      tls.end();
      await once(tls, 'close');
    });
    assert.deepEqual(
      lines.map(({ truncated }) => truncated),
      [{ request: false, response: true }],
    );
    assert.equal((await bytesOf(lines[0]?.responseBody)).length, PREFIX);
    assert.deepEqual([books.truncated, books.unaccounted], [1, 0]);
  });

  it('that has passed is not held while its connection goes on', async () => {
    const passing = 96 * MB;
    await outcomeOf(test.tap, async () => {
      const tls = await test.tls('endless.example.org');
      tls.write('GET /endless HTTP/1.1\r\nHost: endless.example.org\r\n\r\n');
      await receive(tls, PREFIX);
      const before = await leastHeld(tls);
      await receive(tls, passing);
      const more = (await leastHeld(tls)) - before;
      assert.ok(more < passing / 3, `${String(more / MB)} MB more than before`);
    });
  });

  it('without an end is told of when the trial ends, and does not hold it up', async () => {
    const { lines, books } = await outcomeOf(test.tap, async () => {
      const tls = await test.tls('endless.example.org');
      tls.write('GET /endless HTTP/1.1\r\nHost: endless.example.org\r\n\r\n');
      await receive(tls, LARGE);
    });
    assert.deepEqual(
      lines.map(({ host, aborted, truncated }) => [host, aborted, truncated.response]),
      [['endless.example.org', true, true]],
    );
    assert.equal(books.unaccounted, 0);
  });

  for (const coding of ['gzip', 'deflate', 'br'] as const) {
    it(`that unfolds without end from ${coding} is never called not seen`, async () => {
      const { lines, answer, reasons, bytesOf } = await outcomeOf(test.tap, () =>
        send('bomb', BOMBS[coding], `Content-Encoding: ${coding}\r\n`),
      );
      // On the wire it is small, and kept as it was.
      assert.deepEqual(await bytesOf(lines[0]?.requestBody), BOMBS[coding]);
      assert.equal(answer, 'inconclusive');
      assert.ok(reasons.includes('truncated'), reasons.join());
    });
  }

  it('under more wrappings than are taken off is never called not seen', async () => {
    for (const [times, named] of [
      [12, 'Content-Encoding: gzip\r\n'],
      [12, `Content-Encoding: ${Array(12).fill('gzip').join(', ')}\r\n`],
      [12, ''],
    ] as const) {
      const body = wrapped(Buffer.from('a word that nobody gets to'), times);
      const { answer, reasons } = await outcomeOf(test.tap, () => send('chain', body, named));
      assert.equal(answer, 'inconclusive', named);
      assert.ok(reasons.includes('truncated'), `${named}: ${reasons.join()}`);
    }
  });

  it('that ends before its length is told as far as it came', async () => {
    const { lines, books } = await outcomeOf(test.tap, async () => {
      const tls = await test.tls('broken.example.org');
      tls.write('GET /break HTTP/1.1\r\nHost: broken.example.org\r\n\r\n');
      await readUntil(tls, 'half');
      await new Promise((resolve) => (tls.destroyed ? resolve(null) : tls.once('close', resolve)));
    });
    assert.deepEqual(
      lines.map(({ host, aborted }) => [host, aborted]),
      [['broken.example.org', true]],
    );
    assert.equal(books.unaccounted, 0);
  });

  /** One POST with this body. */
  async function send(name: string, body: Buffer, headers = ''): Promise<void> {
    const host = `${name}.example.org`;
    const tls = await test.tls(host);
    tls.write(
      `POST /take HTTP/1.1\r\nHost: ${host}\r\n${headers}Content-Length: ${String(body.length)}\r\n\r\n`,
    );
    tls.write(body);
    assert.match(await readUntil(tls, 'taken'), /taken/);
    tls.end();
    await once(tls, 'close');
  }
});
