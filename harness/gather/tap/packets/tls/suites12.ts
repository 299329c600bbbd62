import type { Sealing } from './aead.ts';

/** A suite of TLS 1.2, by what it takes to open its records: the exchange of keys is no part of that. */
export type Suite12 = Aead | Cbc;

interface Lengths {
  /** Of the function that makes keys (RFC 5246 §5, RFC 5289 §3). */
  readonly hash: 'sha256' | 'sha384';
  readonly macBytes: number;
  readonly keyBytes: number;
  readonly ivBytes: number;
}

interface Aead extends Lengths {
  readonly kind: 'aead';
  readonly cipher: Sealing;
}

export interface Cbc extends Lengths {
  readonly kind: 'cbc';
  readonly cipher: 'aes-128-cbc' | 'aes-256-cbc';
  readonly mac: 'sha1' | 'sha256' | 'sha384';
}

const AES_128_GCM = aead('aes-128-gcm', 'sha256', 16, 4);
const AES_256_GCM = aead('aes-256-gcm', 'sha384', 32, 4);
const CHACHA20 = aead('chacha20-poly1305', 'sha256', 32, 12);
const AES_128_SHA = cbc('aes-128-cbc', 'sha1', 'sha256');
const AES_256_SHA = cbc('aes-256-cbc', 'sha1', 'sha256');
const AES_128_SHA256 = cbc('aes-128-cbc', 'sha256', 'sha256');
const AES_256_SHA256 = cbc('aes-256-cbc', 'sha256', 'sha256');
const AES_256_SHA384 = cbc('aes-256-cbc', 'sha384', 'sha384');

/** By their numbers at IANA: key exchange by RSA, DHE and ECDHE (RFC 5246, 5288, 5289, 7905). */
export const SUITES_12: ReadonlyMap<number, Suite12> = new Map([
  ...[0x009c, 0x009e, 0xc02b, 0xc02f].map((id) => [id, AES_128_GCM] as const),
  ...[0x009d, 0x009f, 0xc02c, 0xc030].map((id) => [id, AES_256_GCM] as const),
  ...[0xcca8, 0xcca9, 0xccaa].map((id) => [id, CHACHA20] as const),
  ...[0x002f, 0x0033, 0xc009, 0xc013].map((id) => [id, AES_128_SHA] as const),
  ...[0x0035, 0x0039, 0xc00a, 0xc014].map((id) => [id, AES_256_SHA] as const),
  ...[0x003c, 0x0067, 0xc023, 0xc027].map((id) => [id, AES_128_SHA256] as const),
  ...[0x003d, 0x006b].map((id) => [id, AES_256_SHA256] as const),
  ...[0xc024, 0xc028].map((id) => [id, AES_256_SHA384] as const),
]);

function aead(cipher: Sealing, hash: Lengths['hash'], keyBytes: number, ivBytes: number): Suite12 {
  return { kind: 'aead', cipher, hash, macBytes: 0, keyBytes, ivBytes };
}

/** Its first block is in each record since TLS 1.1. */
function cbc(cipher: Cbc['cipher'], mac: Cbc['mac'], hash: Lengths['hash']): Suite12 {
  const macBytes = { sha1: 20, sha256: 32, sha384: 48 }[mac];
  return {
    kind: 'cbc',
    cipher,
    mac,
    hash,
    macBytes,
    keyBytes: cipher === 'aes-128-cbc' ? 16 : 32,
    ivBytes: 0,
  };
}
