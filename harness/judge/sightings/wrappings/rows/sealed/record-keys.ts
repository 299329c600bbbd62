import { isTelling } from '../telling.ts';
import { SAMPLE, applied, isLetters } from './likeness.ts';

/** A stretch that can be ASCII under one key, long enough for no chance: a record is text for the greater part. */
export function evenRun(bytes: Buffer): Buffer | null {
  const end = Math.min(bytes.length, 4096);
  let start = 0;
  for (let at = 1; at <= end; at++) {
    if (at < end && (((bytes[at] ?? 0) ^ (bytes[at - 1] ?? 0)) & 0x80) === 0) continue;
    // The first and last letters may be something else's: a tag and a length in front, a number behind.
    const behind = at - start >= 2 * EVEN ? 12 : 4;
    if (at - start >= EVEN)
      return bytes.subarray(start + 4, Math.min(at - behind, start + 4 + SAMPLE));
    start = at;
  }
  return null;
}

const EVEN = 32;

/**
 * The key under which bytes are a record that begins with its own length, or text of two or four bytes a letter: their
 * zeros stand at known places, so the key stands there in plain. 0 where there is none.
 */
export function keyOfRecord(bytes: Buffer): number {
  if (bytes.length < 16) return 0;
  const key = keyAmong(bytes);
  if (key === 0) return 0;
  const isText = isTelling(applied(bytes.subarray(0, 16), [key])) && !isLetters(bytes, key);
  return isText || isRecord(bytes, key) ? key : 0;
}

/** The byte that stands where zeros would, wherever two or three of them agree: of chance one value in a hundred. */
function keyAmong(bytes: Buffer): number {
  const third = bytes[2] ?? 0;
  if (third === bytes[1] || third === bytes[3]) return third;
  const second = bytes[1] ?? 0;
  if (second === bytes[3] && second === bytes[5]) return second;
  const first = bytes[0] ?? 0;
  return first === third && first === bytes[4] ? first : 0;
}

/** BSON, or a frame of gRPC, whose lengths are those of the whole. */
function isRecord(bytes: Buffer, key: number): boolean {
  const head = applied(bytes.subarray(0, 5), [key]);
  const { length } = bytes;
  if (head.readUInt32LE(0) === length) return bytes[length - 1] === key;
  return (head[0] ?? 2) <= 1 && head.readUInt32BE(1) === length - 5;
}
