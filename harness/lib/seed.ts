import { createHash, hash } from 'node:crypto';

/** A deterministic source of chance: the same words give the same draws, on every machine. */
export interface Chance {
  /** A uniform integer in [0, below). */
  integer(below: number): number;
  /** `count` uniform bytes. */
  bytes(count: number): Buffer;
  /** A uniformly shuffled copy (Fisher–Yates). */
  shuffled<T>(items: readonly T[]): T[];
}

/**
 * Chance from a seed and a path of words ("order", device, replicate …), so that drawing more in one place never
 * moves the draws of another. SHA-256 in counter mode; integers by rejection, so none is favoured.
 */
export function seeded(...words: readonly string[]): Chance {
  const key = createHash('sha256').update(JSON.stringify(words)).digest();
  let pool = Buffer.alloc(0);
  let counter = 0;

  const bytes = (count: number): Buffer => {
    if (pool.length < count) {
      const blocks = [pool];
      for (let missing = count - pool.length; missing > 0; missing -= 32)
        blocks.push(hash('sha256', Buffer.concat([key, Buffer.from(String(counter++))]), 'buffer'));
      pool = Buffer.concat(blocks);
    }
    const drawn = pool.subarray(0, count);
    pool = pool.subarray(count);
    return drawn;
  };

  const integer = (below: number): number => {
    const limit = 2 ** 48 - (2 ** 48 % below);
    for (;;) {
      const drawn = bytes(6).readUIntBE(0, 6);
      if (drawn < limit) return drawn % below;
    }
  };

  return {
    bytes,
    integer,
    shuffled: <T>(items: readonly T[]): T[] => {
      const rest = [...items];
      const out: T[] = [];
      while (rest.length > 0) out.push(...rest.splice(integer(rest.length), 1));
      return out;
    },
  };
}
