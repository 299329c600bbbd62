import { deflateRawSync } from 'node:zlib';
import { ENOUGH_BITS } from './chance.ts';
import { COMMON, RARE, digestOf } from './hashes/digests.ts';
import type { Hashed } from './hashes/hashed.ts';
import { cutsOf } from './hashes/hashed.ts';

/** A form of a file: what of it is looked for, and how much that tells. */
interface FileForm extends Hashed {
  readonly strength: number;
  readonly entropy: number;
}

/** Sizes in which resumable uploads cut a file, and hash what they cut. */
const CHUNKS = [64, 256, 512, 1024, 4096, 5120, 8192].map((kilo) => kilo * 1024);
/** Whoever sends this much of a file in a row sends at least one whole piece of it. */
const STEP = 4096;
const PIECE = 48;
const MOST_PIECES = 4096;

/**
 * What a planted file is found by: its bytes, pieces of them (a split or resumed upload), and hashes of the whole and
 * of chunks. Nothing here survives a re-encoding. The file must be of the experiment's own making in every part.
 */
export function fileFormsOf(bytes: Buffer): FileForm[] {
  const worth = bitsOfFile(bytes);
  if (worth < ENOUGH_BITS) return [];
  const exact = { name: 'exact', bytes, subject: 'value', strength: 6, entropy: worth };
  const forms = new Map<string, FileForm>();
  for (const form of [...piecesOf(bytes), ...hashedWhole(bytes, worth), ...hashedChunks(bytes)]) {
    const key = form.bytes.toString('latin1');
    if (!forms.has(key)) forms.set(key, form);
  }
  return [exact, ...forms.values()];
}

/** Bits of chance that bytes hold: half of what packing cannot take away, for packers do not know what is usual. */
export function bitsOfFile(bytes: Buffer): number {
  return deflateRawSync(bytes).length * 4;
}

function* piecesOf(bytes: Buffer): Generator<FileForm> {
  const step = Math.max(STEP, Math.ceil(bytes.length / MOST_PIECES));
  for (let at = dataOf(bytes); at + PIECE < bytes.length; at += step) {
    const piece = bytes.subarray(at, at + PIECE);
    const entropy = bitsOfFile(piece);
    // Padding and tables repeat themselves; what a camera or an encoder packed does not.
    if (new Set(piece).size < PIECE / 2 || entropy < ENOUGH_BITS) continue;
    yield { name: 'piece of the file', bytes: piece, subject: 'value', strength: 2, entropy };
  }
}

function* hashedWhole(bytes: Buffer, worth: number): Generator<FileForm> {
  for (const algorithm of [...COMMON, ...RARE]) {
    yield* hashed(algorithm, 'file', bytes, worth, 1);
  }
}

/** A chunk of little chance (blank space of a disk image) is in other files, too. */
function* hashedChunks(bytes: Buffer): Generator<FileForm> {
  for (const size of CHUNKS) {
    for (let at = 0; size < bytes.length && at < bytes.length; at += size) {
      const chunk = bytes.subarray(at, at + size);
      const worth = bitsOfFile(chunk);
      if (worth < chunk.length / 16 || worth < ENOUGH_BITS) continue;
      // The last one is the same for many sizes.
      const name = chunk.length === size ? `${size / 1024} KiB chunk` : `file from byte ${at}`;
      for (const algorithm of COMMON) yield* hashed(algorithm, name, chunk, worth, 0.5);
    }
  }
}

function* hashed(
  algorithm: string,
  what: string,
  bytes: Buffer,
  worth: number,
  strength: number,
): Generator<FileForm> {
  const digest = digestOf(algorithm, bytes);
  for (const one of cutsOf(`${algorithm}(${what})`, digest)) {
    const entropy = Math.min(worth, one.bytes.length * 8);
    yield { ...one, strength: one.name === one.subject ? strength : strength / 2, entropy };
  }
}

/** Where a picture's own data begin: JPEG tables, colour profiles and the like stand in everybody's pictures. */
function dataOf(bytes: Buffer): number {
  if (bytes.readUInt16BE(0) !== 0xff_d8) return Math.max(0, bytes.indexOf('IDAT'));
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return at + 16;
}
