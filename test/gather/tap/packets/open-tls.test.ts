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

const SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

describe('what a client said inside TLS', () => {
  for (const suite of SUITES) {
    it(`comes out as OpenSSL put it in, with ${suite}`, async () => {
      const { up, down, secrets } = await aTalk(`${'canary '.repeat(3000)}end\n`, [
        ...['-tls1_3', '-ciphersuites', suite],
      ]);
      assert.equal(openTls(up, down, secrets)?.toString(), `${'canary '.repeat(3000)}end\n`);
      assert.equal(saidOnlyHello(up), false);
    });
  }

  it('is nothing where the client only shook hands', async () => {
    const { up, down, secrets } = await aTalk('', ['-tls1_3']);
    assert.equal(openTls(up, down, secrets)?.length, 0);
  });

  it('is not said where a byte is missing, changed, or of another version, or the secrets are another connection’s', async () => {
    const { up, down, secrets } = await aTalk('canary', ['-tls1_3']);
    const changed = Buffer.from(up);
    changed[up.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    assert.equal(openTls(changed, down, secrets), null);
    assert.equal(openTls(up.subarray(0, -1), down, secrets), null);
    assert.equal(openTls(up, down, openSecrets()), null);
    assert.equal(openTls(Buffer.alloc(0), Buffer.alloc(0), secrets), null);
    const older = await aTalk('canary', ['-tls1_2']);
    assert.equal(openTls(older.up, older.down, older.secrets), null);
  });

  it('was only its hello where it went away before the keys', async () => {
    const { up } = await aTalk('canary', ['-tls1_3']);
    const hello = up.subarray(0, 5 + up.readUInt16BE(3));
    assert.equal(saidOnlyHello(hello), true);
    assert.equal(saidOnlyHello(hello.subarray(0, -1)), false);
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
  const far = createTls({ key: await readFile(key), cert: await readFile(cert) }, (socket) => {
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
