import { gunzipSync, inflateSync } from 'node:zlib';
import type { Archive } from '../../harness/record/archive.ts';
import type { Body, Exchange } from '../../harness/record/exchange.ts';

/** Reads the same files and undoes their codings and envelopes, and looks for nothing: bytes that came out. */
export async function readAll(archive: Archive): Promise<number> {
  let bytes = 0;
  for (const { id } of await archive.trials()) {
    for await (const exchange of archive.exchanges(id)) {
      bytes += opened(await bodyOf(archive, exchange.requestBody), exchange.requestHeaders);
      bytes += opened(await bodyOf(archive, exchange.responseBody), exchange.responseHeaders);
    }
  }
  return bytes;
}

async function bodyOf(archive: Archive, body: Body | null): Promise<Buffer | null> {
  return body === null ? null : await archive.body(body);
}

function opened(body: Buffer | null, headers: Exchange['requestHeaders']): number {
  if (body === null) return 0;
  const coding = headers.find(([name]) => name === 'Content-Encoding')?.[1];
  if (coding === 'gzip') return gunzipSync(body).length;
  if (coding === 'deflate') return inflateSync(body).length;
  const packed = /data_list=([^&]*)/.exec(body.toString('latin1'))?.[1];
  if (packed === undefined) return body.length;
  return gunzipSync(Buffer.from(decodeURIComponent(packed), 'base64')).length;
}
