import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import type { Opened, Wrapping } from './wrapping.ts';
import { NOT_THIS } from './wrapping.ts';

/** RFC 1952. */
export const gzip: Wrapping = {
  name: 'gzip',
  recognise: isGzip,
  open: (bytes, room) =>
    inflated('gzip', room, [
      { decoder: () => createGunzip(), input: bytes, strict: true },
      { decoder: () => createGunzip(FLUSH), input: bytes, strict: false },
      // Past a bad trailer: the bare stream behind the header.
      {
        decoder: () => createInflateRaw(FLUSH),
        input: bytes.subarray(headerOf(bytes)),
        strict: false,
      },
    ]),
  wild: (bytes) =>
    from(bytes, Buffer.from([0x1f, 0x8b, 0x08]))
      .filter(isGzip)
      .map((span) => [span]),
  textProves: true,
};

/** RFC 1950. Two bytes are little to go by: what does not inflate was not zlib. */
export const zlib: Wrapping = {
  name: 'zlib',
  recognise: isZlib,
  open: async (bytes, room) =>
    unlessNothing(
      await inflated('zlib', room, [
        { decoder: () => createInflate(), input: bytes, strict: true },
        { decoder: () => createInflate(FLUSH), input: bytes, strict: false },
        { decoder: () => createInflateRaw(FLUSH), input: bytes.subarray(2), strict: false },
      ]),
    ),
  wild: null,
  textProves: true,
};

/** RFC 8878. */
export const zstd: Wrapping = {
  name: 'zstd',
  recognise: (bytes) => bytes.length > 8 && bytes.indexOf(ZSTD) === 0,
  open: (bytes, room) => {
    const decoder = (): Transform => createZstdDecompress({ finishFlush: constants.ZSTD_e_flush });
    // The decoder does not mind a missing end: whether the last block is there is looked up here.
    return inflated('zstd', room, [{ decoder, input: bytes, strict: endsInBlocks(bytes) }]);
  },
  wild: (bytes) => from(bytes, ZSTD).map((span) => [span]),
  textProves: true,
};

/** RFC 7932. It has no magic: undeclared bytes count as brotli only when they open to their very end. */
export const brotli: Wrapping = {
  name: 'brotli',
  recognise: (bytes) =>
    bytes.length >= 16 && !/^[\t\n\r -~]*$/.test(bytes.subarray(0, 64).toString('latin1')),
  open: async (bytes, room) => {
    const tried = await drained(createBrotliDecompress(), bytes, room);
    const real = tried.end !== 'broken' && tried.used === bytes.length;
    if (!real || tried.bytes.length < bytes.length / 2) return NOT_THIS;
    return result('brotli', tried.bytes, tried.end === 'full' ? 'full' : null, room);
  },
  wild: null,
  textProves: true,
};

/** `Content-Encoding: br`, `deflate` …: said, so no gate, and a failure is a finding. Null for an unknown name. */
export function declared(coding: string, bytes: Buffer, room: number): Promise<Opened> | null {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return Promise.resolve(gzip.open(bytes, room));
    case 'deflate':
      // The name means zlib; a part of the world sends the bare stream.
      return inflated('deflate', room, [
        { decoder: () => createInflate(), input: bytes, strict: true },
        { decoder: () => createInflateRaw(), input: bytes, strict: true },
        { decoder: () => createInflate(FLUSH), input: bytes, strict: false },
        { decoder: () => createInflateRaw(FLUSH), input: bytes, strict: false },
      ]);
    case 'br':
      return inflated('brotli', room, [
        { decoder: () => createBrotliDecompress(), input: bytes, strict: true },
        {
          decoder: () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
          input: bytes,
          strict: false,
        },
      ]);
    case 'zstd':
      return Promise.resolve(zstd.open(bytes, room));
    default:
      return null;
  }
}

const FLUSH = { finishFlush: constants.Z_SYNC_FLUSH };
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** One try: a strict one must end as the format says, a lenient one takes whatever it can read. */
interface Way {
  readonly decoder: () => Transform;
  readonly input: Buffer;
  readonly strict: boolean;
}

/** The first strict way that ends well; else the longest prefix that any of them could read. */
async function inflated(name: string, room: number, ways: readonly Way[]): Promise<Opened> {
  let longest: Buffer = Buffer.alloc(0);
  let empty = false;
  for (const { decoder, input, strict } of ways) {
    const tried = await drained(decoder(), input, room);
    if (tried.end === 'full') return result(name, tried.bytes, 'full', room);
    if (tried.end === 'whole' && strict) {
      if (tried.bytes.length > 0) return result(name, tried.bytes, null, room);
      empty = true;
    }
    if (tried.bytes.length > longest.length) longest = tried.bytes;
  }
  if (longest.length > 0) return result(name, longest, 'damaged', room);
  return empty
    ? result(name, longest, null, room)
    : { ...NOT_THIS, undecoded: `${name} that does not open` };
}

function result(
  name: string,
  bytes: Buffer,
  lost: 'full' | 'damaged' | null,
  room: number,
): Opened {
  const why =
    lost === 'full'
      ? `${name} opens to more than ${room} bytes`
      : `${name} is damaged or cut off after ${bytes.length} opened bytes`;
  return {
    parts: [{ name, bytes }],
    whole: true,
    truncated: lost === null ? null : why,
    undecoded: null,
  };
}

function unlessNothing(what: Opened): Opened {
  return what.parts.length === 0 ? NOT_THIS : what;
}

/** Feeds a decoder and stops it as soon as the room is used up: a bomb costs no more than the room. */
async function drained(
  decoder: Transform,
  bytes: Buffer,
  room: number,
): Promise<{ bytes: Buffer; end: 'whole' | 'full' | 'broken'; used: number }> {
  const chunks: Buffer[] = [];
  let size = 0;
  let end: 'whole' | 'full' | 'broken' = 'whole';
  try {
    decoder.end(bytes);
    for await (const chunk of decoder) {
      const piece: unknown = chunk;
      if (!Buffer.isBuffer(piece)) continue;
      const fits = piece.subarray(0, room - size);
      chunks.push(fits);
      size += fits.length;
      if (fits.length < piece.length) {
        end = 'full';
        break;
      }
    }
  } catch {
    end = 'broken';
  }
  const used = 'bytesWritten' in decoder ? Number(decoder.bytesWritten) : 0;
  return { bytes: Buffer.concat(chunks), end, used };
}

function isGzip(bytes: Buffer): boolean {
  return (
    bytes.length >= 18 &&
    bytes[0] === 0x1f &&
    bytes[1] === 0x8b &&
    bytes[2] === 8 &&
    ((bytes[3] ?? 0xff) & 0xe0) === 0
  );
}

function isZlib(bytes: Buffer): boolean {
  if (bytes.length < 8) return false;
  const [method, flags] = [bytes[0] ?? 0, bytes[1] ?? 0];
  const header = (method & 0x0f) === 8 && method >> 4 <= 7 && (flags & 0x20) === 0;
  return header && (method * 256 + flags) % 31 === 0;
}

/** Length of a gzip header with its optional fields, so that a stream with a bad trailer can still be read. */
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

/** Everything from each place where the magic stands. */
function from(bytes: Buffer, magic: Buffer): Buffer[] {
  const spans: Buffer[] = [];
  for (let at = bytes.indexOf(magic, 1); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    spans.push(bytes.subarray(at));
  }
  return spans;
}
