import type { Value } from '../../value.ts';
import { HAS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';

/** Text of two or four bytes a character, in either order, with a mark in front or not, and inside other bytes. */
export const utf16: Wrapping = {
  name: 'utf-16',
  evidence: 'Windows and Java strings in binary records, SMS (UCS-2), clipboard contents',
  needs: 0,
  lacks: 0,
  first: null,
  recognise: (value) => orderOf(value) !== null,
  open: (value) => {
    const order = orderOf(value);
    if (order === null) return NOT_THIS;
    return opened([{ name: order.name, bytes: order.decode(value.bytes) }], false);
  },
  wild: (value) => ((value.kinds & HAS.NUL) === 0 ? [] : wideRuns(value.bytes)),
  textProves: true,
};

interface Order {
  readonly name: string;
  readonly decode: (bytes: Buffer) => Buffer;
}

const UTF16_LE: Order = { name: 'utf-16', decode: (bytes) => from16(bytes) };
const UTF16_BE: Order = { name: 'utf-16', decode: (bytes) => from16(even(bytes).swap16()) };
const UTF32_LE: Order = { name: 'utf-32', decode: (bytes) => from32(bytes, 0) };
const UTF32_BE: Order = { name: 'utf-32', decode: (bytes) => from32(bytes, 3) };

/** By its mark, or by where the zeros stand: in every other byte, or in three of four. */
function orderOf({ bytes, kinds }: Value): Order | null {
  if (bytes.length < 16) return null;
  const mark = bytes.readUInt16BE(0);
  if (mark === 0xfffe) return bytes.readUInt16BE(2) === 0 ? UTF32_LE : UTF16_LE;
  if (mark === 0xfeff) return UTF16_BE;
  if ((kinds & HAS.NUL) === 0) return null;
  const zeros = [0, 0, 0, 0];
  const length = Math.min(bytes.length, 4096);
  for (let at = 0; at < length; at++) if (bytes[at] === 0) zeros[at % 4] = (zeros[at % 4] ?? 0) + 1;
  const most = (length / 4) * 0.7;
  const [a, b, c, d] = zeros.map((count) => count >= most);
  if (b && c && d && !a) return UTF32_LE;
  if (a && b && c && !d) return UTF32_BE;
  if (b && d && !a && !c) return UTF16_LE;
  return a && c && !b && !d ? UTF16_BE : null;
}

/** Stretches of at least eight times a printable byte and a zero: read as two bytes a character. */
function wideRuns(bytes: Buffer): (readonly Buffer[])[] {
  const runs: (readonly Buffer[])[] = [];
  for (let at = bytes.indexOf(0); at > 0 && runs.length < 1000; at = bytes.indexOf(0, at)) {
    let end = at - 1;
    while (isPrintable(bytes[end] ?? 0) && bytes[end + 1] === 0) end += 2;
    if (end - at + 1 >= 16) {
      const run = bytes.subarray(at - 1, end);
      // With the zeros in front, the last letter has none behind it.
      runs.push(bytes[at - 2] === 0 ? [bytes.subarray(at - 2, end + 1), run] : [run]);
    }
    at = Math.max(at + 1, end);
  }
  return runs;
}

function isPrintable(code: number): boolean {
  return code >= 0x20 && code !== 0x7f;
}

function from16(bytes: Buffer): Buffer {
  const whole = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
  const text = whole.toString('utf16le').replace(/^\ufeff/, '');
  return Buffer.from(text.toWellFormed());
}

function from32(bytes: Buffer, low: number): Buffer {
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = low === 0 ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    if (code !== 0xfeff && code < 0x110000) text += String.fromCodePoint(code);
  }
  return Buffer.from(text.toWellFormed());
}

function even(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
}
