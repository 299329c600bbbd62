/** A stretch that goes out as it is, and how far back the bytes behind it stood before. */
export interface Stretch {
  readonly literals: Buffer;
  readonly back: number;
  readonly length: number;
}

/**
 * Cuts bytes into literals and repetitions of at least four, greedily, as the LZ77 family does; the last `tail`
 * bytes are always literal. A repetition reaches back `reach` bytes at most.
 */
export function* stretches(
  bytes: Buffer,
  { tail, reach, longest }: { tail: number; reach: number; longest: number },
): Generator<Stretch> {
  const seen = new Map<number, number>();
  let from = 0;
  let at = 0;
  while (at + 4 <= bytes.length - tail) {
    const four = bytes.readUInt32LE(at);
    const before = seen.get(four);
    seen.set(four, at);
    if (before === undefined || at - before > reach) {
      at++;
      continue;
    }
    let length = 4;
    while (
      at + length < bytes.length - tail &&
      length < longest &&
      bytes[before + length] === bytes[at + length]
    ) {
      length++;
    }
    yield { literals: bytes.subarray(from, at), back: at - before, length };
    at += length;
    from = at;
  }
  yield { literals: bytes.subarray(from), back: 0, length: 0 };
}
