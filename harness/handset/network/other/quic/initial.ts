import { createCipheriv, createHmac } from 'node:crypto';

/** RFC 9001, 5.2: of version 1. Whoever sees the packet can derive its keys: they hide nothing. */
const SALT = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex');
const DATAGRAM = 1200;
const TAG = 16;

/**
 * A client's first datagram: one Initial packet of QUIC version 1 (RFC 9000, 17.2.2) with the handshake message in a
 * CRYPTO frame, padded to 1200 bytes and protected as RFC 9001, 5 says. `message`: up to 1158 bytes.
 */
export function initialPacket(destination: Buffer, number: number, message: Buffer): Buffer {
  const head = Buffer.concat([
    // Long header, fixed bit, Initial, a packet number of four bytes; version 1.
    Buffer.from('c300000001', 'hex'),
    Buffer.of(destination.length),
    destination,
    // No id of our own, no token.
    Buffer.of(0, 0),
  ]);
  const rest = DATAGRAM - head.length - 2;
  const header = Buffer.concat([head, short(rest), long(number)]);
  const payload = Buffer.alloc(DATAGRAM - header.length - TAG);
  // CRYPTO at offset 0; the zeros behind it are PADDING frames.
  Buffer.concat([Buffer.of(0x06, 0x00), short(message.length), message]).copy(payload);
  return protect(header, payload, number, keysOf(destination));
}

/** Two bytes, as a variable-length integer (RFC 9000, 16). */
function short(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16BE(0x4000 | value);
  return out;
}

function long(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
}

interface Keys {
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly hp: Buffer;
}

/** What the client protects Initial packets with. */
function keysOf(destination: Buffer): Keys {
  const secret = expand(createHmac('sha256', SALT).update(destination).digest(), 'client in', 32);
  return {
    key: expand(secret, 'quic key', 16),
    iv: expand(secret, 'quic iv', 12),
    hp: expand(secret, 'quic hp', 16),
  };
}

/** HKDF-Expand-Label (RFC 8446, 7.1) without a context, for lengths that one block of SHA-256 covers. */
function expand(secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.of(0, length, name.length), name, Buffer.of(0, 1)]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

/** AEAD over the payload, then a mask over the packet number and the low bits of the first byte (RFC 9001, 5.3, 5.4). */
function protect(header: Buffer, payload: Buffer, number: number, { key, iv, hp }: Keys): Buffer {
  const nonce = Buffer.from(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ number) >>> 0, 8);
  const aead = createCipheriv('aes-128-gcm', key, nonce).setAAD(header);
  const sealed = Buffer.concat([aead.update(payload), aead.final(), aead.getAuthTag()]);
  const mask = createCipheriv('aes-128-ecb', hp, null).update(sealed.subarray(0, 16));
  const masked = Buffer.from(header);
  const at = header.length - 4;
  masked.writeUInt8(masked.readUInt8(0) ^ (mask.readUInt8(0) & 0x0f), 0);
  masked.writeUInt32BE((masked.readUInt32BE(at) ^ mask.readUInt32BE(1)) >>> 0, at);
  return Buffer.concat([masked, sealed]);
}
