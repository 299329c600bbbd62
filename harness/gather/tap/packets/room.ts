/**
 * Room for the first bytes of many conversations: a buffer for each, and a view for each piece, would cost more than
 * reading all of their packets. Belongs to one capture, and is given back all at once.
 */
export interface Room {
  /** A place for so many bytes, at most 16 KiB, that nobody else has. */
  cut(bytes: number): number;
  /** Copies what lies between `start` and `end` to where it belongs from `place` on. */
  put(place: number, from: Buffer, start: number, end: number): void;
  /** A view of what was put there. */
  at(place: number, bytes: number): Buffer;
}

/** A multiple of every piece that is asked for, so that no piece lies in two blocks. */
const BLOCK = 2 ** 16;

export function openRoom(): Room {
  const blocks: Buffer[] = [];
  let used = 0;
  return {
    cut: (bytes) => {
      if ((used % BLOCK) + bytes > BLOCK) used += BLOCK - (used % BLOCK);
      if (used === blocks.length * BLOCK) blocks.push(Buffer.allocUnsafeSlow(BLOCK));
      used += bytes;
      return used - bytes;
    },
    put: (place, from, start, end) => {
      const block = blocks[Math.floor(place / BLOCK)];
      if (block) from.copy(block, place % BLOCK, start, end);
    },
    at: (place, bytes) => {
      const block = blocks[Math.floor(place / BLOCK)] ?? NOWHERE;
      return block.subarray(place % BLOCK, (place % BLOCK) + bytes);
    },
  };
}

const NOWHERE = Buffer.alloc(0);
