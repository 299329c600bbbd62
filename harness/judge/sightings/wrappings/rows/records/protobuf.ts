import { HAS, Value } from '../../value.ts';
import type { Opened, Wrapping } from '../../wrapping.ts';
import { NOT_THIS } from '../../wrapping.ts';
import type { Span } from '../leaves.ts';
import { leavesOf } from '../leaves.ts';

/**
 * Protocol buffers without their schema: fields by number, nested messages one row each. Own walker: libraries want
 * the schema, and the ones that do without build objects of whatever they are given. Source: protobuf.dev/encoding.
 */
export const protobuf: Wrapping = {
  name: 'protobuf',
  evidence: 'Firebase, Google Play services, Tencent and ByteDance SDKs',
  needs: 0,
  lacks: 0,
  first: null,
  least: 16,
  written: true,
  recognise: ({ bytes, isText }) =>
    bytes.length >= 8 && (!isText || (bytes[0] ?? 0) < 0x20) && beginsMessage(bytes),
  open: ({ bytes }) => walked(bytes, 0, 'protobuf') ?? delimited(bytes) ?? NOT_THIS,
  wild: null,
  textProves: false,
};

/** A first field of a type and number that there are, or a length that fits. */
function beginsMessage(bytes: Buffer): boolean {
  const tag = bytes[0] ?? 0;
  const next = bytes[1] ?? 0;
  if (tag < 0x80 && tag >= 2 && tag < bytes.length) return true;
  const type = tag & 7;
  if (tag < 8 || type === 3 || type === 4 || type > 5) return false;
  return tag < 0x80 && type === 2 && next < 0x80 ? next + 2 <= bytes.length : true;
}

/** gRPC's frames: a flag, four bytes of length, a message; the flag of packed messages is believed. */
export const grpc: Wrapping = {
  name: 'grpc',
  evidence: 'gRPC and gRPC-Web (google.firestore, Firebase Installations)',
  needs: HAS.NUL,
  lacks: 0,
  first: [0, 1],
  recognise: ({ bytes }) => framesOf(bytes) !== null,
  open: ({ bytes }) => {
    const frames = framesOf(bytes);
    if (frames === null) return NOT_THIS;
    const cut = (frames.at(-1)?.end ?? 0) > bytes.length;
    const spans = frames.map((frame) => ({ ...frame, end: Math.min(frame.end, bytes.length) }));
    const truncated = cut ? 'the last gRPC frame is cut off' : null;
    return { ...NOT_THIS, leaves: leavesOf(spans), whole: true, truncated };
  },
  wild: null,
  textProves: false,
};

function framesOf(bytes: Buffer): Span[] | null {
  const frames: Span[] = [];
  let at = 0;
  while (at + 5 <= bytes.length && frames.length < 10_000) {
    const flag = bytes[at] ?? 0;
    const size = bytes.readUInt32BE(at + 1);
    if ((flag & 0x7e) !== 0 || size > 2 ** 28) return null;
    frames.push({ start: at + 5, end: at + 5 + size, name: `grpc:[${frames.length}]` });
    at += 5 + size;
  }
  const fits = at === bytes.length || (frames.length > 0 && at > bytes.length);
  const cutTooMuch = frames.length === 1 && at > 4 * bytes.length;
  return fits && !cutTooMuch && (frames[0]?.end ?? 0) > 5 ? frames : null;
}

/** Messages in a row, each with its length in front. */
function delimited(bytes: Buffer): Opened | null {
  const spans: Span[] = [];
  let at = 0;
  while (at < bytes.length) {
    const size = varint(bytes, at);
    if (size === null || size.value < 2 || size.end + size.value > bytes.length) return null;
    const end = size.end + size.value;
    if (walked(bytes.subarray(size.end, end), 0, '') === null) return null;
    spans.push({ start: size.end, end, name: `protobuf:[${spans.length}]` });
    at = end;
  }
  return spans.length === 0 ? null : { ...NOT_THIS, leaves: leavesOf(spans), whole: true };
}

/** Fields to the end of the bytes; null where they are no message. The last field may be cut off. */
function walked(bytes: Buffer, from: number, name: string): Opened | null {
  const spans: Span[] = [];
  let fields = 0;
  let cut = false;
  for (let at = from; at < bytes.length; fields++) {
    const tag = varint(bytes, at);
    if (tag === null) {
      cut = true;
      break;
    }
    const number = Math.floor(tag.value / 8);
    if (number < 1 || number > HIGHEST) return null;
    at = tag.end;
    switch (tag.value % 8) {
      case 0: {
        const value = varint(bytes, at);
        if (value === null && at + 10 <= bytes.length) return null;
        cut = value === null;
        at = value?.end ?? bytes.length;
        break;
      }
      case 1:
        at += 8;
        break;
      case 5:
        at += 4;
        break;
      case 2: {
        const size = varint(bytes, at);
        if (size === null) return null;
        const end = size.end + size.value;
        // Only a field that could be one is believed to be cut off.
        if (end > bytes.length && (fields === 0 || size.value > 2 ** 24)) return null;
        cut = end > bytes.length;
        if (size.value > 0) {
          spans.push({
            start: size.end,
            end: Math.min(end, bytes.length),
            name: `${name}:${number}`,
          });
        }
        at = end;
        break;
      }
      default:
        return null;
    }
    cut ||= at > bytes.length;
  }
  // What holds no field of several bytes holds nothing that is not found in the bytes as they are.
  const longest = spans.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  if (longest < 6) return null;
  const isWritten = ({ start, end }: Span): boolean =>
    end - start >= 3 && new Value(bytes.subarray(start, end)).isText;
  if (cut && spans.filter(isWritten).length < 2) return null;
  const truncated = cut ? 'the last protobuf field is cut off' : null;
  return { ...NOT_THIS, leaves: leavesOf(spans), whole: !cut, truncated };
}

/** Field numbers that people use; the format's own limit is 2^29. */
const HIGHEST = 2 ** 16;

function varint(
  bytes: Buffer,
  from: number,
): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let at = from; at < Math.min(from + 10, bytes.length); at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (at - from));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return null;
}
