import { neighbourhoods } from './alphabet.ts';
import { HAS } from './value.ts';
import type { Part, Wrapping } from './wrapping.ts';
import { NOT_THIS, opened } from './wrapping.ts';

/** Backslash escapes in text that is not JSON as a whole: JSON inside a page, a log line, a header. */
export const escapes: Wrapping = {
  name: 'escapes',
  evidence: 'scripts in pages; org.json writes \\/ in every address',
  needs: HAS.BACKSLASH,
  lacks: 0,
  first: null,
  recognise: ({ bytes }) => {
    for (let at = bytes.indexOf(0x5c); at >= 0; at = bytes.indexOf(0x5c, at + 1)) {
      const next = bytes[at + 1];
      if (next === 0x2f || next === 0x75 || next === 0x22) return true;
    }
    return false;
  },
  open: ({ bytes }) => {
    const parts = neighbourhoods(bytes, 0x5c).flatMap(([start, end]): Part[] => {
      const piece = bytes.subarray(start, end);
      const plain = unescapedJson(piece);
      return plain.equals(piece) ? [] : [{ name: 'escapes', bytes: plain, at: [start, end] }];
    });
    return parts.length === 0 ? NOT_THIS : opened(parts, false);
  },
  wild: null,
  textProves: false,
};

/** A JSON string's escapes undone; one that is malformed stays as it is. */
export function unescapedJson(bytes: Buffer): Buffer {
  if (!bytes.includes(0x5c)) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  return out.subarray(0, unescapeInto(out, 0, bytes, 0, bytes.length));
}

/** The same, from a stretch of `bytes` into `out` at `size`; gives where it ends there. It never grows. */
export function unescapeInto(
  out: Buffer,
  size: number,
  bytes: Buffer,
  start: number,
  end: number,
): number {
  let to = size;
  for (let at = start; at < end;) {
    const code = bytes[at] ?? 0;
    if (code !== 0x5c) {
      out[to++] = code;
      at++;
      continue;
    }
    const next = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
    const short = SHORT[next] ?? 0;
    const unit = next === 0x75 && at + 6 <= end ? unitAt(bytes, at + 2) : -1;
    if (short !== 0) {
      out[to++] = short;
      at += 2;
    } else if (unit >= 0) {
      const pairs = at + 12 <= end && bytes[at + 6] === 0x5c && bytes[at + 7] === 0x75;
      const low = pairs && unit >= 0xd800 && unit < 0xdc00 ? unitAt(bytes, at + 8) : -1;
      const pair = low >= 0xdc00 && low < 0xe000;
      const text = pair ? String.fromCharCode(unit, low) : String.fromCharCode(unit);
      to += out.write(text, to, 'utf8');
      at += pair ? 12 : 6;
    } else {
      out[to++] = code;
      at++;
    }
  }
  return to;
}

/** The code unit that four hex digits write; -1 where they are not there. */
function unitAt(bytes: Buffer, at: number): number {
  const text = bytes.toString('latin1', at, at + 4);
  return /^[0-9a-fA-F]{4}$/.test(text) ? Number.parseInt(text, 16) : -1;
}

const SHORT = new Uint8Array(256);
for (const [letter, byte] of [
  ['"', 0x22],
  ['\\', 0x5c],
  ['/', 0x2f],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
] as const)
  SHORT[letter.charCodeAt(0)] = byte;
