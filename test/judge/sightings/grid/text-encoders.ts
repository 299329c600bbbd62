import { isUtf8 } from 'node:buffer';
import {
  base32,
  base32crockford,
  base32hex,
  base32nopad,
  base58,
  base64,
  base64nopad,
  base64url,
  base64urlnopad,
  hex,
} from '@scure/base';
import ascii85 from 'ascii85';
import he from 'he';
import iconv from 'iconv-lite';
import jsesc from 'jsesc';
import quotedPrintable from 'quoted-printable';
import type { Encoder } from './encoder.ts';
import { ofBytes, ofText } from './encoder.ts';

/** Percent, entities, escapes, bases, hex and character sets. */
export const TEXT_ENCODERS: readonly Encoder[] = [
  ofText('percent', /^percent/, (text) => encodeURIComponent(`${text} &`)),
  ofText('percent, lower case', /^percent/, (text) =>
    encodeURIComponent(`${text} &`).replace(/%../g, (escape) => escape.toLowerCase()),
  ),
  ofText('percent, twice', /^percent/, (text) =>
    encodeURIComponent(encodeURIComponent(`${text} &`)),
  ),
  ofBytes('percent, every byte', /^percent/, (bytes) => hex.encode(bytes).replace(/../g, '%$&')),
  ofText('entities, named', /^entities/, (text) =>
    he.encode(`${text} &<é>`, { useNamedReferences: true }),
  ),
  ofText('entities, decimal', /^entities/, (text) =>
    he.encode(`${text} &`, { decimal: true, encodeEverything: true }),
  ),
  ofText('entities, hexadecimal', /^entities/, (text) =>
    he.encode(text, { encodeEverything: true }),
  ),
  ofBytes('quoted-printable', /^quoted-printable/, (bytes) =>
    quotedPrintable.encode(
      amid('a line that is broken wherever it becomes too long: ', bytes, ' = the end').toString(
        'latin1',
      ),
    ),
  ),
  ofText('escapes \\x', /^(c-escapes|escapes)/, (text) => jsesc(text, { escapeEverything: true })),
  ofText('escapes \\u', /^(escapes|json)/, (text) =>
    jsesc(text, { escapeEverything: true, json: true }).slice(1, -1),
  ),
  ofBytes('base64', /^base64/, (bytes) => base64.encode(bytes)),
  ofBytes('base64, unpadded', /^base64/, (bytes) => base64nopad.encode(bytes)),
  ofBytes('base64url', /^base64/, (bytes) => base64url.encode(bytes)),
  ofBytes('base64url, unpadded', /^base64/, (bytes) => base64urlnopad.encode(bytes)),
  ofBytes('base64, in lines of 76', /^base64/, (bytes) =>
    base64.encode(bytes).replace(/.{76}/g, '$&\r\n'),
  ),
  ofBytes('base64, in lines of 64', /^base64/, (bytes) =>
    base64.encode(bytes).replace(/.{64}/g, '$&\n'),
  ),
  ofBytes(
    'base64, in the middle of a text',
    /^base64/,
    (bytes, turn) => `see ${['', 'a', 'ab', 'abc'][turn % 4]}${base64.encode(bytes)} for more`,
  ),
  ofBytes('base64, at any alignment', /^base64/, (bytes, turn) => {
    const among = amid('xyz'.slice(0, turn % 3), bytes, ' end');
    return base64nopad.encode(new Uint8Array(among));
  }),
  ofBytes(
    'data: URI',
    /^base64/,
    (bytes) => `data:application/octet-stream;base64,${base64.encode(bytes)}`,
  ),
  ofBytes('base32', /^base32/, (bytes) => base32.encode(bytes)),
  ofBytes('base32, unpadded, lower case', /^base32/, (bytes) =>
    base32nopad.encode(bytes).toLowerCase(),
  ),
  ofBytes('base32hex', /^base32/, (bytes) => base32hex.encode(bytes)),
  ofBytes('base32, Crockford', /^base32/, (bytes) => base32crockford.encode(bytes)),
  ofBytes('base58', /^base58/, (bytes) => base58.encode(bytes.slice(0, 1000))),
  ofBytes('ascii85', /^ascii85/, (bytes) => ascii85.encode(Buffer.from(bytes))),
  ofBytes('hex', /^hex/, (bytes) => hex.encode(bytes)),
  ofBytes('hex, upper case', /^hex/, (bytes) => hex.encode(bytes).toUpperCase()),
  ofBytes('hex, with colons', /^hex/, (bytes) => hex.encode(bytes).replace(/..(?!$)/g, '$&:')),
  ofBytes('hex, with blanks', /^hex/, (bytes) => hex.encode(bytes).replace(/..(?!$)/g, '$& ')),
  ofBytes('hex, behind 0x', /^hex/, (bytes) => `0x${hex.encode(bytes)}`),
  ofText('utf-16, little endian', /^utf-16/, (text) => iconv.encode(text, 'utf-16le')),
  ofText('utf-16, big endian', /^utf-16/, (text) => iconv.encode(text, 'utf-16be')),
  ofText('utf-16 with its mark', /^utf-16/, (text) =>
    iconv.encode(text, 'utf-16le', { addBOM: true }),
  ),
  ofText('utf-32', /^utf-32/, (text) => iconv.encode(text, 'utf-32be')),
  ofText('rot13', /^rot13|rot13$/, (text) =>
    text.replace(/[a-z]/gi, (letter) => {
      const base = letter <= 'Z' ? 65 : 97;
      return String.fromCharCode(base + ((letter.charCodeAt(0) - base + 13) % 26));
    }),
  ),
  ofText('reversed', /^reversed|reversed$/, (text) => text.split('').toReversed().join('')),
];

/**
 * A text, or a stream that says where it begins, among other letters. What has no mark of its own (brotli, bare deflate,
 * LZ4 and Snappy blocks, lz-string in wide characters, MessagePack …) cannot be found by its recipient either unless it is all there is: it stands alone.
 */
function amid(before: string, bytes: Uint8Array, after: string): Buffer {
  const marked = ['1f8b', '28b52ffd', '04224d18', '62706c69'].some((magic) =>
    hex.encode(bytes.slice(0, 4)).startsWith(magic),
  );
  const isText = isUtf8(bytes) && bytes.every((byte) => byte >= 0x20 || byte === 10 || byte === 13);
  const isPacked = bytes.filter((byte) => byte >= 0x80).length > bytes.length / 2;
  return marked || (isText && !isPacked)
    ? Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)])
    : Buffer.from(bytes);
}
