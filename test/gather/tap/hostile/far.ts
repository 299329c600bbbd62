import type { RequestListener } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';

/** Full size when LEAKLAB_HOSTILE=full, else as much as shows the same. */
export const FULL = process.env['LEAKLAB_HOSTILE'] === 'full';
export const MB = 2 ** 20;

/**
 * What hostile servers answer: `/down/N` N bytes, `/endless` no end, `/bomb` 64 MB in 64 KB, `/heads/N` N header
 * lines, `/break` half an answer. Whatever is sent to them is read and dropped.
 */
export const hostileAnswers: RequestListener = (request, response) => {
  const [, what = '', count = '0'] = (request.url ?? '').split('/');
  request.resume();
  if (what === 'down') {
    request.once('end', () => void pour(response, Number(count)).then(() => response.end()));
  } else if (what === 'endless') {
    void pour(response, Infinity);
  } else if (what === 'bomb') {
    response.setHeader('Content-Encoding', 'gzip');
    response.end(BOMBS.gzip);
  } else if (what === 'heads') {
    for (let line = 0; line < Number(count); line += 1)
      response.setHeader(`x-${String(line)}`, 'y');
    response.end();
  } else if (what === 'break') {
    response.writeHead(200, { 'Content-Length': '1000' });
    response.write('half', () => response.destroy());
  } else request.once('end', () => response.end('taken'));
};

/** Writes so many bytes as fast as they are taken; ends early when nobody takes them any more. */
export async function pour(to: Writable, bytes: number): Promise<void> {
  await pipeline(pieces(bytes), to, { end: false }).catch(() => undefined);
}

/** Reads that many bytes, and no further. */
export async function receive(from: Readable, bytes: number): Promise<void> {
  let got = 0;
  for await (const chunk of from.iterator({ destroyOnReturn: false })) {
    got += Buffer.isBuffer(chunk) ? chunk.length : 0;
    if (got >= bytes) return;
  }
}

function* pieces(bytes: number): Generator<Buffer> {
  const piece = Buffer.alloc(64 * 1024, 'far!');
  for (let left = bytes; left > 0; left -= piece.length) {
    yield left < piece.length ? piece.subarray(0, left) : piece;
  }
}

const ZEROS = Buffer.alloc(64 * MB);

/** Each unfolds to 64 MB of nothing and, at its very end, a word. */
export const BOMBS = {
  gzip: gzipSync(Buffer.concat([ZEROS, Buffer.from('the end')])),
  deflate: deflateSync(Buffer.concat([ZEROS, Buffer.from('the end')])),
  br: brotliCompressSync(Buffer.concat([ZEROS, Buffer.from('the end')]), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 3 },
  }),
} as const;

/** Eleven coats of gzip. */
export function wrapped(bytes: Buffer, times: number): Buffer {
  let out = bytes;
  for (let time = 0; time < times; time += 1) out = gzipSync(out);
  return out;
}
