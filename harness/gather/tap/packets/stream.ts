/** One direction of a TCP connection: its bytes counted once each, and its first ones kept in their order. */
export interface StreamSide {
  /** Payload bytes, each counted once, whatever was sent again. */
  readonly bytes: number;
  /** Payload bytes that had been seen before. */
  readonly again: number;
  /** Holes that were never filled: bytes the recorder missed. */
  readonly missing: number;
  /** The first bytes without a hole, at most 16 KiB. */
  head(): Buffer;
}

export interface OpenSide extends StreamSide {
  /** The number before the first byte is known where the SYN was seen. */
  open(sequence: number): void;
  add(sequence: number, from: Buffer, start: number, captured: number, bytes: number): void;
}

/** Where a conversation says whom it is with: proxy head and ClientHello stand well within. */
const HEAD = 16 * 1024;
/** More holes at once than any honest path leaves. */
const MOST_HOLES = 256;

/**
 * Counts by sequence number, which wraps at 4 GiB: places are kept as differences from the expected one. A segment
 * beyond it leaves a hole, one before it fills holes or is a repetition.
 */
export function streamSide(): OpenSide {
  let next = -1;
  let place = 0;
  let bytes = 0;
  let again = 0;
  let lost = 0;
  let holes: { from: number; to: number }[] = [];
  let head = Buffer.alloc(0);
  let written: { from: number; to: number }[] = [];

  const keep = (at: number, from: Buffer, start: number, captured: number): void => {
    if (at >= HEAD || captured <= 0) return;
    const length = Math.min(captured, HEAD - at);
    if (head.length < at + length) {
      const larger = Buffer.alloc(Math.min(HEAD, Math.max(at + length, head.length * 2, 1024)));
      head.copy(larger);
      head = larger;
    }
    from.copy(head, at, start, start + length);
    written.push({ from: at, to: at + length });
  };

  /** How much of what comes late was missing. */
  const fill = (from: number, to: number): number => {
    let filled = 0;
    const left: { from: number; to: number }[] = [];
    for (const hole of holes) {
      const begin = Math.max(from, hole.from);
      const end = Math.min(to, hole.to);
      if (begin >= end) {
        left.push(hole);
        continue;
      }
      filled += end - begin;
      if (hole.from < begin) left.push({ from: hole.from, to: begin });
      if (end < hole.to) left.push({ from: end, to: hole.to });
    }
    holes = left;
    return filled;
  };

  return {
    get bytes() {
      return bytes;
    },
    get again() {
      return again;
    },
    get missing() {
      return lost + holes.reduce((sum, { from, to }) => sum + to - from, 0);
    },
    open: (sequence) => {
      next = (sequence + 1) >>> 0;
    },
    add: (sequence, from, start, captured, length) => {
      if (next < 0) next = sequence;
      // Signed: what lies up to 2 GiB behind is late, what lies before is ahead.
      const ahead = (sequence - next) | 0;
      const at = place + ahead;
      const end = at + length;
      // Before the first byte: a keep-alive of a connection met half-way.
      if (end <= 0) {
        again += length;
        return;
      }
      if (ahead > 0) {
        if (holes.length < MOST_HOLES) holes.push({ from: place, to: at });
        else lost += ahead;
      }
      const fresh = Math.max(0, end - Math.max(place, at));
      const late = at < place ? fill(Math.max(0, at), Math.min(end, place)) : 0;
      bytes += fresh + late;
      again += length - fresh - late;
      if (end > place) {
        next = (next + (end - place)) >>> 0;
        place = end;
      }
      if (fresh + late > 0 && at >= 0) keep(at, from, start, Math.min(captured, length));
    },
    head: () => {
      let to = 0;
      written = written.sort((a, b) => a.from - b.from);
      for (const piece of written) {
        if (piece.from > to) break;
        to = Math.max(to, piece.to);
      }
      return head.subarray(0, to);
    },
  };
}
