/**
 * MurmurHash3 of 128 bits for 64-bit machines (seed 0), as Guava, Cassandra and many app SDKs use it. Own code,
 * because the packages take strings, or are unkept. The bytes are those of the reference implementation: both
 * halves little endian. Source: Appleby's public-domain MurmurHash3.cpp.
 */
export function murmur3(bytes: Uint8Array): Buffer {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [h1, h2] = [0n, 0n];
  const whole = data.length - (data.length % 16);
  for (let at = 0; at < whole; at += 16) {
    h1 ^= scrambled1(data.readBigUInt64LE(at));
    h1 = (times(turned(h1, 27n) + h2, 5n) + 0x52dce729n) & ALL;
    h2 ^= scrambled2(data.readBigUInt64LE(at + 8));
    h2 = (times(turned(h2, 31n) + h1, 5n) + 0x38495ab5n) & ALL;
  }
  const tail = Buffer.alloc(16);
  data.copy(tail, 0, whole);
  h2 ^= scrambled2(tail.readBigUInt64LE(8));
  h1 ^= scrambled1(tail.readBigUInt64LE(0));
  const length = BigInt(data.length);
  [h1, h2] = [h1 ^ length, h2 ^ length];
  h1 = (h1 + h2) & ALL;
  h2 = (h2 + h1) & ALL;
  [h1, h2] = [mixed(h1), mixed(h2)];
  h1 = (h1 + h2) & ALL;
  h2 = (h2 + h1) & ALL;
  const digest = Buffer.alloc(16);
  digest.writeBigUInt64LE(h1, 0);
  digest.writeBigUInt64LE(h2, 8);
  return digest;
}

const ALL = 0xffffffffffffffffn;
const C1 = 0x87c37b91114253d5n;
const C2 = 0x4cf5ad432745937fn;

function scrambled1(k: bigint): bigint {
  return times(turned(times(k, C1), 31n), C2);
}

function scrambled2(k: bigint): bigint {
  return times(turned(times(k, C2), 33n), C1);
}

function mixed(k: bigint): bigint {
  const once = times(k ^ (k >> 33n), 0xff51afd7ed558ccdn);
  const twice = times(once ^ (once >> 33n), 0xc4ceb9fe1a85ec53n);
  return twice ^ (twice >> 33n);
}

function times(a: bigint, b: bigint): bigint {
  return (a * b) & ALL;
}

function turned(k: bigint, by: bigint): bigint {
  return ((k << by) | ((k & ALL) >> (64n - by))) & ALL;
}
