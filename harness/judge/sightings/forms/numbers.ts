import type { Kind } from './kind.ts';

/** A value as machines keep it: raw bytes of hex digits, a number as integer, varint, double or BCD. */
export interface Binary {
  readonly name: string;
  readonly bytes: Buffer;
  /** Bits of chance it can hold at most, where that is less than the whole's. */
  readonly bits?: number;
}

/** Every binary spelling of a number or of hex digits; none for anything else. */
export function binariesOf(kind: Kind, value: string): Binary[] {
  if (kind === 'digits') return integerForms(BigInt(value.replace(/\D/g, '')), value);
  if (kind !== 'uuid' && kind !== 'hex') return [];
  const hex = value.replace(/[^0-9a-f]/gi, '');
  const raw = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const forms: Binary[] = [
    { name: 'raw bytes', bytes: raw },
    { name: 'raw bytes, little endian', bytes: reversed(raw) },
  ];
  if (raw.length === 16) forms.push(...halves(raw), ...longs(raw));
  if (raw.length <= 8) forms.push(...integerForms(BigInt(`0x${hex}`), ''));
  forms.push({ name: 'decimal', bytes: Buffer.from(BigInt(`0x${hex}`).toString()) });
  return forms;
}

function integerForms(number: bigint, digits: string): Binary[] {
  if (number >= 2n ** 64n) return [];
  const little = Buffer.alloc(8);
  little.writeBigUInt64LE(number);
  const signed = BigInt.asIntN(64, number);
  const texts: Binary[] = [
    { name: 'decimal', bytes: Buffer.from(number.toString()) },
    { name: 'signed decimal', bytes: Buffer.from(signed.toString()) },
    { name: 'hex', bytes: Buffer.from(number.toString(16)) },
    { name: 'hex', bytes: Buffer.from(number.toString(16).toUpperCase()) },
  ];
  return [
    ...texts,
    { name: 'integer, little endian', bytes: little },
    { name: 'integer, big endian', bytes: reversed(little) },
    { name: 'varint', bytes: varint(number) },
    { name: 'zigzag varint', bytes: varint(BigInt.asUintN(64, (signed << 1n) ^ (signed >> 63n))) },
    ...(number <= BigInt(Number.MAX_SAFE_INTEGER) ? doubles(Number(number)) : []),
    ...(digits === '' ? [] : bcd(digits.replace(/\D/g, ''))),
  ];
}

/** A GUID's first three groups are little endian in Microsoft's layout; Java keeps two longs. */
function halves(raw: Buffer): Binary[] {
  const guid = Buffer.concat([
    reversed(raw.subarray(0, 4)),
    reversed(raw.subarray(4, 6)),
    reversed(raw.subarray(6, 8)),
    raw.subarray(8),
  ]);
  const longs = Buffer.concat([reversed(raw.subarray(0, 8)), reversed(raw.subarray(8))]);
  return [
    { name: 'GUID bytes', bytes: guid },
    { name: 'two integers, little endian', bytes: longs },
  ];
}

/** Java prints a UUID's halves as two signed numbers; each of them tells by itself, unless it begins with zeros. */
function longs(raw: Buffer): Binary[] {
  return [0, 8].flatMap((at) => {
    const number = raw.readBigUInt64BE(at);
    const half = at === 0 ? 'first half' : 'second half';
    return [number, BigInt.asIntN(64, number)]
      .filter((one) => one >= LEAST_LONG || one <= -LEAST_LONG)
      .map((one) => ({
        name: `${half} as a number`,
        bits: 60,
        bytes: Buffer.from(one.toString()),
      }));
  });
}

const LEAST_LONG = 2n ** 48n;

function doubles(number: number): Binary[] {
  const big = Buffer.alloc(8);
  big.writeDoubleBE(number);
  return [
    { name: 'double', bytes: big },
    { name: 'double, little endian', bytes: reversed(big) },
  ];
}

/** Two digits a byte, as a phone's radio keeps its number: in order, and with the halves of each byte exchanged. */
function bcd(digits: string): Binary[] {
  const even = digits.length % 2 === 0;
  const front = Buffer.from(even ? digits : `0${digits}`, 'hex');
  const back = (even ? digits : `${digits}f`).replace(/(.)(.)/g, '$2$1');
  return [
    { name: 'BCD', bytes: front },
    { name: 'BCD, swapped', bytes: Buffer.from(back, 'hex') },
  ];
}

function varint(number: bigint): Buffer {
  const bytes: number[] = [];
  let left = number;
  do {
    bytes.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Buffer.from(bytes);
}

function reversed(bytes: Buffer): Buffer {
  return Buffer.from(bytes).reverse();
}
