import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS } from '../../wrapping.ts';
import { Cursor } from './cursor.ts';

/**
 * Apple's binary property list. Its objects are read one after the other as they stand, so that a list without its
 * trailer (cut off) gives as much as a whole one. Source: CFBinaryPList.c.
 */
export const bplist: Wrapping = {
  name: 'bplist',
  evidence: 'iOS apps and Apple services; Branch and Adjust on iOS',
  needs: 0,
  lacks: 0,
  first: [0x62],
  recognise: ({ bytes, isText }) =>
    !isText && bytes.length >= 12 && bytes.toString('latin1', 0, 6) === 'bplist',
  open: ({ bytes }) => {
    const cursor = new Cursor(bytes, 'bplist');
    cursor.at = 8;
    // The trailer tells how wide references are; without it, as wide as nearly always.
    const wide = bytes.length >= 40 ? (bytes[bytes.length - 25] ?? 1) : 1;
    const width = wide === 1 || wide === 2 || wide === 4 ? wide : 1;
    while (!cursor.isOver() && cursor.at < bytes.length - 32) if (!object(cursor, width)) break;
    return cursor.texts === 0 ? NOT_THIS : cursor.opened(true);
  },
  wild: null,
  textProves: false,
};

/** Passes one object; false where none begins, as at the table of offsets. */
function object(cursor: Cursor, width: number): boolean {
  const from = cursor.at;
  const head = cursor.uint(1);
  const kind = head >> 4;
  const path = `#${cursor.items++}`;
  if (kind === 0) return [0, 8, 9, 15].includes(head);
  if (kind === 1 || kind === 2) cursor.skip(2 ** (head & 15));
  else if (kind === 3) cursor.skip(8);
  else if (kind === 8) cursor.skip((head & 15) + 1);
  else {
    const count = (head & 15) < 15 ? head & 15 : long(cursor);
    if (kind === 4 || kind === 5 || kind === 7) cursor.value(count, path);
    else if (kind === 6) {
      const wide = cursor.bytes.subarray(cursor.at, cursor.at + 2 * count);
      cursor.skip(2 * count);
      const even = Buffer.from(wide.subarray(0, wide.length - (wide.length % 2)));
      cursor.part(Buffer.from(even.swap16().toString('utf16le').toWellFormed()), path, from);
    } else if (kind >= 10 && kind <= 13) cursor.skip(count * width * (kind === 13 ? 2 : 1));
    else return false;
  }
  return true;
}

/** A count too large for four bits is written as an integer object. */
function long(cursor: Cursor): number {
  const size = 2 ** (cursor.uint(1) & 3);
  return size === 8 ? cursor.long() : cursor.uint(size === 1 ? 1 : size === 2 ? 2 : 4);
}
