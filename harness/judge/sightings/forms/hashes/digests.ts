import { createHmac, hash } from 'node:crypto';
import { murmur3 } from './murmur.ts';
import { WASM_HASHES } from './wasm-hashes.ts';

/** What trackers hash with every day, and every spelling is tried under. */
export const COMMON: readonly string[] = ['md5', 'sha1', 'sha256'];

/** Hashes that occur, each tried on the main spellings. All of 64 bits or more: a shorter one proves nothing. */
export const RARE: readonly string[] = [
  'sha512',
  'sha224',
  'sha384',
  'sha512-224',
  'sha512-256',
  'sha3-224',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'blake2b512',
  'blake2s256',
  'ripemd160',
  'sm3',
  'murmur3',
  ...WASM_HASHES.keys(),
];

/** The digest of some bytes, by its name above. */
export function digestOf(name: string, input: string | Buffer): Buffer {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  if (name === 'murmur3') return murmur3(bytes);
  return WASM_HASHES.get(name)?.(bytes) ?? hash(name, bytes, 'buffer');
}

/** How collectors mix a salt into what they hash, and HMAC with the salt as its key. */
export function* saltedDigests(
  { name, text }: { readonly name: string; readonly text: string },
  salt: string,
  algorithms: readonly string[] = [...COMMON, 'sha512'],
): Generator<{ readonly name: string; readonly bytes: Buffer }> {
  for (const algorithm of algorithms) {
    for (const [which, hex] of mixedWith(salt, text, algorithm).entries())
      yield { name: nameOfMixture(which, name, algorithm), bytes: Buffer.from(hex, 'hex') };
  }
}

/** The same digests under one algorithm, in hex, in their order. */
export function mixedWith(salt: string, text: string, algorithm: string): string[] {
  const digests: string[] = [];
  for (const glue of GLUES) {
    digests.push(hash(algorithm, salt + glue + text, 'hex'));
    digests.push(hash(algorithm, text + glue + salt, 'hex'));
  }
  digests.push(hash(algorithm, salt + text + salt, 'hex'));
  digests.push(createHmac(algorithm, salt).update(text).digest('hex'));
  return digests;
}

/** What a digest of `mixedWith` is called, by its place there. */
export function nameOfMixture(which: number, name: string, algorithm: string): string {
  const glue = GLUES[which >> 1];
  if (glue !== undefined) {
    const sign = glue || '+';
    const how = which % 2 === 0 ? `salt${sign}${name}` : `${name}${sign}salt`;
    return `${algorithm}(${how})`;
  }
  const isKeyed = which > 2 * GLUES.length;
  return isKeyed ? `hmac-${algorithm}(${name})` : `${algorithm}(salt+${name}+salt)`;
}

const GLUES = ['', ':', '|', '_', '-', '.'];
