import { HAS } from '../../value.ts';
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
  recognise: ({ bytes, isText, kinds }) => !isText && isFramed(bytes, (kinds & HAS.NUL) !== 0),
  open: ({ bytes }) => {
    const spans = spansOf(bytes);
    return spans === null ? NOT_THIS : { ...NOT_THIS, leaves: leavesOf(spans) };
  },
  wild: null,
  textProves: false,
};

/**
 * The same answer as `spansOf`, without a single object: it is asked of every short value that is no text. A length of
 * several bytes that fits so few of them holds a zero.
 */
function isFramed(bytes: Buffer, hasZero: boolean): boolean {
  const wide = hasZero || bytes.length >= 256;
  for (let field = wide ? 0 : ONE_BYTE; field <= ONE_BYTE; field++)
    for (let head = 0; head <= 4; head++) if (areRecords(bytes, head, field)) return true;
  return wide && messageIn(bytes) >= 0;
}

function spansOf(bytes: Buffer): Span[] | null {
  for (let field = 0; field <= ONE_BYTE; field++)
    for (let head = 0; head <= 4; head++)
      if (areRecords(bytes, head, field)) return recordsOf(bytes, head, field);
  const message = messageIn(bytes);
  if (message < 0) return null;
  const [field, at] = [message >> 8, message & 0xff];
  const start = at + sizeOf(field);
  return [{ start, end: start + lengthAt(bytes, at, field), name: 'framed' }];
}

/** Fields of length: four bytes and two, the highest first or last, and one. */
const ONE_BYTE = 4;

function sizeOf(field: number): number {
  return field < 2 ? 4 : field < 4 ? 2 : 1;
}

function lengthAt(bytes: Buffer, at: number, field: number): number {
  const [first, second] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
  if (field === ONE_BYTE) return first;
  if (field >= 2) return field === 2 ? first * 256 + second : second * 256 + first;
  const [third, fourth] = [bytes[at + 2] ?? 0, bytes[at + 3] ?? 0];
  return field === 0
    ? first * 2 ** 24 + second * 2 ** 16 + third * 256 + fourth
    : fourth * 2 ** 24 + third * 2 ** 16 + second * 256 + first;
}

/** At least two records, each with a head so long and its length in front, to the very end. */
function areRecords(bytes: Buffer, head: number, field: number): boolean {
  const { length } = bytes;
  const lead = head + sizeOf(field);
  let [at, count] = [0, 0];
  while (at + lead <= length && count < MOST) {
    const size = lengthAt(bytes, at + head, field);
    at += lead + size;
    if (size === 0 || at > length) return false;
    count++;
  }
  return at === length && count >= 2;
}

function recordsOf(bytes: Buffer, head: number, field: number): Span[] {
  const spans: Span[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at + head + sizeOf(field);
    at = start + lengthAt(bytes, at + head, field);
    spans.push({ start, end: at, name: `framed:[${spans.length}]` });
  }
  return spans;
}

/**
 * One message, its length within the first bytes, with hardly anything behind it: 256 times the field and where it
 * stands; -1 where there is none.
 */
function messageIn(bytes: Buffer): number {
  const { length } = bytes;
  for (let field = 0; field < 4; field++) {
    const size = sizeOf(field);
    const last = Math.min(LONGEST_HEAD, length - size - 8);
    for (let at = 0; at <= last; at++) {
      const message = lengthAt(bytes, at, field);
      const behind = length - at - size - message;
      if (message >= 8 && behind >= 0 && behind <= LONGEST_TAIL) return 256 * field + at;
    }
  }
  return -1;
}

const MOST = 10_000;
const LONGEST_HEAD = 16;
const LONGEST_TAIL = 8;
