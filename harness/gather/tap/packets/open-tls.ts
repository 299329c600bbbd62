import type { CipherGCMTypes } from 'node:crypto';
import { createDecipheriv, createHmac } from 'node:crypto';
import type { Secrets } from './secrets.ts';

/**
 * What a client said inside a TLS 1.3 connection (RFC 8446), from the recorded bytes and the secrets of our own side:
 * independent of the program that took the connection up. Null where it cannot be said for every byte.
 */
export function openTls(up: Buffer, down: Buffer, secrets: Secrets): Buffer | null {
  const records = [...recordsIn(up)];
  const [hello] = records;
  const [answer] = recordsIn(down);
  const whole = records.reduce((sum, { body }) => sum + 5 + body.length, 0) === up.length;
  if (!whole || !hello || !answer || hello.body.length < 38) return null;
  const random = hello.body.toString('hex', 6, 38);
  const suite = suiteOf(answer.body);
  const secret = secrets.of(random, 'CLIENT_HANDSHAKE_TRAFFIC_SECRET');
  const next = secrets.of(random, 'CLIENT_TRAFFIC_SECRET_0');
  return suite && secret && next ? readAll(records, { suite, secret, next }) : null;
}

/** Whether these are all in the clear: a client that went away during the handshake, before it could say anything. */
export function saidOnlyHello(up: Buffer): boolean {
  const records = [...recordsIn(up)];
  const whole = records.reduce((sum, { body }) => sum + 5 + body.length, 0) === up.length;
  return whole && records.length > 0 && records.every(({ type }) => type !== PROTECTED);
}

interface Suite {
  readonly cipher: CipherGCMTypes | 'chacha20-poly1305';
  readonly keyBytes: number;
  readonly hash: 'sha256' | 'sha384';
}

interface Given {
  readonly suite: Suite;
  readonly secret: Buffer;
  readonly next: Buffer;
}

function readAll(records: readonly TlsRecord[], given: Given): Buffer | null {
  const said: Buffer[] = [];
  let opener = openerOf(given.suite, given.secret);
  let handshake = true;
  for (const record of records) {
    // What comes before the keys: ClientHello, change_cipher_spec.
    if (record.type !== PROTECTED) continue;
    const inner = opener(record);
    if (!inner) return null;
    if (inner.type === APPLICATION) said.push(inner.body);
    if (inner.type !== HANDSHAKE) continue;
    const kind = inner.body[0];
    // Without a certificate of its own the client's only message under the handshake's keys is Finished.
    if (handshake && kind === FINISHED) {
      opener = openerOf(given.suite, given.next);
      handshake = false;
    } else return null;
  }
  return handshake ? null : Buffer.concat(said);
}

type Opener = (record: TlsRecord) => { type: number; body: Buffer } | null;

/** Opens one record after the other: a nonce each, counted up (RFC 8446 §5.3). */
function openerOf({ cipher, keyBytes, hash }: Suite, secret: Buffer): Opener {
  const key = expanded(hash, secret, 'key', keyBytes);
  const iv = expanded(hash, secret, 'iv', 12);
  let sequence = 0;
  return ({ head, body }) => {
    const nonce = Buffer.from(iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
    sequence += 1;
    if (body.length <= TAG) return null;
    const open =
      cipher === 'chacha20-poly1305'
        ? createDecipheriv(cipher, key, nonce, { authTagLength: TAG })
        : createDecipheriv(cipher, key, nonce, { authTagLength: TAG });
    open.setAAD(head, { plaintextLength: body.length - TAG });
    open.setAuthTag(body.subarray(-TAG));
    try {
      const inner = Buffer.concat([open.update(body.subarray(0, -TAG)), open.final()]);
      const last = inner.findLastIndex((byte) => byte !== 0);
      return last < 0 ? null : { type: inner[last] ?? 0, body: inner.subarray(0, last) };
    } catch {
      return null;
    }
  };
}

/** HKDF-Expand-Label (RFC 8446 §7.1) of at most one block of the hash. */
function expanded(hash: Suite['hash'], secret: Buffer, label: string, bytes: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, bytes, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, bytes);
}

interface TlsRecord {
  readonly type: number;
  readonly head: Buffer;
  readonly body: Buffer;
}

/** The whole records at the beginning. */
function* recordsIn(bytes: Buffer): Generator<TlsRecord> {
  let at = 0;
  while (at + 5 <= bytes.length) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) return;
    const [head, body] = [bytes.subarray(at, at + 5), bytes.subarray(at + 5, end)];
    yield { type: bytes[at] ?? 0, head, body };
    at = end;
  }
}

function suiteOf(serverHello: Buffer): Suite | null {
  // Type, length, version, random; then a session id of its own length, and what was chosen.
  const at = 39 + (serverHello[38] ?? 0);
  if (serverHello[0] !== 2 || serverHello.length < at + 2) return null;
  return SUITES.get(serverHello.readUInt16BE(at)) ?? null;
}

/** RFC 8446 appendix B.4. */
const SUITES: ReadonlyMap<number, Suite> = new Map([
  [0x1301, { cipher: 'aes-128-gcm', keyBytes: 16, hash: 'sha256' }],
  [0x1302, { cipher: 'aes-256-gcm', keyBytes: 32, hash: 'sha384' }],
  [0x1303, { cipher: 'chacha20-poly1305', keyBytes: 32, hash: 'sha256' }],
]);

const HANDSHAKE = 22;
const APPLICATION = 23;
/** From the outside everything protected looks like an application's bytes. */
const PROTECTED = 23;
const FINISHED = 20;
const TAG = 16;
