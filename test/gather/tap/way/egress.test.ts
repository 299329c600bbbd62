import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { portOf } from '../../../../harness/gather/tap/way/loopback.ts';
import type { Lab, TestTap } from '../lab.ts';
import { bytesOf, openLab, openTestTap } from '../lab.ts';

describe('what is behind the tap', function () {
  this.timeout(60_000);
  let lab: Lab;
  let test: TestTap;

  before(async () => {
    lab = await openLab();
  });
  afterEach(async () => {
    await test[Symbol.asyncDispose]();
    lab.received.length = 0;
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  it('is never the lab itself, however it is spelled, and who asks for it is written down', async () => {
    let reached = 0;
    const dashboard = createServer((_request, response) => {
      reached += 1;
      response.end('secrets of the lab');
    }).listen(0, '127.0.0.1');
    await once(dashboard, 'listening');
    const port = String(portOf(dashboard));
    test = await openTestTap(lab, 'open');
    const spelled = [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0.0.0.0',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
    ];
    for (const host of [...spelled, '169.254.169.254', '10.0.0.1', '[fe80::1]', '[fd00::1]']) {
      for (const way of [['--proxytunnel'], []]) {
        const { stdout } = await test.curl('tap', ...way, `http://${host}:${port}/canary`);
        assert.ok(!stdout.includes('secrets'), host);
      }
    }
    // And on the port that needs not be said, and by a WebSocket that a name leads there.
    await test.curl('tap', 'http://[::ffff:10.0.0.1]/canary');
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
    const socket = [...upgrade, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
    await test.curl(
      'tap',
      ...socket.flatMap((one) => ['-H', one]),
      `http://localhost:${port}/canary`,
    );
    // And what is not HTTP at all, or nothing at all.
    (await test.dial(`10.0.0.1:${port}`)).destroy();
    const raw = await test.dial(`127.0.0.1:${port}`);
    raw.write('\u0001canary');
    await once(raw.resume(), 'close');
    await test.capture.finish();
    dashboard.close();
    assert.equal(reached, 0);
    const [http, others] = [
      test.lines.filter(({ kind }) => kind === 'http'),
      test.lines.filter(({ kind }) => kind === 'raw'),
    ];
    const unread = test.lines.filter(({ kind }) => kind === 'unread');
    assert.deepEqual(
      unread.map(({ host, why }) => [host, why]),
      [['10.0.0.1', 'no-request']],
    );
    const sockets = http.filter(({ requestHeaders }) =>
      requestHeaders.some(([name]) => name === 'Upgrade'),
    );
    assert.deepEqual(
      sockets.map(({ host, why }) => [host, why]),
      [['localhost', 'refused: localhost is 127.0.0.1, in the network of the lab']],
    );
    const asked = http.filter((line) => !sockets.includes(line));
    assert.equal(asked.length, 2 * (spelled.length + 4) + 1);
    assert.deepEqual(asked.at(-1)?.url, 'http://[::ffff:10.0.0.1]/canary');
    for (const { url, status, fabricated, why } of asked) {
      assert.deepEqual([status, fabricated], [502, true], url ?? '');
      assert.match(why ?? '', /^refused: .* in the network of the lab$/, url ?? '');
    }
    assert.deepEqual(
      others.map(({ requestBody, why }) => [bytesOf(requestBody).toString(), why]),
      [['\u0001canary', 'refused: 127.0.0.1 is 127.0.0.1, in the network of the lab']],
    );
  });

  it('is nobody where egress is blocked, and each request says so', async () => {
    test = await openTestTap(lab, 'block');
    await test.curl('tap', '-d', 'canary', 'https://api.example.org/x');
    const ours = await test.curl('tap', 'https://visited.leaklab.test/page');
    assert.match(ours.stdout.toString(), /A page like any other/);
    await test.capture.finish();
    assert.equal(lab.received.length, 0);
    const [line] = test.lines;
    assert.deepEqual([line?.status, line?.fabricated], [502, true]);
    assert.equal(line?.why, 'refused: nothing goes out, not to api.example.org either');
    assert.equal(bytesOf(line.requestBody).toString(), 'canary');
  });

  it('is a sinkhole that answers as servers do, where egress says so, and says that it did', async () => {
    test = await openTestTap(lab, 'sinkhole');
    const asked: readonly [string, string[], string, string][] = [
      ['https://sa.api.intl.miui.com/sa?project=x', ['-d', 'canary=1'], '200', '{"code":0}'],
      ['https://sa.api.intl.miui.com/config/Android.conf', [], '404', ''],
      [
        'http://data.mistat.intl.xiaomi.com/mistats/v2',
        ['-d', 'a=b'],
        '200',
        '{"status":"ok","data":{"delay":0,"configVersion":0}}',
      ],
      ['https://tracking.intl.miui.com/track/v4', ['-d', 'x'], '200', '{"code":0}'],
      [
        'https://tracking.intl.miui.com/track/key_get',
        ['-d', 'secretKey=AAAA'],
        '200',
        '{"code":-3}',
      ],
      ['http://connectivitycheck.gstatic.com/generate_204', [], '204', ''],
      ['http://detectportal.firefox.com/success.txt', [], '200', 'success\n'],
      ['http://ocsp.digicert.com/', ['-d', 'x'], '200', '\u0030\u0003\u000a\u0001\u0003'],
      ['https://elsewhere.example.org/page', [], '404', ''],
      ['https://elsewhere.example.org/tell', ['-d', 'x'], '200', '{}'],
    ];
    for (const [url, args, status, body] of asked) {
      const { stdout } = await test.curl('tap', '--write-out', ' %{http_code}', ...args, url);
      assert.equal(stdout.toString('latin1'), `${body} ${status}`, url);
    }
    await test.capture.finish();
    assert.equal(lab.received.length, 0);
    assert.deepEqual(
      test.lines.map(({ url, fabricated }) => [url, fabricated]),
      asked.map(([url]) => [url, true]),
    );
  });

  it('withholds the answers of servers for as long as it is told to, and goes on answering for our own', async () => {
    test = await openTestTap(lab, 'world');
    const asked = async (url: string): Promise<string> =>
      (
        await test.curl('tap', '--output', '/dev/null', '--write-out', '%{http_code}', url)
      ).stdout.toString();
    test.tap.withhold(true);
    assert.equal(await asked('https://elsewhere.example.org/page'), '404');
    assert.equal(await asked('https://visited.leaklab.test/one'), '200');
    assert.equal(await asked('https://visited.leaklab.test/two'), '200');
    assert.equal(lab.received.length, 0);
    test.tap.withhold(false);
    await asked('https://elsewhere.example.org/page');
    assert.equal(lab.received.length, 1);
    await test.capture.finish();
    const others = test.lines.filter(({ host }) => host === 'elsewhere.example.org');
    assert.deepEqual(
      others.map(({ fabricated }) => fabricated),
      [true, false],
    );
  });
});
