import type { CipherGCMTypes } from 'node:crypto';
import { createDecipheriv } from 'node:crypto';

export type Sealing = CipherGCMTypes | 'chacha20-poly1305';

/** What every authenticated cipher of TLS appends. */
export const TAG = 16;

export interface Sealed {
  readonly cipher: Sealing;
  readonly key: Buffer;
  readonly nonce: Buffer;
  /** What is not encrypted and yet vouched for. */
  readonly beside: Buffer;
}

/** What was sealed, the tag at its end; null where it is not what was sealed. */
export function unsealed({ cipher, key, nonce, beside }: Sealed, body: Buffer): Buffer | null {
  const plaintextLength = body.length - TAG;
  if (plaintextLength < 0) return null;
  const open =
    cipher === 'chacha20-poly1305'
      ? createDecipheriv(cipher, key, nonce, { authTagLength: TAG })
      : createDecipheriv(cipher, key, nonce, { authTagLength: TAG });
  open.setAAD(beside, { plaintextLength });
  open.setAuthTag(body.subarray(plaintextLength));
  try {
    return Buffer.concat([open.update(body.subarray(0, plaintextLength)), open.final()]);
  } catch {
    return null;
  }
}

/** The nonce of the record that so many stand before (RFC 8446 §5.3, RFC 7905 §2). */
export function counted(iv: Buffer, sequence: number): Buffer {
  const nonce = Buffer.from(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  return nonce;
}
