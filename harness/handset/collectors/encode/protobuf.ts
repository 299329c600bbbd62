import type { Json } from '../rules/rules.ts';
import type { ProtobufFields } from '../rules/wrappings.ts';

/**
 * Protocol Buffers' wire format, by the numbers that a rule gives to names; names without a number are left out.
 * Texts and objects are length-delimited, whole numbers and booleans varints, fractions doubles, lists repeated.
 * Several rows are one message each under field 1.
 */
export function protobuf(value: Json, fields: ProtobufFields): Buffer {
  return Array.isArray(value)
    ? Buffer.concat(value.map((row) => delimited(1, message(row, fields))))
    : message(value, fields);
}

function message(value: Json | undefined, fields: ProtobufFields): Buffer {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return Buffer.alloc(0);
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, field]) => {
      const number = typeof field === 'number' ? field : field.number;
      const below = typeof field === 'number' ? {} : field.fields;
      return [value[name] ?? []].flat().map((one) => single(number, one, below));
    }),
  );
}

function single(number: number, value: Json, below: ProtobufFields): Buffer {
  if (typeof value === 'string') return delimited(number, Buffer.from(value));
  if (typeof value === 'boolean') return Buffer.concat([tag(number, 0), varint(value ? 1 : 0)]);
  if (typeof value !== 'number') return delimited(number, message(value, below));
  if (Number.isSafeInteger(value)) return Buffer.concat([tag(number, 0), varint(value)]);
  const out = Buffer.alloc(8);
  out.writeDoubleLE(value);
  return Buffer.concat([tag(number, 1), out]);
}

function delimited(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([tag(number, 2), varint(bytes.length), bytes]);
}

function tag(number: number, wireType: number): Buffer {
  return varint(number * 8 + wireType);
}

/** A negative number takes ten bytes: it is written as 64 bits of two's complement. */
function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  do {
    const more = rest > 0x7fn;
    out.push(Number(rest & 0x7fn) | (more ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(out);
}
