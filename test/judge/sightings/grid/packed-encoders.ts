import { brotliCompressSync, zstdCompressSync } from 'node:zlib';
import { deflateSync, gzipSync, zlibSync } from 'fflate';
import LZString from 'lz-string';
import lz4 from 'lz4js';
import snappy from 'snappyjs';
import type { Encoder } from './encoder.ts';
import { cutOff, ofBytes, ofText } from './encoder.ts';

const gzip = ofBytes('gzip', /^gzip/, (bytes) => gzipSync(bytes));
const zlib = ofBytes('zlib', /^zlib/, (bytes) => zlibSync(bytes));
const deflate = ofBytes('raw deflate', /^deflate/, (bytes) => deflateSync(bytes));
const brotli = ofBytes('brotli', /^brotli/, (bytes) => brotliCompressSync(bytes));
const zstd = ofBytes('zstd', /^zstd/, (bytes) => zstdCompressSync(bytes));
const frame = ofBytes('lz4 frame', /^lz4/, (bytes) => lz4.compress(bytes));
const block = ofBytes('lz4 block', /^lz4/, (bytes) => {
  // The library gives nothing for what does not shrink.
  const twice = Buffer.concat([bytes, Buffer.from(' and so on'), bytes]);
  const to = lz4.makeBuffer(lz4.compressBound(twice.length));
  const size = lz4.compressBlock(
    new Uint8Array(twice),
    to,
    0,
    twice.length,
    new Uint32Array(2 ** 16),
  );
  return to.subarray(0, size);
});
const bare = ofBytes('snappy', /^snappy/, (bytes) => snappy.compress(bytes));
const lz64 = ofText('lz-string, base64', /^lz-string/, (text) => LZString.compressToBase64(text));

/** Compression, each also cut off. */
export const PACKED_ENCODERS: readonly Encoder[] = [
  gzip,
  zlib,
  deflate,
  brotli,
  zstd,
  frame,
  block,
  bare,
  lz64,
  ofText('lz-string, URI', /^lz-string/, (text) => LZString.compressToEncodedURIComponent(text)),
  ofText('lz-string, UTF-16', /^lz-string/, (text) => LZString.compressToUTF16(text)),
  ofText('lz-string, bytes', /^lz-string/, (text) => LZString.compressToUint8Array(text)),
  ...[gzip, zlib, deflate, lz64].map((encoder) => cutOff(encoder, 0.9)),
  ...[frame, block, bare].map((encoder) => cutOff(encoder, 0.9, null)),
];
