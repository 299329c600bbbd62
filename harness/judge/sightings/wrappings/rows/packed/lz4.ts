import { placeOf } from '../../alphabet.ts';
import { HAS } from '../../value.ts';
import type { Opened, Wrapping } from '../../wrapping.ts';
import { NOT_THIS } from '../../wrapping.ts';
import { isTelling, isWords } from '../telling.ts';

/**
 * LZ4, as a frame or as a bare block, whole or cut off. Own decoder: libraries give all or nothing, and believe the
 * size that the sender wrote. Source: lz4_Frame_format.md and lz4_Block_format.md.
 */
export const lz4: Wrapping = {
  name: 'lz4',
  evidence: 'Android crash and performance SDKs, Kafka and ClickHouse clients, game telemetry',
  needs: 0,
  lacks: 0,
  first: null,
  least: 16,
  written: true,
  recognise: ({ bytes, isText }) =>
    bytes.length >= 12 &&
    (bytes.readUInt32LE(0) === MAGIC ||
      (!isText && (beginsBlock(bytes, 0) || beginsBlock(bytes, 4)))),
  open: ({ bytes }, room) => {
    if (bytes.readUInt32LE(0) === MAGIC) return openFrame(bytes, room);
    // Some write the size in front of a bare block.
    for (const from of [0, 4]) {
      const block = new Unpacked(room);
      const end = block.take(bytes.subarray(from), true);
      const plain = block.bytes;
      if (
        end === 'whole' &&
        plain.length > bytes.length / 2 &&
        (isWords(plain) || isTelling(plain))
      ) {
        return result(plain, null);
      }
      // Chance hardly ever goes back to what it has, and becomes longer; what else it may be is tried as well.
      if (end === 'whole' && plain.length > bytes.length && bytes.length >= 24)
        return { ...result(plain, null), whole: false };
      const cut =
        end === 'short' && plain.length >= 32 && plain.length > bytes.length && isWords(plain);
      if (cut) return result(plain, `lz4 is damaged or cut off after ${plain.length} opened bytes`);
    }
    return NOT_THIS;
  },
  wild: ({ bytes, kinds }) => {
    const regions: (readonly Buffer[])[] = [];
    if ((kinds & HAS.CONTROL) === 0) return regions;
    for (
      let at = placeOf(bytes, MAGIC_BYTES, 1);
      at > 0 && regions.length < 64;
      at = placeOf(bytes, MAGIC_BYTES, at + 4)
    ) {
      regions.push([bytes.subarray(at)]);
    }
    return regions;
  },
  textProves: true,
};

const MAGIC = 0x184d2204;
const MAGIC_BYTES = Buffer.from([0x04, 0x22, 0x4d, 0x18]);

/** Whether the first copy of a bare block goes back no farther than there are literals before it. */
function beginsBlock(bytes: Buffer, from: number): boolean {
  let literals = (bytes[from] ?? 0) >> 4;
  let at = from + 1;
  if (literals === 15) {
    let more = 255;
    while (more === 255 && at < bytes.length) {
      more = bytes[at++] ?? 0;
      literals += more;
    }
  }
  at += literals;
  // Literals that are not all there open to no more than they take.
  if (at + 2 > bytes.length) return at === bytes.length && literals > 0;
  const offset = bytes.readUInt16LE(at);
  return offset > 0 && offset <= literals;
}

function openFrame(bytes: Buffer, room: number): Opened {
  const flags = bytes[4] ?? 0;
  const checksum = (flags & 0x10) !== 0 ? 4 : 0;
  let at = 7 + ((flags & 8) !== 0 ? 8 : 0) + ((flags & 1) !== 0 ? 4 : 0);
  const unpacked = new Unpacked(room);
  let ended = false;
  while (!ended && at + 4 <= bytes.length) {
    const size = bytes.readUInt32LE(at) & 0x7fffffff;
    const stored = (bytes.readUInt32LE(at) & 0x80000000) !== 0;
    at += 4;
    ended = size === 0;
    const block = bytes.subarray(at, at + size);
    const whole = stored ? unpacked.copy(block) : size === 0 || unpacked.take(block, false);
    if (!whole || block.length < size) break;
    at += size + (size === 0 ? 0 : checksum);
  }
  const plain = unpacked.bytes;
  if (plain.length === 0 && !ended)
    return { ...NOT_THIS, undecoded: 'lz4 frame that does not open' };
  return result(
    plain,
    ended ? null : `lz4 is damaged or cut off after ${plain.length} opened bytes`,
  );
}

/** Grows with what was really written, never with what was promised. */
class Unpacked {
  readonly #room: number;
  #out = Buffer.alloc(0);
  #size = 0;

  constructor(room: number) {
    this.#room = room;
  }

  get bytes(): Buffer {
    return this.#out.subarray(0, this.#size);
  }

  copy(bytes: Buffer): boolean {
    const fits = bytes.subarray(0, this.#room - this.#size);
    this.#reserve(fits.length);
    fits.copy(this.#out, this.#size);
    this.#size += fits.length;
    return fits.length === bytes.length;
  }

  /** Takes a block's sequences; whole when it ends where a block must end, with literals. */
  take(block: Buffer, bare: boolean): 'whole' | 'short' | 'broken' {
    let at = 0;
    const extended = (start: number): number => {
      let length = start;
      if (start !== 15) return length;
      for (;;) {
        const more = block[at++];
        if (more === undefined) return length;
        length += more;
        if (more !== 255) return length;
      }
    };
    while (at < block.length) {
      const token = block[at++] ?? 0;
      const literals = extended(token >> 4);
      const there = block.subarray(at, at + literals);
      if (!this.copy(there)) return 'broken';
      if (there.length < literals) return 'short';
      at += literals;
      if (at === block.length) return 'whole';
      if (at + 2 > block.length) return 'short';
      const offset = block.readUInt16LE(at);
      at += 2;
      const length = extended(token & 15) + 4;
      if (offset === 0 || offset > this.#size) return 'broken';
      if (bare && at >= block.length) return 'short';
      if (!this.#repeat(offset, length)) return 'broken';
    }
    return bare ? 'short' : 'whole';
  }

  #repeat(offset: number, length: number): boolean {
    const fits = Math.min(length, this.#room - this.#size);
    this.#reserve(fits);
    for (let left = fits; left > 0;) {
      const piece = Math.min(left, offset);
      this.#out.copyWithin(this.#size, this.#size - offset, this.#size - offset + piece);
      this.#size += piece;
      left -= piece;
    }
    return fits === length;
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#out.length) return;
    const grown = Buffer.alloc(Math.max(256, 2 * this.#out.length, this.#size + more));
    this.#out.copy(grown, 0, 0, this.#size);
    this.#out = grown;
  }
}

function result(bytes: Buffer, truncated: string | null): Opened {
  return { ...NOT_THIS, parts: [{ name: 'lz4', bytes }], whole: true, truncated };
}
