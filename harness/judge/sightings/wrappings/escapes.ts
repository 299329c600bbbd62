import { HAS } from './value.ts';
import type { Wrapping } from './wrapping.ts';
import { NOT_THIS, opened } from './wrapping.ts';

/** Backslash escapes in text that is not JSON as a whole: JSON inside a page, a log line, a header. */
export const escapes: Wrapping = {
  name: 'escapes',
  evidence: 'scripts in pages; org.json writes \\/ in every address',
  needs: HAS.BACKSLASH,
  lacks: 0,
  first: null,
  recognise: ({ bytes }) => bytes.includes('\\/') || bytes.includes('\\u') || bytes.includes('\\"'),
  open: ({ bytes }) => {
    const plain = unescapedJson(bytes);
    return plain.equals(bytes) ? NOT_THIS : opened([{ name: 'escapes', bytes: plain }], false);
  },
  wild: null,
  textProves: false,
};

/** A JSON string's escapes undone; one that is malformed stays as it is. */
export function unescapedJson(bytes: Buffer): Buffer {
  let at = bytes.indexOf(0x5c);
  if (at < 0) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  let size = bytes.copy(out, 0, 0, at);
  while (at < bytes.length) {
    const code = bytes[at] ?? 0;
    const next = bytes[at + 1] ?? 0;
    const short = code === 0x5c ? (SHORT[next] ?? 0) : 0;
    if (code !== 0x5c) {
      out[size++] = code;
      at++;
    } else if (short !== 0) {
      out[size++] = short;
      at += 2;
    } else if (next === 0x75 && unitAt(bytes, at + 2) >= 0) {
      const high = unitAt(bytes, at + 2);
      const low = bytes[at + 6] === 0x5c && bytes[at + 7] === 0x75 ? unitAt(bytes, at + 8) : -1;
      const pair = high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
      const text = pair ? String.fromCharCode(high, low) : String.fromCharCode(high);
      size += out.write(text, size, 'utf8');
      at += pair ? 12 : 6;
    } else {
      out[size++] = code;
      at++;
    }
  }
  return out.subarray(0, size);
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
