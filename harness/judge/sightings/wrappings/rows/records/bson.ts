import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS } from '../../wrapping.ts';
import { Cursor, DEEPEST, below } from './cursor.ts';

/** BSON, whole or cut off. Own walker: the library refuses a document that ends early. Source: bsonspec.org 1.1. */
export const bson: Wrapping = {
  name: 'bson',
  evidence: 'Realm and MongoDB mobile SDKs',
  needs: 0,
  lacks: 0,
  first: null,
  least: 16,
  written: true,
  recognise: ({ bytes }) => {
    if (bytes.length < 12) return false;
    const size = bytes.readUInt32LE(0);
    const type = bytes[4] ?? 0;
    return size >= bytes.length && size <= bytes.length * 64 && type > 0 && type < 0x14;
  },
  open: ({ bytes }) => {
    const cursor = new Cursor(bytes, 'bson');
    const sane = document(cursor, '$', 0, false);
    return sane && cursor.convinces(1) ? cursor.opened(true) : NOT_THIS;
  },
  wild: null,
  textProves: false,
};

function document(cursor: Cursor, path: string, depth: number, array: boolean): boolean {
  cursor.skip(4);
  for (let index = 0; !cursor.isOver(); index++) {
    const type = cursor.uint(1);
    cursor.items++;
    if (type === 0) return true;
    const key = cstring(cursor);
    if (key === null) return cursor.cut;
    if (!array && key.length >= 8) label(cursor, key, path);
    if (!value(cursor, type, below(path, array ? index : key), depth)) return false;
  }
  return true;
}

function value(cursor: Cursor, type: number, path: string, depth: number): boolean {
  switch (type) {
    case 0x02:
    case 0x0d:
    case 0x0e: {
      const size = cursor.uint(4, 'LE');
      if (size === 0) return false;
      cursor.value(size - 1, path);
      cursor.skip(1);
      return true;
    }
    case 0x03:
    case 0x04:
      return depth < DEEPEST && document(cursor, path, depth + 1, type === 0x04);
    case 0x05: {
      const size = cursor.uint(4, 'LE');
      cursor.skip(1);
      cursor.value(size, path);
      return true;
    }
    case 0x0b:
      return cstring(cursor) !== null && cstring(cursor) !== null;
    default: {
      const size = FIXED.get(type);
      if (size === undefined) return false;
      cursor.skip(size);
      return true;
    }
  }
}

const FIXED: ReadonlyMap<number, number> = new Map([
  [0x01, 8],
  [0x06, 0],
  [0x07, 12],
  [0x08, 1],
  [0x09, 8],
  [0x0a, 0],
  [0x10, 4],
  [0x11, 8],
  [0x12, 8],
  [0x13, 16],
]);

function cstring(cursor: Cursor): Buffer | null {
  const end = cursor.bytes.indexOf(0, cursor.at);
  if (end < 0) {
    cursor.cut = true;
    return null;
  }
  const text = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end + 1;
  return text;
}

/** A key is as good a hiding place as a value. */
function label(cursor: Cursor, key: Buffer, path: string): void {
  cursor.at -= key.length + 1;
  cursor.value(key.length, path, true);
  cursor.skip(1);
}
