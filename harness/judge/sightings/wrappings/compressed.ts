import type { Decoded } from './decoder.ts';
import { placeOf } from './alphabet.ts';
import { decode } from './decoder.ts';
import { HAS, Value } from './value.ts';
import { isWords } from './rows/telling.ts';
import type { Opened, Wrapping } from './wrapping.ts';
import { NOT_THIS } from './wrapping.ts';

/** RFC 1952, several members in a row too. Its checksums are not looked at: the bytes count, not their fame. */
export const gzip: Wrapping = {
  name: 'gzip',
  evidence: 'Sensors Analytics for Android (data_list), HTTP content coding',
  needs: HAS.CONTROL | HAS.HIGH,
  lacks: 0,
  first: [0x1f],
  recognise: ({ bytes }) => isGzip(bytes, 0),
  open: ({ bytes }, room) => openGzip(bytes, room),
  wild: ({ bytes }) => from(bytes, GZIP, (at) => isGzip(bytes, at)),
  textProves: true,
};

/** RFC 1950. Two bytes are little to go by: what does not inflate was not zlib. */
export const zlib: Wrapping = {
  name: 'zlib',
  evidence: 'PNG, git, many SDKs (java.util.zip.Deflater as it comes)',
  needs: 0,
  lacks: 0,
  first: [0x08, 0x18, 0x28, 0x38, 0x48, 0x58, 0x68, 0x78],
  recognise: ({ bytes }) => isZlib(bytes),
  open: ({ bytes }, room) => {
    const got = decode('deflate', bytes.subarray(2), room, true);
    // One value in a thousand begins like this by chance, and opens to a few bytes of chance.
    const lost = got.end === 'short' || got.end === 'broken';
    return lost && !(got.bytes.length >= 16 && new Value(got.bytes).isText)
      ? NOT_THIS
      : unlessNothing(stream('zlib', got));
  },
  // Behind a length, as Qt and databases write it; two bytes alone are met everywhere in packed bytes.
  wild: (value) =>
    value.isText || value.bytes.length > 2 ** 16 ? [] : zlibBehindLength(value.bytes),
  textProves: true,
};

/** RFC 8878. */
export const zstd: Wrapping = {
  name: 'zstd',
  evidence: 'HTTP content coding since Chrome 123',
  needs: HAS.OPENING | HAS.SLASH | HAS.HIGH,
  lacks: 0,
  first: [0x28],
  recognise: ({ bytes }) => bytes.length > 8 && bytes.indexOf(ZSTD) === 0,
  open: ({ bytes }, room) => openZstd(bytes, room),
  wild: ({ bytes }) => from(bytes, ZSTD, () => true),
  textProves: true,
};

/** RFC 7932. It has no magic: undeclared bytes count as brotli only when they open to their very end. */
export const brotli: Wrapping = {
  name: 'brotli',
  evidence: 'HTTP content coding',
  needs: 0,
  lacks: 0,
  first: null,
  recognise: (value) =>
    value.bytes.length >= 16 && !looksPrinted(value) && mayBeBrotli(value.bytes),
  open: ({ bytes }, room) => {
    const tried = decode('brotli', bytes, room, false);
    const real = tried.end === 'full' || (tried.end === 'whole' && tried.used === bytes.length);
    if (tried.end === 'short') return cutBrotli(bytes, room);
    return real && tried.bytes.length >= bytes.length / 2 ? stream('brotli', tried) : NOT_THIS;
  },
  wild: null,
  textProves: true,
};

/** Of a stream without magic that is cut off, only text is believed. */
function cutBrotli(bytes: Buffer, room: number): Opened {
  const what = decode('brotli', bytes, room, true);
  const told = what.bytes.length >= 32 && what.bytes.length >= bytes.length / 2;
  return told && isWords(what.bytes) ? stream('brotli', what) : NOT_THIS;
}

/** `Content-Encoding: br`, `deflate` …: said, so no gate, and a failure is a finding. Null for an unknown name. */
export function declared(coding: string, bytes: Buffer, room: number): Opened | null {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return isGzip(bytes, 0) ? openGzip(bytes, room) : refused('gzip');
    case 'deflate':
      return openDeflate(bytes, room);
    case 'br':
      return stream('brotli', decode('brotli', bytes, room, true));
    case 'zstd':
      return openZstd(bytes, room);
    default:
      return null;
  }
}

const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

function openGzip(bytes: Buffer, room: number): Opened {
  const pieces: Buffer[] = [];
  let at = 0;
  let left = room;
  for (;;) {
    const start = at + headerOf(bytes.subarray(at));
    const got = decode('deflate', bytes.subarray(start), left, true);
    // More than one member is rare, and what a later one cannot give is said of the whole.
    if (pieces.length === 0 && !isGzip(bytes, start + got.used + TRAILER))
      return stream('gzip', got);
    pieces.push(got.bytes);
    left -= got.bytes.length;
    at = start + got.used + TRAILER;
    if (got.end !== 'whole' || left <= 0 || !isGzip(bytes, at))
      return stream('gzip', { ...got, bytes: Buffer.concat(pieces), more: null });
  }
}

/** The name means zlib; a part of the world sends the bare stream. */
function openDeflate(bytes: Buffer, room: number): Opened {
  const wrapped = isZlib(bytes) ? decode('deflate', bytes.subarray(2), room, false) : null;
  if (wrapped !== null && (wrapped.end === 'whole' || wrapped.end === 'full'))
    return stream('deflate', wrapped);
  const bare = decode('deflate', bytes, room, false);
  if (bare.end === 'whole' || bare.end === 'full') return stream('deflate', bare);
  const at = wrapped === null ? 0 : 2;
  return stream('deflate', decode('deflate', bytes.subarray(at), room, true));
}

/** The decoder does not mind a missing end: whether the last block is there is looked up here. */
function openZstd(bytes: Buffer, room: number): Opened {
  const got = decode('zstd', bytes, room, true);
  const cut = got.end === 'whole' && !endsInBlocks(bytes);
  return stream('zstd', cut ? { ...got, end: 'short' } : got);
}

function stream(name: string, { bytes, end, more }: Decoded, before: Buffer = NOTHING): Opened {
  if (bytes.length === 0 && end !== 'whole') return refused(name);
  const why =
    end === 'whole' || end === 'full'
      ? null
      : `${name} is damaged or cut off after ${bytes.length} opened bytes`;
  return {
    ...NOT_THIS,
    parts: [{ name, bytes: before.length === 0 ? bytes : Buffer.concat([before, bytes]) }],
    whole: true,
    truncated: why,
    rest:
      more === null
        ? null
        : (room) => stream(name, more(room - seamOf(bytes, room).length), seamOf(bytes, room)),
  };
}

const NOTHING = Buffer.alloc(0);

/** The end of a piece, which the next one, of so much room, begins with: a canary may lie across the two. */
export function seamOf(bytes: Buffer, room: number): Buffer {
  return bytes.subarray(Math.max(0, bytes.length - Math.min(SEAM, room >> 1)));
}

const SEAM = 4096;

function refused(name: string): Opened {
  return { ...NOT_THIS, undecoded: `${name} that does not open` };
}

function unlessNothing(what: Opened): Opened {
  return what.parts.length === 0 ? NOT_THIS : what;
}

function looksPrinted({ bytes, kinds }: Value): boolean {
  if ((kinds & (HAS.NUL | HAS.CONTROL | HAS.HIGH)) === 0) return true;
  const end = Math.min(64, bytes.length);
  for (let at = 0; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x7f || (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13)) return false;
  }
  return true;
}

function isGzip(bytes: Buffer, at: number): boolean {
  return (
    bytes.length >= at + 18 &&
    bytes[at] === 0x1f &&
    bytes[at + 1] === 0x8b &&
    bytes[at + 2] === 8 &&
    ((bytes[at + 3] ?? 0xff) & 0xe0) === 0
  );
}

function isZlib(bytes: Buffer): boolean {
  if (bytes.length < 8) return false;
  const [method, flags] = [bytes[0] ?? 0, bytes[1] ?? 0];
  const header = (method & 0x0f) === 8 && method >> 4 <= 7 && (flags & 0x20) === 0;
  return header && (method * 256 + flags) % 31 === 0;
}

/** CRC and length behind each member. */
const TRAILER = 8;

function zlibBehindLength(bytes: Buffer): Buffer[][] {
  const regions: Buffer[][] = [];
  for (let at = 1; at <= 16 && at + 8 <= bytes.length; at++) {
    if (bytes[at] === 0x78 && isZlib(bytes.subarray(at))) regions.push([bytes.subarray(at)]);
  }
  return regions;
}

/** Length of a gzip header with its optional fields. */
function headerOf(bytes: Buffer): number {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4 && bytes.length >= 12) at += 2 + bytes.readUInt16LE(10);
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    at = end < 0 ? bytes.length : end + 1;
  }
  return at + (flags & 2 ? 2 : 0);
}

/** Whether a zstd frame's blocks (RFC 8878, 3.1.1.2) go on to the last one and are all there. */
function endsInBlocks(bytes: Buffer): boolean {
  const flags = bytes[4] ?? 0;
  const single = (flags & 0x20) !== 0;
  const size = [single ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  let at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][flags & 3] ?? 0) + size;
  for (;;) {
    if (at + 3 > bytes.length) return false;
    const head = bytes.readUIntLE(at, 3);
    at += 3 + (((head >> 1) & 3) === 1 ? 1 : head >> 3);
    if ((head & 1) === 1) return at + ((flags & 4) !== 0 ? 4 : 0) <= bytes.length;
  }
}

/**
 * Whether the first bits make sense as a brotli stream (RFC 7932, 9.1 and 9.2): a window, then a first block that opens
 * to about as much as so many bytes can hold. A try costs as much as a thousand of these looks.
 */
function mayBeBrotli(bytes: Buffer): boolean {
  const low = bytes.readInt32LE(0);
  const high = bytes.readUInt16LE(4);
  // At most 24 of them, and none beyond the 48th.
  const bits = (from: number, count: number): number => {
    const mask = (1 << count) - 1;
    if (from === 0) return low & mask;
    return (from < 32 ? (low >>> from) | (high << (32 - from)) : high >>> (from - 32)) & mask;
  };
  const window = bits(0, 1) === 0 ? 1 : bits(1, 3) !== 0 ? 4 : 7;
  if (window === 7 && bits(4, 3) === 1) return false;
  const last = bits(window, 1) === 1;
  const at = window + (last ? 2 : 1);
  if (last && bits(window + 1, 1) === 1) return false;
  const nibbles = 4 + bits(at, 2);
  if (nibbles === 7) return false;
  const length = 1 + bits(at + 2, 4 * nibbles);
  if (nibbles > 4 && length <= 16 ** (nibbles - 1)) return false;
  if (!last && bits(at + 2 + 4 * nibbles, 1) === 1) return length <= bytes.length;
  if (!last && bytes.length > 2 ** 14) return true;
  return length >= bytes.length / 2 && length <= bytes.length * 64 + 2 ** 9;
}

/** What is packed takes so much with what stands in front of it. */
const SHORTEST_STREAM = 16;

/** Everything from each place where the magic stands, the first hundred of them. */
function from(bytes: Buffer, magic: Buffer, isReal: (at: number) => boolean): Buffer[][] {
  const spans: Buffer[][] = [];
  if (bytes.length < SHORTEST_STREAM) return spans;
  let at = placeOf(bytes, magic, 1);
  while (at >= 0 && spans.length < 100) {
    if (isReal(at)) spans.push([bytes.subarray(at)]);
    at = placeOf(bytes, magic, at + 1);
  }
  return spans;
}
