import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS } from '../../wrapping.ts';
import { Cursor, DEEPEST, below } from './cursor.ts';

/** Arrays, maps and tags: a number alone holds nothing. */
const FIRST = Array.from({ length: 96 }, (_, at) => 0x80 + at);

/** CBOR (RFC 8949), whole, several in a row, or cut off. Own walker, for the reasons of MessagePack's. */
export const cbor: Wrapping = {
  name: 'cbor',
  evidence: 'WebAuthn and FIDO, CoAP and IoT telemetry, COSE',
  needs: 0,
  lacks: 0,
  first: FIRST,
  least: 16,
  written: true,
  recognise: ({ bytes, isText }) => bytes.length >= 8 && !isText,
  open: ({ bytes }) => {
    const cursor = new Cursor(bytes, 'cbor');
    let documents = 0;
    let sane = true;
    while (!cursor.isOver() && sane) {
      sane =
        FIRST.includes(bytes[cursor.at] ?? 0) &&
        walk(cursor, documents === 0 ? '$' : `$(${documents + 1})`, 0) !== 'no';
      documents++;
    }
    return sane && cursor.convinces(documents) ? cursor.opened(true) : NOT_THIS;
  },
  wild: null,
  textProves: false,
};

type Outcome = 'value' | 'stop' | 'no';

function walk(cursor: Cursor, path: string, depth: number): Outcome {
  const head = cursor.uint(1);
  cursor.items++;
  if (head === 0xff) return depth === 0 ? 'no' : 'stop';
  const [type, info] = [head >> 5, head & 31];
  if (depth > DEEPEST || (info > 27 && info < 31)) return 'no';
  const open = info === 31;
  if (open && (type < 2 || type === 6)) return 'no';
  const count = open || info < 24 ? info : argument(cursor, info);
  switch (type) {
    case 2:
    case 3:
      if (!open) cursor.value(count, path);
      else chunks(cursor, path);
      return 'value';
    case 4:
      return sequence(cursor, path, depth, open ? Infinity : count);
    case 5:
      return pairs(cursor, path, depth, open ? Infinity : count);
    case 6:
      return walk(cursor, path, depth + 1) === 'value' ? 'value' : 'no';
    default:
      // Numbers and simple values are behind us already.
      return 'value';
  }
}

function argument(cursor: Cursor, info: number): number {
  return info === 27 ? cursor.long() : cursor.uint(info === 24 ? 1 : info === 25 ? 2 : 4);
}

/** A string in pieces, put together. */
function chunks(cursor: Cursor, path: string): void {
  const from = cursor.at;
  const pieces: Buffer[] = [];
  while (!cursor.isOver()) {
    const head = cursor.uint(1);
    if (head === 0xff) break;
    const info = head & 31;
    pieces.push(cursor.value(info < 24 ? info : argument(cursor, info), path));
  }
  if (pieces.length > 1) cursor.part(Buffer.concat(pieces), path, from);
}

function sequence(cursor: Cursor, path: string, depth: number, count: number): Outcome {
  for (let at = 0; at < count && !cursor.isOver(); at++) {
    const outcome = walk(cursor, below(path, at), depth + 1);
    if (outcome === 'stop') return count === Infinity ? 'value' : 'no';
    if (outcome === 'no') return 'no';
  }
  return 'value';
}

function pairs(cursor: Cursor, path: string, depth: number, count: number): Outcome {
  for (let at = 0; at < count && !cursor.isOver(); at++) {
    const start = cursor.at;
    const head = cursor.bytes[start] ?? 0;
    const outcome = walk(cursor, path, depth + 1);
    if (outcome === 'stop') return count === Infinity ? 'value' : 'no';
    if (outcome === 'no') return 'no';
    const lead = 1 + ([1, 2, 4, 8][(head & 31) - 24] ?? 0);
    const key =
      head >> 5 === 3 ? cursor.bytes.subarray(start + lead, Math.min(cursor.at, start + 200)) : at;
    if (cursor.isOver()) return 'value';
    if (walk(cursor, below(path, key), depth + 1) !== 'value') return 'no';
  }
  return 'value';
}
