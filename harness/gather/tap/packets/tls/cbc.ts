import { createDecipheriv, createHmac } from 'node:crypto';
import type { Cbc } from './suites12.ts';

const BLOCK = 16;

/** What opens the records of a connection in the older way: a cipher, and a check sum under a key of its own. */
interface CbcKeys {
  readonly suite: Cbc;
  readonly key: Buffer;
  readonly mac: Buffer;
  /** The check sum is of what was encrypted (RFC 7366), else of what it was made of (RFC 5246 §6.2.3.2). */
  readonly encryptThenMac: boolean;
}

/** The content of one record; null where it is not what was sealed. `beside` is what its check sum begins with. */
export function openCbc(
  { suite, key, mac, encryptThenMac }: CbcKeys,
  body: Buffer,
  beside: (bytes: number) => Buffer,
): Buffer | null {
  const vouched = (bytes: Buffer, sum: Buffer): boolean =>
    createHmac(suite.mac, mac).update(beside(bytes.length)).update(bytes).digest().equals(sum);
  const end = encryptThenMac ? body.length - suite.macBytes : body.length;
  if (end < 2 * BLOCK || end % BLOCK !== 0) return null;
  if (encryptThenMac && !vouched(body.subarray(0, end), body.subarray(end))) return null;
  const open = createDecipheriv(suite.cipher, key, body.subarray(0, BLOCK)).setAutoPadding(false);
  const plain = Buffer.concat([open.update(body.subarray(BLOCK, end)), open.final()]);
  const padding = (plain.at(-1) ?? 0) + 1;
  const content = plain.subarray(0, Math.max(0, plain.length - padding));
  if (!plain.subarray(content.length).every((byte) => byte === padding - 1)) return null;
  if (encryptThenMac) return content;
  const length = content.length - suite.macBytes;
  if (length < 0 || !vouched(content.subarray(0, length), content.subarray(length))) return null;
  return content.subarray(0, length);
}
