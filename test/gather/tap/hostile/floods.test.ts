import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { deflateRawSync } from 'node:zlib';
import type { Exchange } from '../../../../harness/record/exchange.ts';
import type { Lab, TestTap } from '../lab.ts';
import { openLab, openTestTap, readUntil } from '../lab.ts';
import { FULL, hostileAnswers, MB } from './far.ts';
import { outcomeOf } from './verdict.ts';

const HEADERS = FULL ? 1_000_000 : 50_000;
const EXCHANGES = FULL ? 10_000 : 1_000;
const HOSTS = FULL ? 10_000 : 60;
/** What one trial writes down at most. */
const MOST_LINES = 25_000;
const FRAMES = FULL ? 500_000 : MOST_LINES + 2_000;

describe('a flood', function () {
  this.timeout(FULL ? 600_000 : 60_000);
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

  it('of header lines ends its connection, is marked, and is never called not seen', async () => {
    const { lines, books, answer, reasons } = await outcomeOf(test.tap, async () => {
      const tls = await test.tls('heads.example.org');
      const gone = new Promise((resolve) => tls.once('close', resolve));
      tls.resume().write('GET /canary HTTP/1.1\r\nHost: heads.example.org\r\n');
      const thousand = 'X-Flood: 1234567890\r\n'.repeat(1000);
      for (let at = 0; at < HEADERS / 1000 && !tls.destroyed; at += 1) tls.write(thousand);
      await gone;
    });
    assert.deepEqual(
      lines.map(({ kind, host, truncated }) => [kind, host, truncated.request]),
      [['unread', 'heads.example.org', true]],
    );
    assert.match(lines[0]?.why ?? '', /^unparsed/);
    assert.deepEqual([books.truncated, books.unaccounted, answer], [1, 0, 'inconclusive']);
    assert.deepEqual(reasons, ['unread', 'truncated']);
  });

  it('of header lines in an answer is no answer of a server', async () => {
    const { lines, books } = await outcomeOf(test.tap, async () => {
      await test.curl('tap', 'https://answer.example.org/heads/5000');
    });
    assert.deepEqual(
      lines.map(({ host, status, fabricated }) => [host, status, fabricated]),
      [['answer.example.org', 502, true]],
    );
    assert.equal(books.unaccounted, 0);
  });

  it('of exchanges is written down one by one, none twice and none under another', async () => {
    const { lines, books, answer } = await outcomeOf(test.tap, () =>
      many(10, EXCHANGES / 10, async (tls, at) => {
        tls.write(
          `POST /n${String(at)} HTTP/1.1\r\nHost: many.example.org\r\nContent-Length: 8\r\n\r\n` +
            String(at).padStart(8, '.'),
        );
        await readUntil(tls, 'taken');
      }),
    );
    const told = lines.map(({ url, requestBody }) => [
      URL.parse(url ?? '')?.pathname,
      requestBody && 'base64' in requestBody
        ? Buffer.from(requestBody.base64, 'base64').toString()
        : '',
    ]);
    const sent = Array.from({ length: EXCHANGES }, (_, at) => [
      `/n${String(at)}`,
      String(at).padStart(8, '.'),
    ]);
    const sorted = (rows: unknown[][]): unknown[] => rows.map((row) => row.join(' ')).sort();
    assert.deepEqual(sorted(told), sorted(sent));
    assert.deepEqual([books.connections, books.unaccounted, answer], [10, 0, 'not seen']);
  });

  it('of messages on a WebSocket is counted where it is not kept, and never called not seen', async () => {
    const { lines, books, answer, reasons } = await outcomeOf(test.tap, async () => {
      const tls = await socketTo('chat.example.org');
      const hundred = Buffer.concat(
        Array.from({ length: 100 }, () => frame('\x82', Buffer.from('flood!'))),
      );
      for (let sent = 0; sent < FRAMES; sent += 100) {
        if (!tls.write(hundred)) await once(tls, 'drain');
      }
      tls.write(frame('\x81', Buffer.from('that was all')));
      await readUntil(tls, 'THAT WAS ALL');
      tls.destroy();
    });
    const frames = lines.filter(({ kind }) => kind === 'websocket');
    const counted = frames.filter(({ why }) => why !== null);
    assert.ok(lines.length <= MOST_LINES + 10, String(lines.length));
    assert.deepEqual(
      counted.map(({ host, truncated }) => [host, truncated.request]),
      [['chat.example.org', true]],
    );
    // Each message up was answered by one down, and none is missing from the count.
    const more = Number(/^\d+/.exec(counted[0]?.why ?? '')?.[0]);
    assert.equal(frames.length - 1 + more, 2 * (FRAMES + 1));
    assert.deepEqual([books.unaccounted, answer], [0, 'inconclusive']);
    assert.deepEqual(reasons, ['truncated']);
  });

  for (const [name, head, payload] of [
    ['too long', '\x82', Buffer.alloc(20 * MB)],
    ['that unfolds without end', '\xc2', deflateRawSync(Buffer.alloc(64 * MB))],
  ] as const) {
    it(`of one message ${name} ends its WebSocket, is marked, and is never called not seen`, async () => {
      const { lines, answer, reasons } = await outcomeOf(test.tap, async () => {
        const tls = await socketTo('bomb.example.org', head === '\xc2');
        const gone = new Promise((resolve) => tls.once('close', resolve));
        tls.resume().write(frame(head, payload));
        await gone;
      });
      const frames = lines.filter(
        ({ kind, direction }) => kind === 'websocket' && direction === 'up',
      );
      assert.deepEqual(
        frames.map(({ host, truncated }) => [host, truncated.request]),
        [['bomb.example.org', true]],
      );
      assert.equal(answer, 'inconclusive');
      assert.deepEqual(reasons, ['truncated']);
    });
  }

  it('of hosts has a line for each', async () => {
    const { lines, books } = await outcomeOf(test.tap, async () => {
      for (let at = 0; at < HOSTS; at += 20) {
        await Promise.all(
          Array.from({ length: 20 }, async (_, one) => {
            const host = `h${String(at + one)}.example.org`;
            const tls = await test.tls(host);
            tls.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
            await readUntil(tls, 'taken');
            tls.destroy();
          }),
        );
      }
    });
    assert.deepEqual(
      lines.map(({ host }) => host).sort(),
      Array.from({ length: HOSTS }, (_, at) => `h${String(at)}.example.org`).sort(),
    );
    assert.deepEqual([books.connections, books.unaccounted], [HOSTS, 0]);
  });

  it('of connections that are left half open, half closed or reset holds nothing up', async () => {
    const { lines, books } = await outcomeOf(test.tap, async () => {
      const half = await test.dial('half.example.org:443');
      const closed = await test.tls('closed.example.org');
      closed.write('GET / HTTP/1.1\r\nHost: closed.example.org\r\n\r\n');
      await readUntil(closed, 'taken');
      closed.end();
      const reset = await test.tls('reset.example.org');
      reset.write(
        'POST /take HTTP/1.1\r\nHost: reset.example.org\r\nContent-Length: 9\r\n\r\nhalf',
      );
      const raw = await test.dial('raw.example.org:7000');
      raw.write('\x01left open');
      await readUntil(raw, 'LEFT OPEN');
      half.write('\x16\x03\x01');
      (await test.dial('reset.example.org:443')).resetAndDestroy();
    });
    assert.equal(books.unaccounted, 0);
    const said = ({ kind, host, aborted }: Exchange): string =>
      `${host} ${kind}${aborted ? ', cut' : ''}`;
    assert.deepEqual([...new Set(lines.map(said))].sort(), [
      'closed.example.org http',
      'half.example.org unread',
      'raw.example.org raw',
      'reset.example.org http, cut',
      'reset.example.org unread',
    ]);
  });

  /** So many requests on so many connections, numbered through. */
  async function many(
    connections: number,
    each: number,
    ask: (tls: TLSSocket, at: number) => Promise<void>,
  ): Promise<void> {
    await Promise.all(
      Array.from({ length: connections }, async (_, lane) => {
        const tls = await test.tls('many.example.org');
        for (let at = 0; at < each; at += 1) await ask(tls, lane * each + at);
        tls.destroy();
      }),
    );
  }

  async function socketTo(host: string, deflate = false): Promise<TLSSocket> {
    const tls = await test.tls(host);
    tls.write(
      `GET / HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        (deflate ? 'Sec-WebSocket-Extensions: permessage-deflate\r\n' : '') +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    await readUntil(tls, '\r\n\r\n');
    return tls;
  }
});

/** One frame of a client (RFC 6455 §5.2), masked with zeros. `head`: its first byte. */
function frame(head: string, payload: Buffer): Buffer {
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.concat([Buffer.from([0x80 | 127]), bigEndian(payload.length)]);
  return Buffer.concat([Buffer.from(head, 'latin1'), length, Buffer.alloc(4), payload]);
}

function bigEndian(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}
