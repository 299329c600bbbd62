import assert from 'node:assert/strict';
import type { Lab, TestTap } from './lab.ts';
import { aSink, openLab, openTestTap } from './lab.ts';

describe('an app that refuses our CA', function () {
  this.timeout(20_000);
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

  it('is seen to refuse, and is carried past unread from then on', async () => {
    const first = await test.curl('world', 'https://pinned.example.org/canary');
    assert.equal(first.code, 60);
    const second = await test.curl('world', '-d', 'canary', 'https://pinned.example.org/canary');
    assert.equal(second.stdout.toString(), 'far and well');
    const books = await test.capture.finish();

    assert.deepEqual(
      test.lines.map(({ kind, host, port, why, url }) => [kind, host, port, why, url]),
      [
        ['unread', 'pinned.example.org', 443, 'cert-rejected', null],
        ['unread', 'pinned.example.org', 443, 'passthrough', null],
      ],
    );
    assert.deepEqual(books.refusals, ['pinned.example.org']);
    assert.deepEqual([books.connections, books.unaccounted], [2, 0]);
    const sums = [0, 0];
    for (const { bytesUp, bytesDown } of test.lines) {
      sums[0] = (sums[0] ?? 0) + (bytesUp ?? 0);
      sums[1] = (sums[1] ?? 0) + (bytesDown ?? 0);
    }
    assert.deepEqual([books.bytesUp, books.bytesDown], sums);
    assert.deepEqual(
      lab.received.map(({ url, body }) => [url, body.toString()]),
      [['/canary', 'canary']],
    );
  });

  it('keeps no other host from being read', async () => {
    await test.curl('world', 'https://pinned.example.org/');
    await test.curl('tap', 'https://open.example.org/');
    await test.capture.finish();
    assert.deepEqual(test.lines.map(({ kind, host }) => `${host} ${kind}`).sort(), [
      'open.example.org http',
      'pinned.example.org unread',
    ]);
  });

  it('is carried past in later captures, too, which name the host', async () => {
    await test.curl('world', 'https://pinned.example.org/');
    const { sink, lines } = aSink();
    const later = await test.tap.capture(sink);
    await test.curl('world', 'https://pinned.example.org/');
    const books = await later.finish();
    assert.deepEqual(
      lines.map(({ why }) => why),
      ['passthrough'],
    );
    assert.deepEqual(books.refusals, ['pinned.example.org']);
  });

  it('visits our own pages all the same, and the known leak is told of', async () => {
    const signal = AbortSignal.timeout(10_000);
    await test.curl('world', 'https://visited.leaklab.test/page');
    const page = await test.curl('world', 'https://abc.beacon.leaklab.test/');
    assert.match(page.stdout.toString(), /known-leak\.leaklab\.test\/seen\?page=abc/);
    await test.capture.seen('abc.beacon.leaklab.test', signal);
    const leak = await test.curl('world', 'https://known-leak.leaklab.test/seen?page=abc');
    assert.equal(leak.stdout.subarray(0, 6).toString(), 'GIF89a');
    await test.capture.reported('abc', signal);
    const books = await test.capture.finish();
    assert.deepEqual(
      test.lines.map(({ host, why }) => [host, why]),
      [
        ['visited.leaklab.test', 'cert-rejected'],
        ['abc.beacon.leaklab.test', 'passthrough'],
        ['known-leak.leaklab.test', 'passthrough'],
      ],
    );
    assert.equal(books.unaccounted, 0);
    assert.equal(lab.received.length, 0);
  });

  it('is not said to refuse when it only hangs up', async () => {
    const tls = await test.tls('raced.example.org');
    tls.destroy();
    await test.capture.finish();
    assert.equal(test.lines.length, 1);
    assert.notEqual(test.lines[0]?.why, 'cert-rejected');
    const { stdout } = await test.curl('tap', 'https://raced.example.org/');
    assert.equal(stdout.toString(), 'far and well');
  });
});
