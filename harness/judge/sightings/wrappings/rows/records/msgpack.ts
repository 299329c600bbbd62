import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS } from '../../wrapping.ts';
import { Cursor, DEEPEST, below } from './cursor.ts';

/** Maps and arrays: a number alone holds nothing. */
const FIRST = [...Array.from({ length: 32 }, (_, at) => 0x80 + at), 0xdc, 0xdd, 0xde, 0xdf];

/**
 * MessagePack, whole, several in a row, or cut off. Own walker: libraries throw a record away that ends early, and
 * make the arrays that it only promises. Source: github.com/msgpack/msgpack/blob/master/spec.md.
 */
export const msgpack: Wrapping = {
  name: 'msgpack',
  evidence: 'Fluentd, Datadog and Sentry-like agents, socket.io parsers, game SDKs',
  needs: 0,
  lacks: 0,
  first: FIRST,
  least: 16,
  written: true,
  recognise: ({ bytes, isText }) => bytes.length >= 8 && !isText,
  open: ({ bytes }) => {
    const cursor = new Cursor(bytes, 'msgpack');
    let documents = 0;
    let sane = true;
    while (!cursor.isOver() && sane) {
      sane =
        FIRST.includes(bytes[cursor.at] ?? 0) &&
        walk(cursor, documents === 0 ? '$' : `$(${documents + 1})`, 0);
      documents++;
    }
    return sane && cursor.convinces(documents) ? cursor.opened(true) : NOT_THIS;
  },
  wild: null,
  textProves: false,
};

/** One value; false when these bytes are no MessagePack. */
function walk(cursor: Cursor, path: string, depth: number, label = false): boolean {
  const head = cursor.uint(1);
  cursor.items++;
  if (depth > DEEPEST || head === 0xc1) return false;
  if (head < 0x80 || head >= 0xe0) return true;
  if (head < 0x90) return pairs(cursor, path, depth, head & 15);
  if (head < 0xa0) return items(cursor, path, depth, head & 15);
  if (head < 0xc0) return text(cursor, path, head & 31, label);
  if (head >= 0xc4 && head <= 0xc6) return text(cursor, path, cursor.uint(SIZES[head - 0xc4] ?? 1));
  if (head >= 0xd9 && head <= 0xdb)
    return text(cursor, path, cursor.uint(SIZES[head - 0xd9] ?? 1), label);
  if (head === 0xdc || head === 0xdd)
    return items(cursor, path, depth, cursor.uint(head === 0xdc ? 2 : 4));
  if (head === 0xde || head === 0xdf)
    return pairs(cursor, path, depth, cursor.uint(head === 0xde ? 2 : 4));
  if (head >= 0xc7 && head <= 0xc9) {
    const size = cursor.uint(SIZES[head - 0xc7] ?? 1);
    cursor.skip(1);
    return text(cursor, path, size);
  }
  // nil, booleans, numbers and fixed extensions.
  cursor.skip(FIXED.get(head) ?? 0);
  return true;
}

const SIZES = [1, 2, 4] as const;
const FIXED: ReadonlyMap<number, number> = new Map([
  [0xca, 4],
  [0xcb, 8],
  [0xcc, 1],
  [0xcd, 2],
  [0xce, 4],
  [0xcf, 8],
  [0xd0, 1],
  [0xd1, 2],
  [0xd2, 4],
  [0xd3, 8],
  [0xd4, 2],
  [0xd5, 3],
  [0xd6, 5],
  [0xd7, 9],
  [0xd8, 17],
]);

function text(cursor: Cursor, path: string, size: number, label = false): boolean {
  cursor.value(size, path, label);
  return true;
}

function items(cursor: Cursor, path: string, depth: number, count: number): boolean {
  for (let at = 0; at < count && !cursor.isOver(); at++) {
    if (!walk(cursor, below(path, at), depth + 1)) return false;
  }
  return true;
}

function pairs(cursor: Cursor, path: string, depth: number, count: number): boolean {
  for (let at = 0; at < count && !cursor.isOver(); at++) {
    const head = cursor.bytes[cursor.at] ?? 0;
    const start = cursor.at;
    if (!walk(cursor, path, depth + 1, true)) return false;
    const isText = (head >= 0xa0 && head < 0xc0) || (head >= 0xd9 && head <= 0xdb);
    const lead = head < 0xc0 ? 1 : 1 + (SIZES[head - 0xd9] ?? 1);
    const key = isText ? cursor.bytes.subarray(start + lead, Math.min(cursor.at, start + 200)) : at;
    if (cursor.isOver()) return true;
    if (!walk(cursor, below(path, key), depth + 1)) return false;
  }
  return true;
}
