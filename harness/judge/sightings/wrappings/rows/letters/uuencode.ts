import { HAS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, opened } from '../../wrapping.ts';

/** uuencode as POSIX has it: `begin 644 name`, lines with their length in front, and an end that may be cut off. */
export const uuencode: Wrapping = {
  name: 'uuencode',
  evidence: 'convert_uuencode in PHP back ends; old mail gateways',
  needs: HAS.LINE,
  lacks: 0,
  first: null,
  least: 16,
  recognise: ({ bytes }) => dataOf(bytes, 0) >= 0 || isBare(bytes),
  open: ({ bytes }) => {
    const start = Math.max(0, dataOf(bytes, 0));
    const { plain, whole } = linesFrom(bytes, start);
    if (plain.length < 8) return NOT_THIS;
    const truncated = whole || start === 0 ? null : 'uuencode is cut off';
    return {
      ...opened([{ name: 'uuencode', bytes: plain, at: [start, bytes.length] }], false),
      truncated,
    };
  },
  wild: ({ bytes }) => {
    const regions: Buffer[][] = [];
    for (let at = bytes.indexOf(BEGIN, 1); at >= 0 && regions.length < 100;) {
      if (dataOf(bytes, at) >= 0) regions.push([bytes.subarray(at)]);
      at = bytes.indexOf(BEGIN, at + 1);
    }
    return regions;
  },
  textProves: true,
};

const BEGIN = 'begin ';

/** Where the first line of data begins behind a `begin` that stands here; -1 when none does. */
function dataOf(bytes: Buffer, at: number): number {
  if (bytes[at] !== 0x62) return -1;
  const head = /^begin [0-7]{3,4} [^\r\n]{1,200}\r?\n/.exec(bytes.toString('latin1', at, at + 216));
  return head === null ? -1 : at + head[0].length;
}

/** PHP writes the lines alone, and a line of no bytes behind them. */
function isBare(bytes: Buffer): boolean {
  return /`\r?\n?$/.test(bytes.toString('latin1', bytes.length - 3)) && linesFrom(bytes, 0).whole;
}

function linesFrom(
  bytes: Buffer,
  start: number,
): { readonly plain: Buffer; readonly whole: boolean } {
  const plain = Buffer.allocUnsafe(bytes.length - start);
  let size = 0;
  for (let at = start; at < bytes.length;) {
    const length = sixBits(bytes[at]);
    if (length < 0) break;
    if (length === 0) return { plain: plain.subarray(0, size), whole: true };
    const found = bytes.indexOf(0x0a, at);
    const end = found < 0 ? bytes.length : found;
    let [held, bits, left] = [0, 0, length];
    for (let letter = at + 1; letter < end && left > 0; letter++) {
      if (bytes[letter] === 0x0d) continue;
      const six = sixBits(bytes[letter]);
      if (six < 0) return { plain: plain.subarray(0, size), whole: false };
      held = ((held << 6) | six) & 0xffff;
      bits += 6;
      if (bits < 8) continue;
      bits -= 8;
      plain[size++] = held >> bits;
      left--;
    }
    if (left > 2) break;
    at = end + 1;
  }
  return { plain: plain.subarray(0, size), whole: false };
}

/** A blank and a backtick are both nought. */
function sixBits(letter: number | undefined): number {
  return letter === undefined || letter < 0x20 || letter > 0x60 ? -1 : (letter - 0x20) & 63;
}
