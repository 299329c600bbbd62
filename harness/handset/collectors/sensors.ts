import { gzipSync } from 'node:zlib';
import type { AppResponse } from '../phone/phone.ts';
import type { Envelope } from './envelope.ts';

/**
 * Sensors Analytics for Android 3.2: `crc=…&gzip=1&data_list=…`, the list being base64 of gzip of a JSON array.
 * Facts: sa-sdk-android 3.2.10 (wire format only; no code is taken from it).
 */
export const sensorsAnalytics: Envelope = {
  row: androidJson,
  body: (rows, now) => {
    const events = rows.map((row) => row.replace(/\}$/, `,"_flush_time":${String(now)}}`));
    const list = javaGzip(`[${events.join(',')}]`).toString('base64');
    const crc = String(javaHash(list));
    return Buffer.from(
      `crc=${encodeURIComponent(crc)}&gzip=1&data_list=${encodeURIComponent(list)}`,
    );
  },
  after: (response) => (response.ok && !refusedForNow(response) ? 'delete' : 'keep'),
};

/** Java's `String.hashCode`, which this format calls crc: signed, 32 bits, over UTF-16 units. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  }
  return hash;
}

/** Android's org.json writes every `/` as `\/`; elsewhere it agrees with JSON.stringify. */
export function androidJson(value: object): string {
  return JSON.stringify(value).replaceAll('/', '\\/');
}

/** Java names no operating system in the gzip header (byte 9 is 0); zlib would say Unix. */
function javaGzip(text: string): Buffer {
  const zipped = gzipSync(text);
  zipped.writeUInt8(0, 9);
  return zipped;
}

/** Refused for now, as this SDK sees it; any other answer, a redirect or a 400 included, ends the rows. */
function refusedForNow({ status }: Extract<AppResponse, { ok: true }>): boolean {
  return status === 403 || status === 404 || status >= 500;
}
