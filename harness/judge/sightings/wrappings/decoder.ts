import type { Zlib } from 'node:zlib';
import {
  constants,
  createBrotliDecompress,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

export type Codec = 'deflate' | 'brotli' | 'zstd';

/** What a decoder gave. `short`: the input ended first. `full`: there is more than `room`; `more` goes on. */
export interface Decoded {
  readonly bytes: Buffer;
  readonly end: 'whole' | 'short' | 'full' | 'broken';
  /** Input bytes read. */
  readonly used: number;
  readonly more: ((room: number) => Decoded) | null;
}

/**
 * Decodes at most `room` bytes. Decoders are kept and reset: a failed try costs a microsecond instead of a hundred,
 * and most tries on captured bytes fail. A guess that fails gives nothing; with `prefix`, damaged or cut-off input
 * gives what could be read of it.
 */
export function decode(codec: Codec, input: Buffer, room: number, prefix: boolean): Decoded {
  const decoder = POOL[codec].pop() ?? open(codec);
  const { finish, flush } = CODECS[codec];
  const strict = pull(decoder, input, 0, room, finish, false);
  if (strict.end === 'full') {
    // The decoder's state is the continuation's now.
    return { ...strict, more: (next) => follow(decoder, codec, input, strict.used, next) };
  }
  give(codec, decoder);
  if (strict.end === 'whole' || !prefix) return strict;
  const again = POOL[codec].pop() ?? open(codec);
  const lenient = pull(again, input, 0, room, flush, true);
  give(codec, again);
  return { ...lenient, end: strict.end };
}

interface Decoder {
  readonly close: () => void;
  readonly handle: Zlib['_handle'];
  readonly state: Uint32Array;
  failed: number;
}

const CODECS = {
  deflate: {
    make: () => createInflateRaw(),
    finish: constants.Z_FINISH,
    flush: constants.Z_SYNC_FLUSH,
  },
  brotli: {
    make: () => createBrotliDecompress(),
    finish: constants.BROTLI_OPERATION_FINISH,
    flush: constants.BROTLI_OPERATION_FLUSH,
  },
  zstd: {
    make: () => createZstdDecompress(),
    finish: constants.ZSTD_e_end,
    flush: constants.ZSTD_e_flush,
  },
} as const;

const POOL: Readonly<Record<Codec, Decoder[]>> = { deflate: [], brotli: [], zstd: [] };
const SCRATCH = Buffer.alloc(2 ** 16);
/** Where an error will come, little at a time: of the last piece only what was written before it can be told. */
const CAREFUL = 2 ** 12;

function open(codec: Codec): Decoder {
  const stream = CODECS[codec].make();
  const decoder = {
    close: () => stream.close(),
    handle: stream._handle,
    state: stream._writeState,
    failed: 0,
  };
  Object.assign(decoder.handle, {
    onerror: (_message: string, code: number) => {
      decoder.failed = code;
    },
  });
  return decoder;
}

/** Of the three only zlib's own decoder forgets an error when it is reset. */
function give(codec: Codec, decoder: Decoder): void {
  if (codec !== 'deflate' && decoder.failed !== 0) {
    decoder.close();
    return;
  }
  decoder.failed = 0;
  decoder.handle.reset();
  POOL[codec].push(decoder);
}

function follow(
  decoder: Decoder,
  codec: Codec,
  input: Buffer,
  from: number,
  room: number,
): Decoded {
  const next = pull(decoder, input, from, room, CODECS[codec].flush, false);
  if (next.end === 'full') {
    return { ...next, more: (more) => follow(decoder, codec, input, next.used, more) };
  }
  give(codec, decoder);
  return next;
}

function pull(
  decoder: Decoder,
  input: Buffer,
  from: number,
  room: number,
  flush: number,
  careful: boolean,
): Decoded {
  const output = new Output();
  let used = from;
  const ended = (end: Decoded['end']): Decoded => ({ bytes: output.all(), end, used, more: null });
  for (;;) {
    const want = Math.min(careful ? CAREFUL : SCRATCH.length, room - output.size);
    if (want === 0) return ended('full');
    if (careful) SCRATCH.fill(0, 0, want);
    decoder.handle.writeSync(flush, input, used, input.length - used, SCRATCH, 0, want);
    if (decoder.failed !== 0) {
      if (careful) output.keep(lastWritten(want));
      return ended(decoder.failed === constants.Z_BUF_ERROR ? 'short' : 'broken');
    }
    const unused = decoder.state[0] ?? 0;
    used = input.length - (decoder.state[1] ?? 0);
    output.keep(want - unused);
    if (unused > 0) return ended('whole');
  }
}

/** Pieces of the scratch, which the next decoding overwrites. */
class Output {
  readonly #pieces: Buffer[] = [];
  size = 0;

  keep(length: number): void {
    if (length === 0) return;
    this.#pieces.push(Buffer.from(SCRATCH.subarray(0, length)));
    this.size += length;
  }

  all(): Buffer {
    const [first] = this.#pieces;
    return this.#pieces.length === 1 && first ? first : Buffer.concat(this.#pieces, this.size);
  }
}

/** After an error nobody says how much was written; zeros at the very end of a damaged stream are no loss. */
function lastWritten(want: number): number {
  let end = want;
  while (end > 0 && SCRATCH[end - 1] === 0) end--;
  return end;
}
