import { placeOf } from '../../alphabet.ts';
import { HAS } from '../../value.ts';
import type { Opened, Wrapping } from '../../wrapping.ts';
import { NOT_THIS } from '../../wrapping.ts';
import { isTelling, isWords } from '../telling.ts';

/**
 * Snappy: the bare stream, Google's framing and the one of Java's xerial, whole or cut off. Own decoder, since
 * libraries give all or nothing and allocate what the sender promises. Source: format_description.txt.
 */
export const snappy: Wrapping = {
  name: 'snappy',
  evidence: 'Prometheus and Kafka clients, LevelDB records, Parquet uploads',
  needs: 0,
  lacks: 0,
  first: null,
  least: 16,
  written: true,
  recognise: ({ bytes, isText }) => {
    if (bytes.length < 8 || isText) return false;
    if (bytes[0] === 0xff || bytes[0] === 0x82) return true;
    const size = sizeOf(bytes);
    // What is packed is hardly ever longer than what it was, and begins with a literal.
    return size !== null && size.value + size.value / 6 + 32 >= bytes.length;
  },
  open: ({ bytes }, room) => {
    if (bytes.indexOf(FRAMED) === 0) return openFramed(bytes, room);
    if (bytes.indexOf(XERIAL) === 0) return openXerial(bytes, room);
    const size = sizeOf(bytes);
    if (size === null) return NOT_THIS;
    const { plain, end } = unpacked(bytes.subarray(size.end), Math.min(room, size.value));
    const fits = end === 'whole' && plain.length === size.value;
    if (!isWords(plain) && !isTelling(plain))
      // Chance hardly ever ends where the length in front says; but what else it may be is tried as well.
      return fits && plain.length >= 16 ? { ...result([plain], null), whole: false } : NOT_THIS;
    if (fits) return result([plain], null);
    const cut = end === 'short' && plain.length >= 32 && plain.length < size.value;
    return cut && isWords(plain) ? result([plain], cutOff(plain)) : NOT_THIS;
  },
  wild: ({ bytes, kinds }) => {
    if ((kinds & HAS.HIGH) === 0) return [];
    const at = placeOf(bytes, FRAMED, 1);
    return at > 0 ? [[bytes.subarray(at)]] : [];
  },
  textProves: true,
};

const FRAMED = Buffer.from('ff060000734e61507059', 'hex');
const XERIAL = Buffer.from('82534e4150505900', 'hex');

/** The opened size that stands in front, as a varint; it is bounded by what can be opened at all. */
function sizeOf(bytes: Buffer): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let at = 0; at < 5; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * at);
    // Two bytes are needed for a copy of at most 64.
    if (byte < 0x80) {
      const fits = value >= 8 && value <= bytes.length * 32 + 64 && (bytes[at + 1] ?? 3) % 4 === 0;
      return fits ? { value, end: at + 1 } : null;
    }
  }
  return null;
}

/** Chunks: type, three bytes of size, four of checksum. Type 0 is packed, 1 is not, the others are skipped. */
function openFramed(bytes: Buffer, room: number): Opened {
  const pieces: Buffer[] = [];
  let left = room;
  let at = FRAMED.length;
  while (at + 4 <= bytes.length && left > 0) {
    const type = bytes[at] ?? 0;
    const size = bytes.readUIntLE(at + 1, 3);
    const chunk = bytes.subarray(at + 8, at + 4 + size);
    at += 4 + size;
    if (type === 1) pieces.push(chunk.subarray(0, left));
    else if (type === 0) pieces.push(opening(chunk, left));
    left -= pieces.at(-1)?.length ?? 0;
    if (type === 0 && pieces.at(-1)?.length === 0) break;
  }
  const plain = Buffer.concat(pieces);
  if (plain.length === 0) return { ...NOT_THIS, undecoded: 'snappy frames that do not open' };
  return result([plain], at === bytes.length ? null : cutOff(plain));
}

/** Blocks with their size in front, behind a magic and two version numbers. */
function openXerial(bytes: Buffer, room: number): Opened {
  const pieces: Buffer[] = [];
  let left = room;
  let at = 16;
  while (at + 4 <= bytes.length && left > 0) {
    const size = bytes.readUInt32BE(at);
    const piece = opening(bytes.subarray(at + 4, at + 4 + size), left);
    pieces.push(piece);
    left -= piece.length;
    at += 4 + size;
    if (piece.length === 0) break;
  }
  const plain = Buffer.concat(pieces);
  if (plain.length === 0) return { ...NOT_THIS, undecoded: 'snappy blocks that do not open' };
  return result([plain], at === bytes.length ? null : cutOff(plain));
}

function opening(bytes: Buffer, room: number): Buffer {
  const size = sizeOf(bytes);
  return size === null
    ? Buffer.alloc(0)
    : unpacked(bytes.subarray(size.end), Math.min(room, size.value)).plain;
}

/** `short`: the input ended first. */
interface Unpacked {
  readonly plain: Buffer;
  readonly end: 'whole' | 'short' | 'broken';
}

/** Literals and copies until the input or the room ends. */
function unpacked(bytes: Buffer, room: number): Unpacked {
  const out = Buffer.alloc(Math.min(room, bytes.length * 32 + 64));
  let [size, at] = [0, 0];
  const ended = (end: Unpacked['end']): Unpacked => ({ plain: out.subarray(0, size), end });
  while (at < bytes.length) {
    const tag = bytes[at++] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      const extra = Math.max(0, (tag >> 2) - 59);
      if (at + extra > bytes.length) return ended('short');
      const length = (extra === 0 ? tag >> 2 : bytes.readUIntLE(at, extra)) + 1;
      at += extra;
      const copied = bytes.copy(out, size, at, Math.min(at + length, bytes.length));
      size += copied;
      at += length;
      if (copied < length) return ended(at > bytes.length ? 'short' : 'broken');
      continue;
    }
    const wide = [0, 1, 2, 4][kind] ?? 1;
    if (at + wide > bytes.length) return ended('short');
    const low = bytes.readUIntLE(at, wide);
    at += wide;
    const length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const offset = kind === 1 ? ((tag >> 5) << 8) | low : low;
    if (offset === 0 || offset > size || size + length > out.length) return ended('broken');
    for (let left = length; left > 0;) {
      const piece = Math.min(left, offset);
      out.copyWithin(size, size - offset, size - offset + piece);
      size += piece;
      left -= piece;
    }
  }
  return ended('whole');
}

function cutOff(plain: Buffer): string {
  return `snappy is damaged or cut off after ${plain.length} opened bytes`;
}

function result(pieces: readonly Buffer[], truncated: string | null): Opened {
  const parts = pieces.map((bytes) => ({ name: 'snappy', bytes }));
  return { ...NOT_THIS, parts, whole: true, truncated };
}
