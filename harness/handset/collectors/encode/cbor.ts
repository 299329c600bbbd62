import type { Json } from '../rules/rules.ts';

/** CBOR (RFC 8949), each head in its shortest form; fractions as float 64. */
export function cbor(value: Json): Buffer {
  if (value === null) return Buffer.of(0xf6);
  if (typeof value === 'boolean') return Buffer.of(value ? 0xf5 : 0xf4);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([head(3, bytes.length), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  const entries = Object.entries(value);
  return Buffer.concat([
    head(5, entries.length),
    ...entries.flatMap(([key, one]) => [cbor(key), cbor(one)]),
  ]);
}

function head(major: number, count: number): Buffer {
  const type = major << 5;
  if (count < 24) return Buffer.of(type | count);
  const out = Buffer.alloc(9);
  if (count > 0xffff_ffff) {
    out.writeUInt8(type | 27);
    out.writeBigUInt64BE(BigInt(count), 1);
    return out;
  }
  const bytes = count <= 0xff ? 1 : count <= 0xffff ? 2 : 4;
  out.writeUInt8(type | (24 + Math.log2(bytes)));
  out.writeUIntBE(count, 1, bytes);
  return out.subarray(0, 1 + bytes);
}

function number(value: number): Buffer {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    return value < 0 ? head(1, -1 - value) : head(0, value);
  }
  const out = Buffer.alloc(9);
  out.writeUInt8(0xfb);
  out.writeDoubleBE(value, 1);
  return out;
}
