import type { IHasher } from 'hash-wasm';
import {
  createBLAKE2b,
  createBLAKE3,
  createKeccak,
  createMD4,
  createWhirlpool,
  createXXHash128,
  createXXHash3,
  createXXHash64,
} from 'hash-wasm';

/** The hashes that Node's OpenSSL does not have; the door to hash-wasm. Ready when the module is. */
export const WASM_HASHES: ReadonlyMap<string, (bytes: Uint8Array) => Buffer> = new Map(
  await Promise.all([
    named('md4', createMD4()),
    named('keccak256', createKeccak(256)),
    named('keccak512', createKeccak(512)),
    named('blake2b256', createBLAKE2b(256)),
    named('blake2b160', createBLAKE2b(160)),
    named('blake3', createBLAKE3()),
    named('whirlpool', createWhirlpool()),
    named('xxhash64', createXXHash64()),
    named('xxh3', createXXHash3()),
    named('xxh3-128', createXXHash128()),
  ]),
);

async function named(
  name: string,
  making: Promise<IHasher>,
): Promise<[string, (bytes: Uint8Array) => Buffer]> {
  const hasher = await making;
  return [name, (bytes) => Buffer.from(hasher.init().update(bytes).digest('binary'))];
}
