/** One layer of an explanation: the wrapping that was taken off to come here, and the canary in its surroundings. */
export interface Layer {
  /** Null for the outermost layer: the bytes as they were captured. */
  readonly wrapping: string | null;
  readonly excerpt: Excerpt;
}

/**
 * A few bytes around a canary, or around what it is hidden in, as text (UTF-8; other bytes become U+FFFD). It is the
 * phone's own text: whoever shows it escapes it.
 */
export interface Excerpt {
  readonly before: string;
  readonly found: string;
  readonly after: string;
  /** Offset of `found` in the bytes of its layer. */
  readonly at: number;
}

const AROUND = 32;
const LONGEST = 96;

export function excerptOf(bytes: Buffer, start: number, end: number): Excerpt {
  const from = Math.max(0, start - AROUND);
  const to = Math.min(bytes.length, end + AROUND);
  const long = end - start > LONGEST;
  return {
    before: `${from > 0 ? '…' : ''}${bytes.toString('utf8', from, start)}`,
    found: long
      ? `${bytes.toString('utf8', start, start + LONGEST)}…`
      : bytes.toString('utf8', start, end),
    after: long ? '' : `${bytes.toString('utf8', end, to)}${to < bytes.length ? '…' : ''}`,
    at: start,
  };
}

/** Layers of codings and pictures: nobody can read the packed bytes, so only their beginning is shown. */
export function covers(bytes: Buffer, opened: readonly string[]): Layer[] {
  return opened.map((_, at) => ({
    wrapping: at === 0 ? null : (opened[at - 1] ?? null),
    excerpt: excerptOf(bytes, 0, bytes.length),
  }));
}
