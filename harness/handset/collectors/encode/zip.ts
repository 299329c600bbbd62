import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';

/** Java names no operating system in the gzip header (byte 9 is 0); zlib would say Unix. */
export function gzip(bytes: Buffer, level: number): Buffer {
  const zipped = gzipSync(bytes, { level });
  zipped.writeUInt8(0, 9);
  return zipped;
}

export function zlib(bytes: Buffer, level: number): Buffer {
  return deflateSync(bytes, { level });
}

/** Without zlib's head and checksum. */
export function deflate(bytes: Buffer, level: number): Buffer {
  return deflateRawSync(bytes, { level });
}

export function brotli(bytes: Buffer, quality: number): Buffer {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
}

export function zstd(bytes: Buffer, level: number): Buffer {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } });
}
