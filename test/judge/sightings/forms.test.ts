import assert from 'node:assert/strict';
import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { blake3 } from '@noble/hashes/blake3.js';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512, sha512_224, sha512_256 } from '@noble/hashes/sha2.js';
import {
  keccak_256,
  keccak_512,
  sha3_224,
  sha3_256,
  sha3_384,
  sha3_512,
} from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { digestOf } from '../../../harness/judge/sightings/forms/hashes/digests.ts';
import type { Form } from '../../../harness/judge/sightings/forms.ts';
import { formsOf } from '../../../harness/judge/sightings/forms.ts';

const FOX = 'The quick brown fox jumps over the lazy dog';

/** Published digests of FOX, from the algorithms' own papers, reference code or encyclopedias. */
const PUBLISHED: readonly [string, string][] = [
  ['md4', '1bee69a46ba811185c194762abaeae90'],
  ['md5', '9e107d9d372bb6826bd81d3542a419d6'],
  ['sha1', '2fd4e1c67a2d28fced849ee1bb76e7391b93eb12'],
  ['sha224', '730e109bd7a8a32b1cb9d9a09aa2325d2430587ddbc0c38bad911525'],
  ['sha256', 'd7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592'],
  ['sha3-256', '69070dda01975c8c120c3aada1b282394e7f032fa9cf32f4cb2259a0897dfc04'],
  ['keccak256', '4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15'],
  ['ripemd160', '37f332f68db77bd9d7edd4969571ad671cf9dd3b'],
  ['blake2s256', '606beeec743ccbeff6cbcdf5d5302aa855c256c29b88c8ed331ea1a6bf3c8812'],
  ['blake3', '2f1514181aadccd913abd94cfa592701a5686ab23f8df1dff1b74710febc6d4a'],
  ['xxhash64', '0b242d361fda71bc'],
  ['xxh3', 'ce7d19a5418fb365'],
  ['xxh3-128', 'ddd650205ca3e7fa24a1cc2e3a8a7651'],
];

const ORACLES: readonly [string, (bytes: Uint8Array) => Uint8Array][] = [
  ['md5', md5],
  ['sha1', sha1],
  ['ripemd160', ripemd160],
  ['sha224', sha224],
  ['sha256', sha256],
  ['sha384', sha384],
  ['sha512', sha512],
  ['sha512-224', sha512_224],
  ['sha512-256', sha512_256],
  ['sha3-224', sha3_224],
  ['sha3-256', sha3_256],
  ['sha3-384', sha3_384],
  ['sha3-512', sha3_512],
  ['keccak256', keccak_256],
  ['keccak512', keccak_512],
  ['blake2b512', blake2b],
  ['blake2b256', (bytes) => blake2b(bytes, { dkLen: 32 })],
  ['blake2b160', (bytes) => blake2b(bytes, { dkLen: 20 })],
  ['blake2s256', blake2s],
  ['blake3', blake3],
];

const ID = '3f1d2c58-7a0b-4f0e-9f3a-5b8d0c1e2a77';

describe('the hashes that forms are made with', () => {
  it('give the published digests', () => {
    for (const [name, digest] of PUBLISHED) {
      assert.equal(digestOf(name, FOX).toString('hex'), digest, name);
    }
    const halves = digestOf('murmur3', FOX).swap64().toString('hex');
    assert.equal(halves, 'e34bbc7bbc071b6c7a433ca9c49a9347');
    assert.equal(
      digestOf('sm3', 'abc').toString('hex'),
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
    assert.equal(
      digestOf('whirlpool', FOX).toString('hex').slice(0, 32),
      'b97de512e91e3828b40d2b0fdce9ceb3',
    );
  });

  it('agree with an implementation that shares no code, on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const [name, oracle] of ORACLES) {
          assert.deepEqual(digestOf(name, Buffer.from(bytes)), Buffer.from(oracle(bytes)), name);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the forms of a value', () => {
  it('hold the well-known ways to write an identifier', () => {
    const named = textsOf(formsOf({ value: ID }));
    for (const text of [
      ID.toUpperCase(),
      ID.replaceAll('-', ''),
      '83892839779218914641827597803415546487',
    ]) {
      assert.ok(named.has(text), text);
    }
    const raw = ID.replaceAll('-', '');
    assert.equal(named.get(Buffer.from(raw, 'hex').toString('latin1')), 'raw bytes');
    // RFC 4122 text against the GUID layout of Windows, byte by byte.
    const guid = Buffer.from('582c1d3f0b7a0e4f9f3a5b8d0c1e2a77', 'hex').toString('latin1');
    assert.equal(named.get(guid), 'GUID bytes');
  });

  it('hold a number with its separators, as integer in both orders, as varint and as a double', () => {
    const named = textsOf(formsOf({ value: '358240051111110' }));
    assert.equal(named.get('35-824005-111111-0'), 'grouped');
    const hex = (digits: string): string | undefined =>
      named.get(Buffer.from(digits, 'hex').toString('latin1'));
    assert.equal(hex('c6a4fd42d1450100'), 'integer, little endian');
    assert.equal(hex('000145d142fda4c6'), 'integer, big endian');
    // Seven bits a byte, lowest first (protobuf's documentation), checked by adding them up again.
    const varint = formsOf({ value: '358240051111110' }).find(
      ({ name }) => name === 'zigzag varint',
    );
    const sum = [...(varint?.bytes ?? [])].reduce(
      (total, byte, at) => total + (BigInt(byte) % 128n) * 128n ** BigInt(at),
      0n,
    );
    assert.equal(sum, 358240051111110n * 2n);
    assert.equal(hex('42f45d142fda4c60'), 'double');
  });

  it('hold the parts of a URL that tell, and never the host that everybody shares', () => {
    const value = 'https://www.example.org/a/q7w8e9r0t1y2u3?ref=app#top';
    const named = textsOf(formsOf({ value }));
    for (const [text, name] of [
      [value.slice(8), 'no scheme'],
      ['example.org/a/q7w8e9r0t1y2u3?ref=app#top', 'no scheme'],
      ['www.example.org/a/q7w8e9r0t1y2u3', 'no query'],
      ['a/q7w8e9r0t1y2u3?ref=app', 'path'],
      ['q7w8e9r0t1y2u3', 'path'],
    ] as const) {
      assert.equal(named.get(text), name, text);
    }
    assert.equal(named.has('www.example.org'), false);
    assert.equal(named.has('example.org'), false);
  });

  it('hold the host, its domain and its label where the chance stands there', () => {
    const named = textsOf(formsOf({ value: 'https://cdn.k3v9q0z7xw2m5.example.org/' }));
    assert.equal(named.get('cdn.k3v9q0z7xw2m5.example.org'), 'no scheme');
    assert.equal(named.get('k3v9q0z7xw2m5.example.org'), 'domain');
    assert.equal(named.get('k3v9q0z7xw2m5'), 'label');
    assert.equal(named.has('example.org'), false);
  });

  it('hold both normal forms of a text with accents', () => {
    const named = textsOf(formsOf({ value: 'café résumé naïveté déjà' }));
    assert.ok(
      named.has(Buffer.from('café résumé naïveté déjà'.normalize('NFD')).toString('latin1')),
    );
  });

  it('hold hashes of hashes, salted and keyed ones, as other implementations make them', () => {
    const forms = formsOf({ value: ID }, ['pepper']);
    const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    const wanted: readonly [string, Uint8Array][] = [
      ['sha256(md5(exact))', sha256(text(hex(md5(text(ID)))))],
      ['md5(raw sha1(upper))', md5(sha1(text(ID.toUpperCase())))],
      ['sha1(salt+exact)', sha1(text(`pepper${ID}`))],
      ['md5(exact:salt)', md5(text(`${ID}:pepper`))],
      ['hmac-sha256(exact)', hmac(sha256, text('pepper'), text(ID))],
      ['md5(undashed), middle 16 digits', md5(text(ID.replaceAll('-', ''))).slice(4, 12)],
      ['sha256(raw bytes)', sha256(new Uint8Array(Buffer.from(ID.replaceAll('-', ''), 'hex')))],
    ];
    for (const [name, bytes] of wanted) {
      const form = forms.find((one) => one.bytes.equals(Buffer.from(bytes)));
      assert.equal(form?.name, name);
    }
  });

  it('never hold less than 48 bits, whatever the value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.uuid(), fc.emailAddress()), (value) => {
        for (const form of formsOf({ value })) {
          assert.ok(form.entropy >= 48 && form.bytes.length >= 8, form.name);
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** The name of each form, by its bytes as latin1. */
function textsOf(forms: readonly Form[]): Map<string, string> {
  return new Map(forms.map(({ name, bytes }) => [bytes.toString('latin1'), name]));
}
