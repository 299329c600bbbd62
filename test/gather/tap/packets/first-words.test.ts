import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { connect } from 'node:tls';
import { firstWords } from '../../../../harness/gather/tap/packets/first-words.ts';

/** Values that a client mixes in to keep servers tolerant (RFC 8701); a fingerprint leaves them out. */
const GREASE = 0x2a2a;

/** The worked example of FoxIO's JA4.md: a browser's ciphers, extensions and signature algorithms, in its order. */
const CIPHERS = [
  ...[GREASE, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8],
  ...[0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035],
];
const SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];
const PLAIN = [0x001b, 0x0033, 0x4469, 0x0017, 0x002d, 0x0005, 0x0023, 0x0012, 0xff01, 0x000b];

describe('the first words of a conversation', () => {
  it('carry the JA4 that its authors publish for these ciphers, extensions and algorithms, whatever is mixed in', async () => {
    const { hello, target } = await firstWords(aHello('canary.example'));
    assert.deepEqual(hello, {
      sni: 'canary.example',
      alpn: ['h2', 'http/1.1'],
      ja4: 't13d1516h2_8daaf6152771_e5627efa2ab1',
      offered: 0x0304,
    });
    assert.equal(target, null);
  });

  it('are found behind the head of a CONNECT as well, with where it leads', async () => {
    const head = Buffer.from('CONNECT canary.example:443 HTTP/1.1\r\nHost: x\r\n\r\n');
    const words = await firstWords(Buffer.concat([head, aHello('canary.example')]));
    assert.deepEqual(words.target, { host: 'canary.example', port: 443 });
    assert.equal(words.hello?.ja4, 't13d1516h2_8daaf6152771_e5627efa2ab1');
  });

  it('say the highest version that is offered, as OpenSSL writes it, old ones too', async () => {
    const versions = [
      ['TLSv1', 0x0301],
      ['TLSv1.1', 0x0302],
      ['TLSv1.2', 0x0303],
      ['TLSv1.3', 0x0304],
    ] as const;
    for (const [maxVersion, offered] of versions) {
      const { hello } = await firstWords(await helloUpTo(maxVersion));
      assert.equal(hello?.offered, offered);
    }
  });

  it('say nothing of a hello that is cut short anywhere', async () => {
    const whole = aHello('canary.example');
    for (const length of [0, 1, 5, 43, 60, whole.length - 1]) {
      assert.equal((await firstWords(whole.subarray(0, length))).hello, null);
    }
  });
});

/** What Node's own TLS client says first to somebody who never answers. */
async function helloUpTo(maxVersion: SecureVersion): Promise<Buffer> {
  const said = Promise.withResolvers<Buffer>();
  const server = createServer((socket) => socket.once('data', said.resolve)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const options = { minVersion: 'TLSv1', maxVersion, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const client = connect({ host: '127.0.0.1', port: address.port, ...options });
  client.on('error', () => undefined);
  try {
    return await said.promise;
  } finally {
    client.destroy();
    server.close();
  }
}

function aHello(host: string): Buffer {
  const name = Buffer.from(host);
  const protocols = ['h2', 'http/1.1'].map((one) => sized(1, Buffer.from(one)));
  const extensions = [
    extension(GREASE, Buffer.alloc(0)),
    extension(0x0000, sized(2, Buffer.concat([Buffer.from([0]), sized(2, name)]))),
    extension(0x0010, sized(2, Buffer.concat(protocols))),
    extension(0x000d, sized(2, numbers(SIGNATURES))),
    extension(0x002b, sized(1, numbers([GREASE, 0x0304, 0x0303]))),
    extension(0x000a, sized(2, numbers([GREASE, 0x001d, 0x0017]))),
    ...PLAIN.map((type) => extension(type, Buffer.alloc(0))),
    extension(0x0015, Buffer.alloc(8)),
  ];
  const body = Buffer.concat([
    ...[numbers([0x0303]), Buffer.alloc(32, 7), sized(1, Buffer.alloc(32, 9))],
    ...[sized(2, numbers(CIPHERS)), Buffer.from([1, 0]), sized(2, Buffer.concat(extensions))],
  ]);
  const message = Buffer.concat([Buffer.from([1]), sized(3, body)]);
  return Buffer.concat([Buffer.from([0x16, 3, 1]), sized(2, message)]);
}

function extension(type: number, content: Buffer): Buffer {
  return Buffer.concat([numbers([type]), sized(2, content)]);
}

/** Big-endian, two bytes each. */
function numbers(values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
}

/** A length of so many bytes, and what is so long. */
function sized(bytes: 1 | 2 | 3, content: Buffer): Buffer {
  const length = Buffer.alloc(bytes);
  length.writeUIntBE(content.length, 0, bytes);
  return Buffer.concat([length, content]);
}
