import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { openTls, saidOnlyHello } from '../../../../harness/gather/tap/packets/open-tls.ts';
import type { Secrets } from '../../../../harness/gather/tap/packets/secrets.ts';
import { openSecrets } from '../../../../harness/gather/tap/packets/secrets.ts';
import { run } from '../../../../harness/lib/children.ts';

const SUITES = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'].map(
    (suite) => ['-tls1_3', '-ciphersuites', suite],
  ),
  ...['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map(older),
  ...['AES128-SHA', 'AES256-SHA', 'AES128-SHA256', 'AES256-SHA384'].flatMap((suite) => [
    older(suite),
    [...older(suite), '-no_etm'],
  ]),
];

function older(suite: string): string[] {
  return ['-tls1_2', '-cipher', `ECDHE-ECDSA-${suite}`];
}

describe('what a client said inside TLS', () => {
  for (const options of SUITES) {
    it(`comes out as OpenSSL put it in, with ${options.join(' ')}`, async () => {
      const { up, down, secrets } = await aTalk(`${'canary '.repeat(3000)}end\n`, options);
      assert.equal(openTls(up, down, secrets)?.toString(), `${'canary '.repeat(3000)}end\n`);
      assert.equal(saidOnlyHello(up), false);
      const changes = [...Array(64).keys()].map((n) => up.length - 1 - n * 37);
      for (const at of changes) {
        const changed = Buffer.from(up);
        changed[at] = (changed[at] ?? 0) ^ 1;
        assert.equal(openTls(changed, down, secrets), null, `byte ${String(at)}`);
      }
      assert.equal(openTls(up.subarray(0, -1), down, secrets), null);
      assert.equal(openTls(up, down, openSecrets()), null);
    });
  }

  for (const version of ['-tls1_3', '-tls1_2']) {
    it(`is nothing where the client only shook hands, with ${version}`, async () => {
      const { up, down, secrets } = await aTalk('', [version]);
      assert.equal(openTls(up, down, secrets)?.length, 0);
    });
  }

  it('is not said where nothing was recorded, or of a version that we do not read', async () => {
    const { up, down, secrets } = await aTalk('canary', ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0']);
    assert.equal(openTls(Buffer.alloc(0), Buffer.alloc(0), secrets), null);
    // It did say something: a record of an application's, of TLS 1.1.
    assert.ok(up.includes(Buffer.from([23, 3, 2])));
    assert.equal(openTls(up, down, secrets), null);
  });

  it('was only its hello where it went away before the keys', async () => {
    const { up } = await aTalk('canary', ['-tls1_3']);
    const hello = up.subarray(0, 5 + up.readUInt16BE(3));
    assert.equal(saidOnlyHello(hello), true);
    for (const bytes of [1, 4, 5, 100, hello.length - 1]) {
      assert.equal(saidOnlyHello(hello.subarray(0, bytes)), true);
    }
    // Were it but the first byte of what an application says.
    assert.equal(saidOnlyHello(Buffer.concat([hello, Buffer.from([23])])), false);
    assert.equal(saidOnlyHello(Buffer.from('GET / HTTP/1.1')), false);
    assert.equal(saidOnlyHello(Buffer.alloc(0)), false);
  });
});

/** OpenSSL's client says some words to Node's server; what passes between them is kept. */
async function aTalk(
  words: string,
  options: string[],
): Promise<{ up: Buffer; down: Buffer; secrets: Secrets }> {
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const named = ['-subj', '/CN=far', '-days', '2', '-keyout', key, '-out', cert];
  await run('openssl', ['req', '-x509', ...curve, ...named]);
  const secrets = openSecrets();
  const own = { key: await readFile(key), cert: await readFile(cert) };
  const old = { minVersion: 'TLSv1.1' as const, ciphers: 'ALL:@SECLEVEL=0' };
  const far = createTls({ ...own, ...old }, (socket) => {
    socket.on('error', () => undefined).resume();
    socket.once('end', () => socket.end());
  });
  far.on('keylog', (line: Buffer) => {
    secrets.note(line.toString());
  });
  const [up, down]: [Buffer[], Buffer[]] = [[], []];
  const between = createServer((near) => {
    const onward = connect(portOf(far.address()), '127.0.0.1');
    near.on('error', () => undefined).on('data', (bytes) => up.push(Buffer.from(bytes)));
    onward.on('error', () => undefined).on('data', (bytes) => down.push(Buffer.from(bytes)));
    near.pipe(onward).pipe(near);
  });
  for (const server of [far, between]) await once(server.listen(0, '127.0.0.1'), 'listening');
  const to = `127.0.0.1:${String(portOf(between.address()))}`;
  await run('openssl', ['s_client', '-quiet', '-no_ign_eof', '-connect', to, ...options], {
    input: Buffer.from(words),
  });
  for (const server of [between, far]) {
    server.close();
    await once(server, 'close');
  }
  await rm(folder, { recursive: true });
  return { up: Buffer.concat(up), down: Buffer.concat(down), secrets };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address ? address.port : 0;
}
