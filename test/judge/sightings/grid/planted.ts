import { blake2b } from '@noble/hashes/blake2.js';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { sha3_256 } from '@noble/hashes/sha3.js';
import { base64, hex } from '@scure/base';
import type { Value } from './search-for.ts';

/** A value in one of its forms, made without any code of the harness. */
export interface Planted {
  readonly owner: Value;
  readonly form: string;
  readonly bytes: Buffer;
}

export const PAGE: Value = {
  name: 'page',
  value: 'https://www.visited.test/news/qkzvtrmwpahcxbjd?from=app#top',
};
export const ID: Value = { name: 'id', value: '3f1d2c58-7a0b-4f0e-9f3a-5b8d0c1e2a77' };
export const IMEI: Value = { name: 'imei', value: '358240051111110' };
export const WORDS: Value = { name: 'words', value: 'Badage Kéfigo mizuta lenérupo' };
/** Planted nowhere: a sighting of one is a false alarm. */
export const DECOYS: readonly Value[] = [
  { name: 'decoy page', value: 'https://www.visited.test/news/mzrbwqpltkxvhdjc?from=app#top' },
  { name: 'decoy id', value: '8b7a6c5d-1e2f-4a3b-8c9d-0e1f2a3b4c5d' },
  { name: 'decoy words', value: 'Zorila Pemuko tavibe rodiga' },
];

const text = (owner: Value, form: string, spelt: string): Planted => ({
  owner,
  form,
  bytes: Buffer.from(spelt),
});
const raw = (owner: Value, form: string, bytes: Uint8Array): Planted => ({
  owner,
  form,
  bytes: Buffer.from(bytes),
});
const utf8 = (spelt: string): Uint8Array => new Uint8Array(Buffer.from(spelt));
const undashed = ID.value.replaceAll('-', '');

export const PLANTED: readonly Planted[] = [
  text(PAGE, 'exact', PAGE.value),
  text(PAGE, 'upper', PAGE.value.toUpperCase()),
  text(PAGE, 'no scheme', PAGE.value.slice(8)),
  text(PAGE, 'no query', PAGE.value.replace(/\?.*/, '')),
  text(PAGE, 'path', '/news/qkzvtrmwpahcxbjd'),
  text(PAGE, 'prefix', PAGE.value.slice(0, 43)),
  text(PAGE, 'md5', hex.encode(md5(utf8(PAGE.value)))),
  text(PAGE, 'SHA-256, upper case', hex.encode(sha256(utf8(PAGE.value))).toUpperCase()),
  text(PAGE, 'SHA-1, base64', base64.encode(sha1(utf8(PAGE.value)))),
  raw(PAGE, 'SHA-512, raw', sha512(utf8(PAGE.value))),
  text(PAGE, 'SHA3', hex.encode(sha3_256(utf8(PAGE.value)))),
  text(ID, 'exact', ID.value),
  text(ID, 'undashed', undashed),
  text(ID, 'upper', ID.value.toUpperCase()),
  raw(ID, 'raw bytes', hex.decode(undashed)),
  text(ID, 'md5, middle half', hex.encode(md5(utf8(ID.value))).slice(8, 24)),
  text(ID, 'hash of hash', hex.encode(sha256(utf8(hex.encode(md5(utf8(ID.value))))))),
  text(ID, 'BLAKE2b', hex.encode(blake2b(utf8(ID.value)))),
  text(ID, 'RIPEMD', hex.encode(ripemd160(utf8(ID.value)))),
  text(ID, 'HMAC with a known salt', hex.encode(hmac(sha256, utf8('pepper'), utf8(ID.value)))),
  text(IMEI, 'exact', IMEI.value),
  text(IMEI, 'grouped', '35-824005-111111-0'),
  raw(IMEI, 'little endian', hex.decode('c6a4fd42d1450100')),
  text(IMEI, 'sha1', hex.encode(sha1(utf8(IMEI.value)))),
  text(WORDS, 'exact', WORDS.value),
  text(WORDS, 'lower, decomposed', WORDS.value.toLowerCase().normalize('NFD')),
  text(WORDS, 'joined', WORDS.value.replaceAll(' ', '-')),
];

/** A form as a collector sends it: alone, or as a field of an event where it is text. */
export function dressed({ bytes }: Planted, inEvent: boolean): Buffer {
  const isText = bytes.every((byte) => byte >= 0x20) && bytes.toString('utf8').isWellFormed();
  const plain = isText && Buffer.from(bytes.toString('utf8')).equals(bytes);
  if (!inEvent || !plain) return bytes;
  const event = { event: 'page_load', time: 1_588_310_400_000, model: 'Redmi Note 8' };
  return Buffer.from(JSON.stringify({ ...event, value: bytes.toString('utf8'), n: 3 }));
}
