/**
 * Whether bytes can begin a deflate stream (RFC 1951) that opens to something: their first block is read as far as
 * chance goes. Nine in ten other values that are no text would else be given to the decoder, which costs a hundred
 * times as much and tells no more. In doubt it says yes.
 */
export function mayBeDeflate(bytes: Buffer): boolean {
  const type = ((bytes[0] ?? 0) >> 1) & 3;
  if (type === 0)
    return bytes.length >= 5 && (bytes.readUInt16LE(1) ^ bytes.readUInt16LE(3)) === 0xffff;
  if (type === 2) return bytes.length >= 24 && hasWholeCodes(bytes);
  return type === 1 && opensWithFixedCodes(bytes);
}

/** A dynamic block: counts within their bounds, and code lengths that make a complete set, or zlib refuses them. */
function hasWholeCodes(bytes: Buffer): boolean {
  if (bitsAt(bytes, 3, 5) > 29 || bitsAt(bytes, 8, 5) > 29) return false;
  const count = 4 + bitsAt(bytes, 13, 4);
  let taken = 0;
  for (let code = 0; code < count; code++) {
    const length = bitsAt(bytes, 17 + 3 * code, 3);
    if (length > 0) taken += 128 >> length;
  }
  return taken === 128;
}

/** A fixed block: its symbols until it ends, breaks, or has given more than chance does. */
function opensWithFixedCodes(bytes: Buffer): boolean {
  const end = 8 * bytes.length;
  let [at, given, text] = [3, 0, true];
  while (given < ENOUGH) {
    if (at + 7 > end) return given >= SHORTEST_PREFIX && text;
    let code = reversedAt(bytes, at, 7);
    at += 7;
    let symbol = 256 + code;
    if (code > 23) {
      code = 2 * code + bitsAt(bytes, at++, 1);
      symbol = code < 192 ? code - 48 : 280 + code - 192;
      if (code > 199) symbol = 144 - 400 + 2 * code + bitsAt(bytes, at++, 1);
    }
    if (symbol < 256) {
      text &&= symbol >= 0x20 || (symbol >= 9 && symbol <= 13) || given === 0;
      given++;
      continue;
    }
    // Another block may follow; what follows the last one is a checksum at most.
    if (symbol === 256)
      return (bytes[0] ?? 0) % 2 === 0
        ? given > 0
        : given >= SHORTEST && at <= end && end - at < 8 * 9;
    const [length, extra] = LENGTHS[symbol - 257] ?? [0, 0];
    const far = reversedAt(bytes, at + extra, 5);
    const more = Math.max(0, (far >> 1) - 1);
    const base = far < 4 ? far + 1 : ((2 + (far & 1)) << more) + 1;
    const distance = base + bitsAt(bytes, at + extra + 5, more);
    const broken = length === 0 || far > 29 || distance > given;
    if (broken) return given >= SHORTEST_PREFIX && text;
    given += length + bitsAt(bytes, at, extra);
    at += extra + 5 + more;
  }
  return true;
}

/** What opens to less holds no form. */
const SHORTEST = 7;
/** A stream that breaks off counts only with so many bytes of text. */
const SHORTEST_PREFIX = 16;
const ENOUGH = 256;

/** Base and extra bits of the length symbols 257 to 285. */
const LENGTHS: readonly (readonly [number, number])[] = Array.from({ length: 29 }, (_, at) => {
  if (at === 28) return [258, 0];
  const extra = at < 8 ? 0 : (at >> 2) - 1;
  return [at < 8 ? 3 + at : ((4 + (at & 3)) << extra) + 3, extra];
});

/** So many bits from a bit on, the lowest first; at most 16. Zeros behind the end. */
function bitsAt(bytes: Buffer, at: number, count: number): number {
  const byte = at >> 3;
  const three = (bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16);
  return (three >> (at & 7)) & ((1 << count) - 1);
}

/** Huffman codes stand with their highest bit first. */
function reversedAt(bytes: Buffer, at: number, count: number): number {
  let [left, code] = [bitsAt(bytes, at, count), 0];
  for (let bit = 0; bit < count; bit++, left >>= 1) code = 2 * code + (left & 1);
  return code;
}
