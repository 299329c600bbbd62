/** Bits a character by which text differs from chance, with a margin: JSON and URLs have about three. */
export const LIKE_TEXT = 1.2;
/** So many bytes are looked at to judge a key. */
export const SAMPLE = 256;

/** Whether the first bytes are letters under a key. */
export function isLetters(bytes: Buffer, key: number): boolean {
  return scoreOf(bytes.subarray(0, 12), key, 0, 1) >= 0;
}

/** What is so far below text needs no further look. */
const HOPELESS = -14;

/** How much every step-th byte looks like text under a key; minus infinity as soon as one is not printable. */
export function scoreOf(bytes: Buffer, key: number, from: number, step: number): number {
  let score = 0;
  for (let at = from; at < bytes.length; at += step) {
    const worth = WORTH[(bytes[at] ?? 0) ^ key] ?? -1;
    if (worth === -1) return -Infinity;
    score += worth;
    if (score < HOPELESS) return -Infinity;
  }
  return score;
}

const FOREIGN = -4;

/** The same without a key, where bytes that no text holds only count against it. */
export function plainness(bytes: Buffer): number {
  let score = 0;
  for (const byte of bytes) score += WORTH[byte] === -1 ? FOREIGN : (WORTH[byte] ?? FOREIGN);
  return score;
}

export function applied(bytes: Buffer, key: readonly number[]): Buffer {
  const plain = Buffer.allocUnsafe(bytes.length);
  const cycle = Uint8Array.from(key);
  for (let at = 0; at < bytes.length; at++)
    plain[at] = (bytes[at] ?? 0) ^ (cycle[at % cycle.length] ?? 0);
  return plain;
}

/** Bits by which a character speaks for text: how often JSON, URLs and prose hold it, against chance. −1: never. */
export const WORTH = new Float64Array(256).fill(-1);
// Letters with accents and other scripts, in UTF-8.
WORTH.fill(-4, 0x80, 0xc0).fill(-4, 0xc2, 0xf5);
for (let code = 0x20; code < 0x7f; code++) WORTH[code] = -3;
for (const [letters, perMille] of [
  ['e', 60],
  ['tao', 45],
  ['inrs', 38],
  ['dlcpum', 22],
  ['fghbvyw', 12],
  ['kxjqz', 5],
  ['0123456789', 16],
  ['"', 70],
  [':,', 25],
  ['/. _', 16],
  ['-{}', 8],
  ['=&?%[]', 4],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 4],
  ['\t\r\n', 3],
] as const) {
  for (const code of Buffer.from(letters)) WORTH[code] = Math.log2((perMille / 1000) * 256);
}
