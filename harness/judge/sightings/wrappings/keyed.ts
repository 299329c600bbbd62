import type { CipherGCMTypes } from 'node:crypto';
import { createDecipheriv, createHash, getCipherInfo } from 'node:crypto';
import { isTelling } from './rows/telling.ts';
import type { Opened } from './wrapping.ts';
import { NOT_THIS, opened } from './wrapping.ts';

/** A way of sealing one field of a form or object with a key that follows from the fields beside it: pure data. */
export interface Scheme {
  readonly name: string;
  readonly evidence: string;
  /** The field that is sealed, and how its bytes are written. */
  readonly sealed: string;
  readonly coding: 'hex' | 'base64';
  /** As OpenSSL names it: "aes-128-cbc". */
  readonly cipher: string;
  readonly key: Recipe;
  readonly iv: Recipe | 'in front' | null;
}

/** `{field}` in the text stands for that field's value; then the digest, written so, cut to its first bytes. */
export interface Recipe {
  readonly text: string;
  readonly digest: 'md5' | 'sha1' | 'sha256' | null;
  readonly spelling: 'hex' | 'HEX' | 'bytes';
  readonly take: number;
}

/** A key that somebody knows and gives: tried on every value that nothing else explains. */
export interface KnownKey {
  readonly name: string;
  readonly cipher: string;
  readonly key: Uint8Array;
  readonly iv: Uint8Array | 'in front' | null;
}

/** Every scheme that is tried. A new one is an entry here and nothing else. */
export const SCHEMES: readonly Scheme[] = [
  {
    name: 'mistat v2',
    evidence: 'com.xiaomi.mistatistic.sdk as decompiled from Mi Gallery: POST /mistats/v2',
    sealed: 'stat_value',
    coding: 'hex',
    cipher: 'aes-128-cbc',
    key: { text: 'seed:{app_id}-{app_key}-{device_id}', digest: 'md5', spelling: 'HEX', take: 16 },
    iv: { text: 'seed:{device_id}-{app_key}-{app_id}', digest: 'md5', spelling: 'HEX', take: 16 },
  },
];

/** Opens the sealed field of a scheme with what stands beside it; NOT_THIS when a field is missing or no key fits. */
export function unsealed(scheme: Scheme, fields: ReadonlyMap<string, Buffer>): Opened {
  const written = fields.get(scheme.sealed);
  const key = made(scheme.key, fields);
  if (written === undefined || key === null) return NOT_THIS;
  // What stands behind its letters is of the surroundings: the last field of a text may have something after it.
  const letters = LETTERS[scheme.coding].exec(written.toString('latin1'))?.[0] ?? '';
  const sealed = Buffer.from(letters, scheme.coding);
  const inFront = scheme.iv === 'in front';
  const given = scheme.iv === null || scheme.iv === 'in front' ? null : made(scheme.iv, fields);
  const iv = inFront ? sealed.subarray(0, IV) : given;
  const plain = deciphered(scheme.cipher, key, iv, inFront ? sealed.subarray(IV) : sealed);
  if (plain === null) return NOT_THIS;
  const also = [scheme.coding, `${scheme.cipher} (${scheme.name})`];
  return opened([{ name: scheme.sealed, also, bytes: plain }], true);
}

/** What a given key makes of a value that looks like chance. */
export function openedWith({ name, cipher, key, iv }: KnownKey, sealed: Buffer): Opened {
  const front = iv === 'in front' ? (getCipherInfo(cipher)?.ivLength ?? 0) : 0;
  const start = iv === 'in front' ? sealed.subarray(0, front) : iv;
  const plain = deciphered(cipher, key, start, sealed.subarray(front));
  return plain === null ? NOT_THIS : opened([{ name: `${cipher} (${name})`, bytes: plain }], true);
}

/**
 * Undoes a cipher; null where the key is wrong: the padding of a block cipher does not come out right, the tag behind a
 * sealed value is another, and a stream cipher, which shows nothing of itself, gives nothing that looks packed or written.
 */
function deciphered(
  cipher: string,
  key: Uint8Array,
  iv: Uint8Array | null,
  sealed: Buffer,
): Buffer | null {
  const mode = getCipherInfo(cipher)?.mode ?? 'stream';
  const blocks = mode === 'cbc' || mode === 'ecb';
  if (
    sealed.length < 16 ||
    (blocks && sealed.length % (getCipherInfo(cipher)?.blockSize ?? IV) !== 0)
  )
    return null;
  try {
    if (mode === 'gcm') {
      const name = GCM.find((one) => one === cipher);
      if (name === undefined || iv === null) return null;
      const decipher = createDecipheriv(name, key, iv);
      decipher.setAuthTag(sealed.subarray(-IV));
      return Buffer.concat([decipher.update(sealed.subarray(0, -IV)), decipher.final()]);
    }
    const decipher = createDecipheriv(cipher, key, iv);
    const plain = Buffer.concat([decipher.update(sealed), decipher.final()]);
    return blocks || isTelling(plain) ? plain : null;
  } catch {
    return null;
  }
}

const GCM: readonly CipherGCMTypes[] = ['aes-128-gcm', 'aes-192-gcm', 'aes-256-gcm'];
const IV = 16;
const LETTERS = { hex: /^(?:[0-9A-Fa-f]{2})+/, base64: /^[\w+/-]+/ } as const;

function made(
  { text, digest, spelling, take }: Recipe,
  fields: ReadonlyMap<string, Buffer>,
): Buffer | null {
  const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  if (!names.every((name) => fields.has(name))) return null;
  const filled = text.replace(
    /\{(\w+)\}/g,
    (_, name: string) => fields.get(name)?.toString('latin1') ?? '',
  );
  const bytes = Buffer.from(filled, 'latin1');
  const hashed = digest === null ? bytes : createHash(digest).update(bytes).digest();
  const hex = hashed.toString('hex');
  const spelt =
    spelling === 'bytes' ? hashed : Buffer.from(spelling === 'HEX' ? hex.toUpperCase() : hex);
  return spelt.subarray(0, take);
}
