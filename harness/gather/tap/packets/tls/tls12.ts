import { createHmac } from 'node:crypto';
import type { Secrets } from '../secrets.ts';
import { counted, TAG, unsealed } from './aead.ts';
import { openCbc } from './cbc.ts';
import type { Settled, TlsRecord } from './records.ts';
import { APPLICATION, CHANGE_CIPHER_SPEC, FINISHED, HANDSHAKE } from './records.ts';
import type { Suite12 } from './suites12.ts';

/** What a client said under one of these suites of TLS 1.2 (RFC 5246); null where a byte of it cannot be told. */
export function openTls12(
  records: readonly TlsRecord[],
  suite: Suite12,
  { random, settled }: { readonly random: string; readonly settled: Settled },
  secrets: Secrets,
): Buffer | null {
  const master = secrets.of(random, 'CLIENT_RANDOM');
  if (!master) return null;
  const keys = keysOf(suite, master, Buffer.concat([settled.random, Buffer.from(random, 'hex')]));
  const open = openerOf(suite, keys, settled.extensions.has(ENCRYPT_THEN_MAC));
  const from = records.findIndex(({ type }) => type === CHANGE_CIPHER_SPEC);
  // Nothing of an application's may stand before the keys.
  if (from < 0 || records.slice(0, from).some(({ type }) => type === APPLICATION)) return null;
  const said: Buffer[] = [];
  const [first, ...rest] = records.slice(from + 1).map((record, sequence) => ({
    type: record.type,
    body: open(record, sequence),
  }));
  if (first?.type !== HANDSHAKE || first.body?.[0] !== FINISHED) return null;
  for (const { type, body } of rest) {
    // A second handshake would change the keys.
    if (!body || type === HANDSHAKE || type === CHANGE_CIPHER_SPEC) return null;
    if (type === APPLICATION) said.push(body);
  }
  return Buffer.concat(said);
}

/** RFC 7366: it stands in a ServerHello where it was agreed on, and is nothing to authenticated ciphers. */
const ENCRYPT_THEN_MAC = 22;

type Opener = (record: TlsRecord, sequence: number) => Buffer | null;

/** Opens the record that so many stand before. */
function openerOf(suite: Suite12, { mac, key, iv }: Keys, encryptThenMac: boolean): Opener {
  if (suite.kind === 'cbc') {
    return ({ head, body }, sequence) =>
      openCbc({ suite, key, mac, encryptThenMac }, body, (bytes) => beside(head, sequence, bytes));
  }
  const { cipher } = suite;
  if (cipher === 'chacha20-poly1305') {
    return ({ head, body }, sequence) => {
      const nonce = counted(iv, sequence);
      const added = beside(head, sequence, body.length - TAG);
      return unsealed({ cipher, key, nonce, beside: added }, body);
    };
  }
  // RFC 5288: half of the nonce is in the record.
  return ({ head, body }, sequence) => {
    const nonce = Buffer.concat([iv, body.subarray(0, EXPLICIT)]);
    const added = beside(head, sequence, body.length - EXPLICIT - TAG);
    return unsealed({ cipher, key, nonce, beside: added }, body.subarray(EXPLICIT));
  };
}

const EXPLICIT = 8;

/** What each record vouches for beside its content: its number, type, version and length (RFC 5246 §6.2.3.3). */
function beside(head: Buffer, sequence: number, bytes: number): Buffer {
  const added = Buffer.alloc(13);
  added.writeUInt32BE(sequence, 4);
  head.copy(added, 8, 0, 3);
  added.writeUInt16BE(Math.max(0, bytes), 11);
  return added;
}

interface Keys {
  readonly mac: Buffer;
  readonly key: Buffer;
  readonly iv: Buffer;
}

/** The client's part of the key block (RFC 5246 §6.3); `seed` is the server's random and the client's. */
function keysOf(
  { hash, macBytes, keyBytes, ivBytes }: Suite12,
  master: Buffer,
  seed: Buffer,
): Keys {
  const block = expanded(hash, master, seed, 2 * (macBytes + keyBytes + ivBytes));
  const keys = 2 * macBytes;
  const ivs = keys + 2 * keyBytes;
  return {
    mac: block.subarray(0, macBytes),
    key: block.subarray(keys, keys + keyBytes),
    iv: block.subarray(ivs, ivs + ivBytes),
  };
}

/** The PRF of RFC 5246 §5 under "key expansion". */
function expanded(hash: Suite12['hash'], secret: Buffer, seed: Buffer, bytes: number): Buffer {
  const under = (...parts: Buffer[]): Buffer =>
    createHmac(hash, secret).update(Buffer.concat(parts)).digest();
  const labelled = Buffer.concat([Buffer.from('key expansion'), seed]);
  const made: Buffer[] = [];
  let chain: Buffer = labelled;
  for (let length = 0; length < bytes; length += made.at(-1)?.length ?? bytes) {
    chain = under(chain);
    made.push(under(chain, labelled));
  }
  return Buffer.concat(made).subarray(0, bytes);
}
