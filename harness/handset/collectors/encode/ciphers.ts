import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Chance } from '../../../lib/seed.ts';
import type { Key, Step } from '../rules/wrappings.ts';
import type { Lookup } from '../template.ts';
import { fillText } from '../template.ts';

interface Around {
  readonly lookup: Lookup;
  readonly chance: Chance;
}
export type AesRule = Omit<Extract<Step, { as: 'aes' }>, 'as'>;

/** AES with PKCS5 padding (cbc, ecb), or as a stream (ctr; gcm with its 16-byte tag behind). */
export function aes(bytes: Buffer, rule: AesRule, around: Around): Buffer {
  const key = keyOf(rule.key, around, 16);
  const prefixed = rule.iv === 'prefixed' && rule.mode !== 'ecb';
  const iv = ivOf(rule, around);
  const [head, tail] = [prefixed ? iv : Buffer.alloc(0), Buffer.alloc(0)];
  if (rule.mode === 'gcm') {
    const cipher = createCipheriv(`aes-${size(key)}-gcm`, key, iv);
    const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
    return Buffer.concat([head, body, cipher.getAuthTag()]);
  }
  const cipher = createCipheriv(
    `aes-${size(key)}-${rule.mode}`,
    key,
    rule.mode === 'ecb' ? null : iv,
  );
  return Buffer.concat([head, cipher.update(bytes), cipher.final(), tail]);
}

/** Opens what a server sealed with AES under a key of the rule; undefined when it is not that. */
export function openAes(sealed: Buffer, rule: AesRule, around: Around): Buffer | undefined {
  if (rule.mode === 'gcm') return undefined;
  const key = keyOf(rule.key, around, 16);
  const prefixed = rule.iv === 'prefixed' && rule.mode !== 'ecb';
  const iv = prefixed ? sealed.subarray(0, 16) : rule.mode === 'ecb' ? null : ivOf(rule, around);
  try {
    const decipher = createDecipheriv(`aes-${size(key)}-${rule.mode}`, key, iv);
    const body = sealed.subarray(prefixed ? 16 : 0);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The key repeated over the bytes. */
export function xor(bytes: Buffer, rule: Key, around: Around): Buffer {
  const key = keyOf(rule, around, 16);
  return Buffer.from(bytes.map((byte, at) => byte ^ (key[at % key.length] ?? 0)));
}

function ivOf({ iv, mode }: AesRule, around: Around): Buffer {
  return iv === 'prefixed' ? around.chance.bytes(mode === 'gcm' ? 12 : 16) : keyOf(iv, around, 16);
}

function keyOf(key: Key, { lookup, chance }: Around, bytes: number): Buffer {
  if (key.from === 'nobody') return chance.bytes(bytes);
  const text = fillText(key.value, lookup);
  if (key.from !== 'mistat') {
    return Buffer.from(text, key.from === 'text' ? 'utf8' : key.from);
  }
  const digest = createHash('md5').update(text).digest('hex').toUpperCase();
  return Buffer.from(digest.slice(0, 16));
}

/** A key that a server has yet to send: what it would seal waits. */
export class KeyMissing extends Error {}

function size(key: Buffer): 128 | 192 | 256 {
  if (![16, 24, 32].includes(key.length))
    throw new KeyMissing(`a key of ${String(key.length)} bytes`);
  return key.length === 32 ? 256 : key.length === 24 ? 192 : 128;
}
