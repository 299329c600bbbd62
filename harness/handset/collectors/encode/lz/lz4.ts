import { stretches } from './matches.ts';

/** LZ4's block format (lz4_Block_format.md): the last five bytes are literal, as it asks. */
export function lz4Block(bytes: Buffer): Buffer {
  const out: Buffer[] = [];
  // The last repetition may not begin within the last twelve bytes.
  for (const { literals, back, length } of stretches(bytes, {
    tail: 12,
    reach: 65_535,
    longest: Infinity,
  })) {
    const more = length === 0 ? 0 : length - 4;
    const token = (Math.min(literals.length, 15) << 4) | Math.min(more, 15);
    out.push(Buffer.of(token), rest(literals.length), literals);
    if (length > 0) out.push(Buffer.of(back & 0xff, back >> 8), rest(more));
  }
  return Buffer.concat(out);
}

/** What of a length the token's four bits did not hold. */
function rest(length: number): Buffer {
  if (length < 15) return Buffer.alloc(0);
  const over = length - 15;
  return Buffer.concat([Buffer.alloc(Math.floor(over / 255), 255), Buffer.of(over % 255)]);
}

const MOST = 64 * 1024;

/** LZ4's frame format (lz4_Frame_format.md): blocks of 64 KiB, each by itself, no checksum over the content. */
export function lz4Frame(bytes: Buffer): Buffer {
  const descriptor = Buffer.of(0x60, 0x40);
  const out: Buffer[] = [
    Buffer.of(0x04, 0x22, 0x4d, 0x18),
    descriptor,
    Buffer.of((xxh32(descriptor) >>> 8) & 0xff),
  ];
  for (let at = 0; at < bytes.length; at += MOST) {
    const plain = bytes.subarray(at, at + MOST);
    const packed = lz4Block(plain);
    const stored = packed.length >= plain.length;
    const size = Buffer.alloc(4);
    // The highest bit says that a block is stored as it is.
    size.writeUInt32LE(stored ? plain.length + 2 ** 31 : packed.length);
    out.push(size, stored ? plain : packed);
  }
  return Buffer.concat([...out, Buffer.alloc(4)]);
}

const [P1, P2, P3, P4, P5] = [2654435761, 2246822519, 3266489917, 668265263, 374761393] as const;

/** xxHash32 with seed 0, of fewer than sixteen bytes: all that a descriptor has. */
function xxh32(bytes: Buffer): number {
  let hash = (P5 + bytes.length) | 0;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    hash = Math.imul(rotated((hash + Math.imul(bytes.readUInt32LE(at), P3)) | 0, 17), P4);
  }
  for (; at < bytes.length; at++) {
    hash = Math.imul(rotated((hash + Math.imul(bytes.readUInt8(at), P5)) | 0, 11), P1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), P2);
  hash = Math.imul(hash ^ (hash >>> 13), P3);
  return hash ^ (hash >>> 16);
}

function rotated(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
