import assert from 'node:assert/strict';
import { KNOWN } from '../../../harness/gather/tap/sites/pages.ts';
import { createHash, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { connect as dial } from 'node:net';
import { createServer, connect } from 'node:tls';
import { once } from 'node:events';
import type { Rule } from '../../../harness/handset/collectors/rules/rules.ts';
import type { Channel } from '../../../harness/handset/collectors/rules/channel.ts';
import { channelOf } from '../../../harness/handset/collectors/rules/channel.ts';
import { loadRom } from '../../../harness/handset/roms/load.ts';
import { HOSTS } from '../../../harness/handset/world/sites/hosts.ts';
import type { RunningWorld } from './running-world.ts';
import { curl, runWorld } from './running-world.ts';

describe('the world around a reference handset', () => {
  let world: RunningWorld;
  before(async () => {
    world = await runWorld();
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
  });

  it('answers https to who believes its root, and to nobody else', async () => {
    const believed = await curl(
      '--proxy',
      world.proxy,
      '--cacert',
      world.root,
      'https://example.org/',
    );
    assert.equal(believed.code, 0);
    assert.match(believed.out, /<title>Example Domain<\/title>/);
    const stranger = await curl('--proxy', world.proxy, 'https://example.org/');
    assert.deepEqual(stranger, { code: 60, out: '' });
  });

  it('answers plain http through the same proxy', async () => {
    const { out } = await curl('--proxy', world.proxy, 'http://example.org/');
    assert.match(out, /<title>Example Domain<\/title>/);
  });

  for (const [engine, url, title] of [
    ['Google', 'https://www.google.com/search?q=', 'a&#60;b&#62; &#38;c - Google Search'],
    ['DuckDuckGo', 'https://duckduckgo.com/?q=', 'a&#60;b&#62; &#38;c at DuckDuckGo'],
    ['Bing', 'https://www.bing.com/search?q=', 'a&#60;b&#62; &#38;c - Bing'],
  ] as const) {
    it(`names what was searched on the results page of ${engine}, escaped`, async () => {
      const { out } = await curl(
        '--proxy',
        world.proxy,
        '--cacert',
        world.root,
        `${url}a%3Cb%3E+%26c`,
      );
      assert.equal(/<title>(.*)<\/title>/.exec(out)?.[1], title);
      assert.ok(!out.includes('a<b>'));
      const inside = await curl(
        ...['--proxy', world.proxy, '--cacert', world.root],
        ...['--output', '/dev/null', '--write-out', '%{http_code} %{content_type} '],
        ...[
          new URL('/logo.png', url).href,
          '--output',
          '/dev/null',
          new URL('/results.js', url).href,
        ],
      );
      assert.equal(inside.out, '200 image/png 200 text/javascript ');
    });
  }

  it('has a magazine whose picture has moved twice, and a file to keep', async () => {
    const common = ['--proxy', world.proxy, '--cacert', world.root];
    const report = ['--output', '/dev/null', '--write-out', '%{url_effective} %{size_download}'];
    const moved = await curl(...common, ...report, '-L', 'https://magazine.example/old.png');
    assert.match(moved.out, /^https:\/\/parts\.example\/moved\.png \d\d+$/);
    const kept = await curl(...common, ...report, 'https://magazine.example/report.bin');
    assert.equal(kept.out, 'https://magazine.example/report.bin 100000');
  });

  it('resolves no other name', async () => {
    const secure = await curl(
      '--proxy',
      world.proxy,
      '--write-out',
      '%{http_connect}',
      'https://nowhere.example/',
    );
    assert.deepEqual(secure, { code: 56, out: '502' });
    const plain = await curl(
      '--proxy',
      world.proxy,
      '--output',
      '/dev/null',
      '--write-out',
      '%{http_code}',
      'http://nowhere.example/',
    );
    assert.equal(plain.out, '502');
  });

  it('takes what a collector sends, and has a configuration for it', async () => {
    const common = ['--proxy', world.proxy, '--cacert', world.root];
    const host = 'https://sa.api.intl.miui.com';
    const posted = await curl(
      ...common,
      '--data-binary',
      'crc=1&gzip=1&data_list=x',
      `${host}/sa?project=p&r=FR`,
    );
    assert.equal(posted.out, '{"code":0}');
    const first = await curl(...common, `${host}/config/Android.conf`);
    assert.match(first.out, /^\{"v":"1\.0",/);
    const again = await curl(
      ...common,
      '--write-out',
      '%{http_code}',
      `${host}/config/Android.conf?v=1.0`,
    );
    assert.equal(again.out, '304');
  });

  it('has every host that a shipped collector sends to', async () => {
    const { apps, services } = await loadRom('test/handset/ui/everything.json');
    const channels = [...apps, ...services]
      .flatMap(({ collectors }) => collectors)
      .flatMap((one) => [...Object.values(one.channels), ...one.rules.flatMap(ownChannel)]);
    const hosts = channels.flatMap(({ send: { host } }) =>
      typeof host === 'string' ? host : Object.values(host),
    );
    assert.ok(hosts.length > 40);
    assert.deepEqual(
      // A name that is only asked for needs nobody behind it; to whom our own app sends the tap answers itself.
      hosts.filter(
        (host) => !HOSTS.has(host) && !host.startsWith('{payload}') && !host.endsWith(KNOWN),
      ),
      [],
    );
  });

  it('keeps a record of all it received, body hashes included', async () => {
    const body = Buffer.from([0, 255, 10, 13, 65]);
    await curl(
      '--proxy',
      world.proxy,
      '--cacert',
      world.root,
      ...['--data-binary', '@-', body],
      'https://sa.api.intl.miui.com/sa?x=%2F',
    );
    const last = (await world.received()).at(-1);
    assert.deepEqual(
      { ...last, at: 0 },
      {
        at: 0,
        host: 'sa.api.intl.miui.com',
        method: 'POST',
        path: '/sa?x=%2F',
        body: {
          sha256: createHash('sha256').update(body).digest('hex'),
          bytes: body.length,
        },
        status: 200,
      },
    );
  });

  it('has a certificate for the lab site that its root stands behind, and a key nobody else may read', async () => {
    const [cert, key, root] = await Promise.all([
      readFile(world.site.cert, 'utf8'),
      readFile(world.site.key, 'utf8'),
      readFile(world.root, 'utf8'),
    ]);
    assert.equal((await stat(world.site.key)).mode & 0o777, 0o600);
    assert.ok(new X509Certificate(cert).verify(new X509Certificate(root).publicKey));
    const server = createServer({ cert, key }, (socket) => socket.end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    for (const servername of [
      'visited.leaklab.test',
      'x.leaklab.test',
      'abc.beacon.leaklab.test',
      'abc.visited.leaklab.test',
    ]) {
      const socket = connect({ host: '127.0.0.1', port, servername, ca: root });
      await once(socket, 'secureConnect');
      assert.equal(socket.authorized, true, servername);
      socket.destroy();
    }
    server.close();
  });

  it('is not brought down by nonsense', async () => {
    for (const nonsense of [
      'CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\nnot TLS at all',
      'CONNECT :x HTTP/1.1\r\n\r\n',
      'GET http://[:::/ HTTP/1.1\r\nHost: x\r\n\r\n',
      '\0\0\0\r\n\r\n',
    ]) {
      const socket = dial(world.port, '127.0.0.1');
      socket.resume();
      socket.on('error', () => undefined);
      socket.end(nonsense);
      await once(socket, 'close');
    }
    const { code } = await curl('--proxy', world.proxy, 'http://example.org/');
    assert.equal(code, 0);
  });

  it('ends when it is told to', async () => {
    await using other = await runWorld();
    process.kill(other.pid, 'SIGTERM');
    assert.equal(await other.ended, 0);
  });
});

function ownChannel(rule: Rule): Channel[] {
  return [channelOf(rule) ?? []].flat();
}
