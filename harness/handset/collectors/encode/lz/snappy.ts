import { stretches } from './matches.ts';

/** Snappy's block format (format_description.txt): its length, then literals and copies. */
export function snappyBlock(bytes: Buffer): Buffer {
  const out: Buffer[] = [varint(bytes.length)];
  for (const { literals, back, length } of stretches(bytes, {
    tail: 0,
    reach: 65_535,
    longest: 64,
  })) {
    if (literals.length > 0) out.push(literalHead(literals.length), literals);
    // A copy with two bytes for how far back.
    if (length > 0) out.push(Buffer.of(((length - 1) << 2) | 2, back & 0xff, back >> 8));
  }
  return Buffer.concat(out);
}

function literalHead(length: number): Buffer {
  const less = length - 1;
  if (less < 60) return Buffer.of(less << 2);
  const bytes = less < 2 ** 8 ? 1 : less < 2 ** 16 ? 2 : less < 2 ** 24 ? 3 : 4;
  const out = Buffer.alloc(1 + bytes);
  out.writeUInt8((59 + bytes) << 2);
  out.writeUIntLE(less, 1, bytes);
  return out;
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...out, rest]);
}

const MOST = 65_536;

/** Snappy's framing format (framing_format.txt): a chunk for every 64 KiB, with its masked CRC-32C. */
export function snappyFramed(bytes: Buffer): Buffer {
  const out: Buffer[] = [Buffer.from('\xff\x06\x00\x00sNaPpY', 'latin1')];
  for (let at = 0; at < bytes.length; at += MOST) {
    const plain = bytes.subarray(at, at + MOST);
    const packed = snappyBlock(plain);
    const stored = packed.length >= plain.length;
    const body = stored ? plain : packed;
    const head = Buffer.alloc(8);
    head.writeUInt8(stored ? 1 : 0);
    head.writeUIntLE(body.length + 4, 1, 3);
    head.writeUInt32LE(masked(crc32c(plain)), 4);
    out.push(head, body);
  }
  return Buffer.concat(out);
}

function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** The Castagnoli polynomial, which zlib's crc32 is not. */
function crc32c(bytes: Buffer): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
