import { COMMON, RARE, digestOf, saltedDigests } from './digests.ts';
import type { Spelling } from '../spelling.ts';

/** A hash of a spelling: `subject` says of what by what, `name` says what of it is kept. */
export interface Hashed {
  readonly subject: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** The digests of one input: whole, cut to 64 bits, of UTF-16, of another digest, salted, and as a number. */
export function* hashesOf(input: Spelling, salts: readonly string[]): Generator<Hashed> {
  const main = MAIN.has(input.name);
  for (const algorithm of COMMON) {
    const digest = digestOf(algorithm, input.text);
    const subject = `${algorithm}(${input.name})`;
    yield* cutsOf(subject, digest);
    if (algorithm === 'md5') {
      yield { subject, name: `${subject}, middle 16 digits`, bytes: digest.subarray(4, 12) };
      yield { subject, name: `${subject}, last 16 digits`, bytes: digest.subarray(8) };
    }
    if (!main) continue;
    const wide = digestOf(algorithm, Buffer.from(input.text, 'utf16le'));
    yield whole(`${algorithm}(utf-16 ${input.name})`, wide);
    for (const outer of COMMON) {
      for (const [how, inner] of writtenOut(digest)) {
        yield whole(`${outer}(${how}${subject})`, digestOf(outer, inner));
      }
    }
    yield* asNumber(subject, digest);
  }
  if (!main) return;
  for (const algorithm of RARE) yield* rareOf(algorithm, input);
  for (const salt of salts) {
    for (const { name, bytes } of saltedDigests(input, salt)) yield whole(name, bytes);
  }
}

/** Spellings that every algorithm, hash of hash and salt is tried on. */
export const MAIN: ReadonlySet<string> = new Set([
  'exact',
  'trimmed',
  'lower',
  'upper',
  'digits',
  'undashed',
]);

function* rareOf(algorithm: string, { name, text }: Spelling): Generator<Hashed> {
  const digest = digestOf(algorithm, text);
  const subject = `${algorithm}(${name})`;
  yield* cutsOf(subject, digest);
  if (!EITHER_ORDER.has(algorithm)) return;
  yield* cutsOf(subject, Buffer.from(digest).swap64());
  yield* asNumber(subject, digest);
}

/** Written by some as bytes and by others as numbers, so that either order of bytes occurs. */
const EITHER_ORDER: ReadonlySet<string> = new Set(['murmur3', 'xxhash64', 'xxh3', 'xxh3-128']);

function whole(subject: string, bytes: Buffer): Hashed {
  return { subject, name: subject, bytes };
}

/** The whole, and its first 64 bits: whatever longer piece is sent holds them. */
export function* cutsOf(subject: string, digest: Buffer): Generator<Hashed> {
  yield whole(subject, digest);
  if (digest.length > 8) {
    yield { subject, name: `${subject}, first 16 digits`, bytes: digest.subarray(0, 8) };
  }
}

/** A digest as it is fed to the next hash. */
function writtenOut(digest: Buffer): [string, string | Buffer][] {
  const hex = digest.toString('hex');
  return [
    ['', hex],
    ['upper ', hex.toUpperCase()],
    ['raw ', digest],
    ['base64 ', digest.toString('base64')],
  ];
}

/** The first 64 bits as a decimal number, signed and not, in either byte order. */
function* asNumber(subject: string, digest: Buffer): Generator<Hashed> {
  for (const number of [digest.readBigUInt64BE(0), digest.readBigUInt64LE(0)]) {
    for (const one of [number, BigInt.asIntN(64, number)]) {
      yield { subject, name: `${subject} as a number`, bytes: Buffer.from(one.toString()) };
    }
  }
}
