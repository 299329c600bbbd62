import { createHmac } from 'node:crypto';
import type { Secrets } from '../secrets.ts';
import type { Sealing } from './aead.ts';
import { counted, unsealed } from './aead.ts';
import type { TlsRecord } from './records.ts';
import { APPLICATION, FINISHED, HANDSHAKE } from './records.ts';

/** What a client said under one of these suites of TLS 1.3; null where a byte of it cannot be told. */
export function openTls13(
  records: readonly TlsRecord[],
  suite: Suite13,
  random: string,
  secrets: Secrets,
): Buffer | null {
  const shaking = secrets.of(random, 'CLIENT_HANDSHAKE_TRAFFIC_SECRET');
  const talking = secrets.of(random, 'CLIENT_TRAFFIC_SECRET_0');
  if (!shaking || !talking) return null;
  const said: Buffer[] = [];
  let opener = openerOf(suite, shaking);
  let handshake = true;
  for (const record of records) {
    // What comes before the keys: ClientHello, change_cipher_spec.
    if (record.type !== APPLICATION) continue;
    const inner = opener(record);
    if (!inner) return null;
    if (inner.type === APPLICATION) said.push(inner.body);
    if (inner.type !== HANDSHAKE) continue;
    // Without a certificate of its own the client's only message under the handshake's keys is Finished.
    if (!handshake || inner.body[0] !== FINISHED) return null;
    opener = openerOf(suite, talking);
    handshake = false;
  }
  return handshake ? null : Buffer.concat(said);
}

export interface Suite13 {
  readonly cipher: Sealing;
  readonly keyBytes: number;
  readonly hash: 'sha256' | 'sha384';
}

/** RFC 8446 appendix B.4. */
export const SUITES_13: ReadonlyMap<number, Suite13> = new Map([
  [0x1301, { cipher: 'aes-128-gcm', keyBytes: 16, hash: 'sha256' }],
  [0x1302, { cipher: 'aes-256-gcm', keyBytes: 32, hash: 'sha384' }],
  [0x1303, { cipher: 'chacha20-poly1305', keyBytes: 32, hash: 'sha256' }],
]);

type Opener = (record: TlsRecord) => { type: number; body: Buffer } | null;

/** Opens one record after the other: a nonce each, counted up (RFC 8446 §5.3). */
function openerOf({ cipher, keyBytes, hash }: Suite13, secret: Buffer): Opener {
  const key = expanded(hash, secret, 'key', keyBytes);
  const iv = expanded(hash, secret, 'iv', 12);
  let sequence = 0;
  return ({ head, body }) => {
    const nonce = counted(iv, sequence);
    sequence += 1;
    const inner = unsealed({ cipher, key, nonce, beside: head }, body);
    const last = inner?.findLastIndex((byte) => byte !== 0) ?? -1;
    return inner && last >= 0 ? { type: inner[last] ?? 0, body: inner.subarray(0, last) } : null;
  };
}

/** HKDF-Expand-Label (RFC 8446 §7.1) of at most one block of the hash. */
function expanded(hash: Suite13['hash'], secret: Buffer, label: string, bytes: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, bytes, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, bytes);
}
