import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Ground } from '../../../harness/gather/gateway/ground.ts';
import { openGateway } from '../../../harness/gather/gateway/gateway.ts';
import { openGround } from '../../../harness/gather/gateway/ground.ts';
import { madeUp } from '../../../harness/gather/gateway/names.ts';
import { openTap } from '../../../harness/gather/tap/open.ts';
import type { Capture, CaptureBooks, Tap } from '../../../harness/gather/tap/tap.ts';
import type { Finished } from '../../../harness/lib/children.ts';
import { run, spawnChild } from '../../../harness/lib/children.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import { CUT_OFF, GIVEN_UP } from '../../../harness/record/exchange.ts';
import type { Lab } from '../tap/lab.ts';
import { aSink, openLab } from '../tap/lab.ts';
import { GOES_AWAY, PINGS, STAYS } from './clients.ts';

describe('a tap behind a gateway', function gateway() {
  this.timeout(30_000);
  const root = userInfo().uid === 0;

  it('reads whatever the device sends without a proxy setting, and closes the books', async function () {
    if (!root) this.skip();
    await using lab = await openLab();
    const { lines, books } = await heard(lab, async (curl) => {
      await curl('--cacert', trusted(lab), 'https://shop.example.org/basket?id=7');
      await curl('http://plain.example.org/there');
      await curl('--cacert', trusted(lab), '--http2', 'https://two.example.org/');
      await curl('--cacert', trusted(lab), 'https://odd.example.org:443/');
    });
    assert.deepEqual(
      lines.filter(({ kind }) => kind === 'http').map(({ url }) => url),
      [
        'https://shop.example.org/basket?id=7',
        'http://plain.example.org/there',
        'https://two.example.org/',
        'https://odd.example.org/',
      ],
    );
    assert.deepEqual(
      new Set(lines.filter(({ kind }) => kind === 'dns').map(({ host }) => host)),
      new Set(['shop.example.org', 'plain.example.org', 'two.example.org', 'odd.example.org']),
    );
    assert.deepEqual([books.coverage?.why, books.coverage?.holds], [[], true]);
    assert.equal(books.coverage?.read, 1);
    assert.deepEqual(counts(books, 4), { decrypted: 3, 'plain-http': 1, dns: 4 });
  });

  it('leaves packets in which tshark, with the secrets beside them, counts the very requests that the tap told', async function () {
    if (!root || (await run('sh', ['-c', 'command -v tshark'])).code !== 0) this.skip();
    await using lab = await openLab();
    const { lines, books, packets } = await heard(lab, async (curl) => {
      const urls = ['a', 'b', 'c'].map((path) => `https://shop.example.org/${path}`);
      await curl('--cacert', trusted(lab), ...urls);
      await curl('--cacert', trusted(lab), '--http2', ...urls);
      await curl('--cacert', trusted(lab), '--tls-max', '1.2', 'https://old.example.org/one');
      await curl('-d', 'a canary', 'http://plain.example.org/there');
    });
    const file = join(lab.folder, 'packets.pcapng');
    await writeFile(file, packets);
    const { stdout } = await run('tshark', [
      ...['-r', file, '-Y', 'http.request || http2.headers.method', '-T', 'fields'],
      ...['-E', 'aggregator= ', '-e', 'http.request.full_uri', '-e', 'http2.headers.path'],
    ]);
    const counted = stdout.toString().split(/\s+/).filter(Boolean).map(pathOf);
    const told = lines.flatMap(({ url }) => (url === null ? [] : [pathOf(url)]));
    assert.deepEqual(counted.toSorted(byText), told.toSorted(byText));
    assert.deepEqual([told.length, books.coverage?.holds], [8, true]);
    // The trial has counted them so itself.
    assert.deepEqual(books.coverage?.recount, { counted: 8, told: 8, unopened: 0 });
  });

  it('names what it cannot read: refused certificates, QUIC, other datagrams', async function () {
    if (!root) this.skip();
    await using lab = await openLab();
    const { lines, books } = await heard(lab, async (curl, bash) => {
      await curl('--cacert', join(lab.folder, 'root.pem'), 'https://pinned.example.org/');
      await bash('echo -n canary >/dev/udp/quic.example.org/443');
      await bash('echo -n canary >/dev/udp/203.0.113.9/5000');
    });
    assert.deepEqual(
      lines.filter(({ kind }) => kind === 'unread').map(({ host, port, why }) => [host, port, why]),
      [
        ['pinned.example.org', 443, 'cert-rejected'],
        ['quic.example.org', 443, 'quic'],
        ['203.0.113.9', 5000, 'other-udp'],
      ],
    );
    assert.equal(books.coverage?.holds, true, books.coverage?.why.join());
    assert.deepEqual(counts(books, 2), { unread: 1, quic: 1, 'other-udp': 1, dns: 2 });
    assert.ok(books.coverage.read < 0.5);
  });

  it('reads what was said where nothing was asked, and tells where a handshake was given up', async function () {
    if (!root) this.skip();
    await using lab = await openLab();
    const { lines, books } = await heard(lab, async (curl, bash) => {
      const client = (host: string, more: string): string =>
        `openssl s_client -quiet -no_ign_eof -connect ${host}:443 -servername ${host} ${more}`;
      await bash(
        `printf 'PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n' | ${client('idle.example.org', '-alpn h2')}`,
      );
      await bash(`${client('quiet.example.org', '')} </dev/null`);
      for (const host of ['raced.example.org', 'refuses.example.org']) {
        await bash(`'${process.execPath}' -e '${GOES_AWAY}' ${host}`);
      }
      await curl('--cacert', trusted(lab), 'https://raced.example.org/');
    });
    const told = lines.filter(({ kind }) => kind === 'raw' || kind === 'unread');
    assert.deepEqual(
      told.map(({ kind, host, why, requestBody: body }) => [
        ...[kind, host, why],
        body && sentIn({ requestBody: body }),
      ]),
      [
        ['raw', 'idle.example.org', null, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
        ['raw', 'quiet.example.org', null, ''],
        ['unread', 'raced.example.org', GIVEN_UP, told[2] && sentIn(told[2])],
        ['unread', 'refuses.example.org', GIVEN_UP, told[3] && sentIn(told[3])],
      ],
    );
    for (const one of told.slice(2)) assert.ok(sentIn(one).includes(one.host));
    assert.deepEqual(counts(books, 5), {
      decrypted: 1,
      'decrypted-non-http': 2,
      'connect-only': 2,
      dns: 5,
    });
    assert.equal(books.coverage?.holds, true, books.coverage?.why.join());
  });

  it('tells a handshake that we broke off from one that was given up before, and keeps what was said of its hello', async function () {
    if (!root) this.skip();
    await using lab = await openLab();
    const { lines, books } = await heard(lab, async (_, bash, { ground, capture }) => {
      await bash(`'${process.execPath}' -e '${GOES_AWAY}' before.example.org`);
      const [command, ...args] = ground.inside([process.execPath, '-e', STAYS, 'cut.example.org']);
      await using stays = await spawnChild(command, args);
      await once(stays.stdout, 'data');
      capture.ending();
    });
    assert.deepEqual(
      lines.filter(({ kind }) => kind === 'unread').map(({ host, why }) => [host, why]),
      [
        ['before.example.org', GIVEN_UP],
        ['cut.example.org', CUT_OFF],
      ],
    );
    const cut = lines.find(({ why }) => why === CUT_OFF);
    assert.deepEqual(cut && [sentIn(cut).slice(0, 3), cut.bytesUp], ['\x16\x03\x01', 100]);
    assert.deepEqual(counts(books, 2), { 'connect-only': 2, dns: 2 });
    assert.equal(books.coverage?.holds, true, books.coverage?.why.join());
  });

  it('reads what is still said on a connection when the capture that took it up is over, and in the one after that', async function () {
    if (!root) this.skip();
    await using lab = await openLab();
    await using at = await aTap(lab);
    const earlier = aSink();
    const first = await at.tap.capture(earlier.sink);
    const [command, ...args] = at.ground.inside([
      process.execPath,
      '-e',
      PINGS,
      'keeps.example.org',
    ]);
    await using pings = await spawnChild(command, args);
    await once(pings.stdout, 'data');
    const read = await first.finish();
    const later = aSink();
    const second = await at.tap.capture(later.sink);
    pings.stdin.write('now');
    await once(pings.stdout, 'data');
    const latest = aSink();
    const third = await at.tap.capture(latest.sink);
    const seen = await second.finish();
    assert.deepEqual(counts(read, 1), { decrypted: 1, dns: 1 });
    pings.stdin.write('now');
    await once(pings.stdout, 'data');
    const still = await third.finish();
    // A frame of HTTP/2 is nine bytes and what it carries: here eight (RFC 9113, 6.7).
    assert.deepEqual([counts(seen, 1), counts(still, 1)], [{ 'raw-seen': 1 }, { 'raw-seen': 1 }]);
    for (const { lines } of [later, latest]) {
      assert.deepEqual(
        lines.map(({ kind, host, why }) => [kind, host, why]),
        [['raw', 'keeps.example.org', null]],
      );
      const said = Buffer.from(sentIn(lines[0] ?? assert.fail()), 'latin1');
      assert.equal(said.readUIntBE(0, 3), 8);
      assert.equal(said[3], 6);
    }
  });

  it('hears raw streams, also those on which the server speaks first', async function () {
    if (!root) this.skip();
    await using lab = await openLab();
    const { lines, books } = await heard(lab, async (_, bash) => {
      await bash(
        'exec 3<>/dev/tcp/raw.example.org/7000; echo -n canary-up >&3; head -c 9 <&3; exec 3<&-',
      );
      await bash('exec 3<>/dev/tcp/mail.example.org/25; head -n 1 <&3; exec 3<&-');
    });
    assert.deepEqual(
      lines
        .filter(({ kind }) => kind === 'raw')
        .map(({ host, port, direction, requestBody }) => [
          host,
          port,
          direction,
          requestBody && 'base64' in requestBody
            ? Buffer.from(requestBody.base64, 'base64').toString()
            : '',
        ]),
      [
        ['raw.example.org', 7000, 'up', 'canary-up'],
        ['raw.example.org', 7000, 'down', 'CANARY-UP'],
        ['mail.example.org', 25, 'down', '220 hello\r\n'],
      ],
    );
    assert.deepEqual(counts(books, 2), { 'raw-seen': 2, dns: 2 });
    assert.equal(books.coverage?.holds, true, books.coverage?.why.join());
  });
});

function sentIn({ requestBody: body }: Pick<Exchange, 'requestBody'>): string {
  return body && 'base64' in body ? Buffer.from(body.base64, 'base64').toString('latin1') : '';
}

function trusted(lab: Lab): string {
  return join(lab.folder, 'tap.pem');
}

/** HTTP/2 names no host where it names a path. */
function pathOf(url: string): string {
  return new URL(url, 'https://any').pathname;
}

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}

/** A tap on a ground of its own, whose CA clients find in the lab's folder. */
async function aTap(
  lab: Lab,
): Promise<AsyncDisposable & { readonly ground: Ground; readonly tap: Tap }> {
  await using held = new AsyncDisposableStack();
  const clock = systemClock();
  const ground = held.use(await openGround());
  const gateway = held.use(await openGateway(ground, { resolve: madeUp(), clock }));
  const given = { device: 'pretend', world: lab.world, clock, gateway };
  const tap = held.use(await openTap(given));
  await writeFile(join(lab.folder, 'tap.pem'), tap.caPem);
  const all = held.move();
  return { ground, tap, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

type Command = (...args: string[]) => Promise<Finished>;

async function heard(
  lab: Lab,
  work: (
    curl: Command,
    bash: Command,
    at: { readonly ground: Ground; readonly capture: Capture },
  ) => Promise<void>,
): Promise<{ lines: Exchange[]; books: CaptureBooks; packets: Buffer }> {
  await using at = await aTap(lab);
  const { ground, tap } = at;
  const { sink, lines } = aSink();
  const pieces: Buffer[] = [];
  const capture = await tap.capture({
    ...sink,
    packets: (bytes) => {
      pieces.push(bytes);
      return Promise.resolve();
    },
  });
  await work(
    (...args) => within(ground, 'curl', '-s', '-m', '10', '-o', '/dev/null', ...args),
    (script = '') => within(ground, 'bash', '-c', script),
    { ground, capture },
  );
  return { books: await capture.finish(), lines, packets: Buffer.concat(pieces) };
}

function within(ground: Ground, ...words: string[]): Promise<Finished> {
  const [command, ...args] = ground.inside(words);
  return run(command, args);
}

/** How often, and from how many ports, the resolver asks for a name is its own affair: at least so many were asked for. */
function counts({ coverage }: CaptureBooks, names: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(coverage?.byClass ?? {})
      .filter(([name, { flows }]) => flows > 0 && name !== 'control')
      .map(([name, { flows }]) => [name, name === 'dns' ? Math.min(flows, names) : flows]),
  );
}
