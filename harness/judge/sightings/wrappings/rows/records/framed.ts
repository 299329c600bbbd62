import type { Wrapping } from '../../wrapping.ts';
import { NOT_THIS } from '../../wrapping.ts';
import type { Span } from '../leaves.ts';
import { leavesOf } from '../leaves.ts';

/**
 * Messages behind their length: records in a row of one head, or one message behind a head of a few bytes. The
 * protocols of sockets are each somebody's own, and nearly all of them are made so.
 */
export const framed: Wrapping = {
  name: 'framed',
  evidence:
    'push services and socket protocols; MQTT, Thrift frames, ISO 8583, type-length-value records',
  needs: 0,
  lacks: 0,
  first: null,
  least: 12,
  // Letters are lengths as well, and what a record holds is not looked for as a region of its surroundings.
  recognise: ({ bytes, isText }) => !isText && spansOf(bytes) !== null,
  open: ({ bytes }) => {
    const spans = spansOf(bytes);
    return spans === null ? NOT_THIS : { ...NOT_THIS, leaves: leavesOf(spans) };
  },
  wild: null,
  textProves: false,
};

function spansOf(bytes: Buffer): Span[] | null {
  for (const read of LENGTHS)
    for (let head = 0; head <= 4; head++) {
      const spans = recordsOf(bytes, head, read);
      if (spans !== null) return spans;
    }
  const spans = messagesIn(bytes);
  return spans.length === 0 ? null : spans;
}

interface LengthField {
  readonly size: number;
  at(bytes: Buffer, at: number): number;
}

const LENGTHS: readonly LengthField[] = [
  { size: 4, at: (bytes, at) => bytes.readUInt32BE(at) },
  { size: 4, at: (bytes, at) => bytes.readUInt32LE(at) },
  { size: 2, at: (bytes, at) => bytes.readUInt16BE(at) },
  { size: 2, at: (bytes, at) => bytes.readUInt16LE(at) },
  { size: 1, at: (bytes, at) => bytes[at] ?? 0 },
];

/** At least two records, each with a head so long and its length in front, to the very end. */
function recordsOf(
  bytes: Buffer,
  head: number,
  { size, at: lengthAt }: LengthField,
): Span[] | null {
  const spans: Span[] = [];
  let at = 0;
  while (at + head + size <= bytes.length && spans.length < 10_000) {
    const start = at + head + size;
    const end = start + lengthAt(bytes, at + head);
    if (end > bytes.length || end === start) return null;
    spans.push({ start, end, name: `framed:[${spans.length}]` });
    at = end;
  }
  return at === bytes.length && spans.length >= 2 ? spans : null;
}

/** One message, its length within the first bytes, with hardly anything behind it. */
function messagesIn(bytes: Buffer): Span[] {
  for (const { size, at: lengthAt } of LENGTHS.slice(0, 4)) {
    for (let at = 0; at <= LONGEST_HEAD && at + size + 8 <= bytes.length; at++) {
      const start = at + size;
      const end = start + lengthAt(bytes, at);
      if (end - start >= 8 && end <= bytes.length && bytes.length - end <= LONGEST_TAIL)
        return [{ start, end, name: 'framed' }];
    }
  }
  return [];
}

const LONGEST_HEAD = 16;
const LONGEST_TAIL = 8;
