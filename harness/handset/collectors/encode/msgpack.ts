import type { Json } from '../rules/rules.ts';

/** MessagePack, each value in its shortest form (msgpack/spec.md); fractions as float 64. */
export function msgpack(value: Json): Buffer {
  if (value === null) return Buffer.of(0xc0);
  if (typeof value === 'boolean') return Buffer.of(value ? 0xc3 : 0xc2);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return Buffer.concat([head(bytes.length, [0xa0, 31], 0xd9), bytes]);
  }
  if (Array.isArray(value)) {
    return Buffer.concat([head(value.length, [0x90, 15], undefined, 0xdc), ...value.map(msgpack)]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([
    head(entries.length, [0x80, 15], undefined, 0xde),
    ...entries.flatMap(([key, one]) => [msgpack(key), msgpack(one)]),
  ]);
}

/** A length in the first byte where it fits, else behind it: in one byte, in two, or in four. */
function head(
  length: number,
  [fix, most]: readonly [number, number],
  one: number | undefined,
  two = (one ?? 0) + 1,
): Buffer {
  if (length <= most) return Buffer.of(fix | length);
  if (one !== undefined && length <= 0xff) return Buffer.of(one, length);
  if (length <= 0xffff) return Buffer.of(two, length >> 8, length & 0xff);
  const out = Buffer.alloc(5);
  out.writeUInt8(two + 1);
  out.writeUInt32BE(length, 1);
  return out;
}

function number(value: number): Buffer {
  const out = Buffer.alloc(9);
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    out.writeUInt8(0xcb);
    out.writeDoubleBE(value, 1);
    return out;
  }
  if (value >= -32 && value <= 0x7f) return Buffer.of(value & 0xff);
  const bits =
    value < 0
      ? [8, 16, 32].find((b) => value >= -(2 ** (b - 1)))
      : [8, 16, 32].find((b) => value < 2 ** b);
  const base = value < 0 ? 0xd0 : 0xcc;
  if (bits === undefined) {
    out.writeUInt8(base + 3);
    out.writeBigInt64BE(BigInt(value), 1);
    return out;
  }
  const bytes = bits / 8;
  out.writeUInt8(base + Math.log2(bytes));
  if (value < 0) out.writeIntBE(value, 1, bytes);
  else out.writeUIntBE(value, 1, bytes);
  return out.subarray(0, 1 + bytes);
}
