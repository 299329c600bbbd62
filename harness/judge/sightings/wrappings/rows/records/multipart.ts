import { HAS } from '../../value.ts';
import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS, clipped } from '../../wrapping.ts';
import type { Span } from '../leaves.ts';
import { leavesOf } from '../leaves.ts';

/** multipart/form-data and its relatives (RFC 2046), each part opened by itself; headers, file names and tails too. */
export const multipart: Wrapping = {
  name: 'multipart',
  evidence: 'uploads of crash reports and pictures, batch APIs',
  needs: HAS.DASH | HAS.LINE,
  lacks: 0,
  first: [0x2d, 0x0d, 0x0a],
  recognise: ({ bytes }) => boundaryOf(bytes) !== null,
  open: ({ bytes }) => {
    const boundary = boundaryOf(bytes);
    if (boundary === null) return NOT_THIS;
    const spans: Span[] = [];
    let closed = false;
    let at = bytes.indexOf(boundary) + boundary.length;
    while (at < bytes.length && spans.length < 20_000) {
      closed = bytes.toString('latin1', at, at + 2) === '--';
      if (closed) break;
      const next = bytes.indexOf(boundary, at);
      const end = next < 0 ? bytes.length : next;
      spans.push(...partOf(bytes, at, end));
      at = next < 0 ? bytes.length : next + boundary.length;
    }
    if (spans.length === 0) return NOT_THIS;
    return {
      ...NOT_THIS,
      leaves: leavesOf(spans),
      whole: true,
      truncated: closed ? null : 'multipart is cut off',
    };
  },
  wild: null,
  textProves: false,
};

/** `--` and at most 70 characters on the first line. */
function boundaryOf(bytes: Buffer): Buffer | null {
  const head = /^(?:\r?\n)?(--[!-~][ -~]{0,70}?)\r?\n/.exec(bytes.toString('latin1', 0, 80))?.[1];
  const header = head !== undefined && /^[\w-]+:/m.test(bytes.toString('latin1', 0, 512));
  return header ? Buffer.from(head, 'latin1') : null;
}

/** The headers of a part (a file's name is one) and what stands below the blank line. */
function partOf(bytes: Buffer, from: number, to: number): Span[] {
  const part = bytes.subarray(from, to);
  const lines = part.indexOf('\r\n\r\n');
  const bare = lines >= 0 ? -1 : part.indexOf('\n\n');
  const [gap, found] = lines >= 0 ? [4, lines] : [2, bare];
  if (found < 0) return [];
  const blank = from + found;
  const headers = bytes.toString('latin1', from, Math.min(blank, from + 4096));
  const name =
    /name="([^"]{0,200})"/.exec(headers)?.[1] ?? /name=([\w.-]{1,80})/.exec(headers)?.[1] ?? '';
  const start = blank + gap;
  const crlf = bytes[to - 2] === 0x0d && bytes[to - 1] === 0x0a;
  const end = Math.max(start, crlf ? to - 2 : bytes[to - 1] === 0x0a ? to - 1 : to);
  const place = `multipart:${clipped(name)}`;
  return [
    { start: from, end: blank, name: `${place} headers`, label: true },
    { start, end, name: place },
  ];
}
