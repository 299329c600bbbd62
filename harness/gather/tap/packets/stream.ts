import type { Room } from './room.ts';
import { openRoom } from './room.ts';

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
/** Kept in pieces of 1, 1, 2, 4 and 8 KiB: most say little. */
const FIRST = 1024;
/** More holes at once than any honest path leaves. */
const MOST_HOLES = 256;

/**
 * Counts by sequence number, which wraps at 4 GiB: places are kept as differences from the expected one. A segment
 * beyond it leaves a hole, one before it fills holes or is a repetition.
 */
export function streamSide(room = openRoom()): OpenSide {
  return new Side(room);
}

interface Span {
  readonly from: number;
  to: number;
}

/** There are two for each conversation: without closures of their own. */
class Side implements OpenSide {
  bytes = 0;
  again = 0;
  readonly #room: Room;
  #next = -1;
  #place = 0;
  #lost = 0;
  #holes: readonly Span[] = NO_SPANS;
  /** Where in the room its pieces are; -1 for one of which nothing has come. */
  #pieces: number[] | null = null;
  #written: Span[] | null = null;

  constructor(room: Room) {
    this.#room = room;
  }

  get missing(): number {
    return this.#lost + this.#holes.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  open(sequence: number): void {
    this.#next = (sequence + 1) >>> 0;
  }

  add(sequence: number, from: Buffer, start: number, captured: number, length: number): void {
    if (this.#next < 0) this.#next = sequence;
    // Signed: what lies up to 2 GiB behind is late, what lies before is ahead.
    const ahead = (sequence - this.#next) | 0;
    const place = this.#place;
    const at = place + ahead;
    const end = at + length;
    // Before the first byte: a keep-alive of a connection met half-way.
    if (end <= 0) {
      this.again += length;
      return;
    }
    if (ahead > 0) {
      if (this.#holes.length < MOST_HOLES) this.#holes = [...this.#holes, { from: place, to: at }];
      else this.#lost += ahead;
    }
    const fresh = Math.max(0, end - Math.max(place, at));
    const late = at < place ? this.#fill(Math.max(0, at), Math.min(end, place)) : 0;
    this.bytes += fresh + late;
    this.again += length - fresh - late;
    if (end > place) {
      this.#next = (this.#next + (end - place)) >>> 0;
      this.#place = end;
    }
    if (fresh + late > 0 && at >= 0) this.#keep(at, from, start, Math.min(captured, length));
  }

  head(): Buffer {
    let to = 0;
    for (const span of (this.#written ?? []).toSorted((a, b) => a.from - b.from)) {
      if (span.from > to) break;
      to = Math.max(to, span.to);
    }
    const head = Buffer.alloc(to);
    for (let at = 0; at < to;) {
      const [which, begin, size] = pieceAt(at);
      at += this.#room.at(this.#pieces?.[which] ?? -1, size).copy(head, begin);
    }
    return head;
  }

  #keep(at: number, from: Buffer, start: number, captured: number): void {
    if (at >= HEAD || captured <= 0) return;
    const end = Math.min(at + captured, HEAD);
    this.#pieces ??= [-1, -1, -1, -1, -1];
    this.#written ??= [];
    for (let place = at; place < end;) {
      const [which, begin, size] = pieceAt(place);
      let piece = this.#pieces[which] ?? -1;
      if (piece < 0) this.#pieces[which] = piece = this.#room.cut(size);
      const taken = Math.min(end, begin + size) - place;
      const source = start + place - at;
      this.#room.put(piece + place - begin, from, source, source + taken);
      place += taken;
    }
    const last = this.#written.at(-1);
    if (last?.to === at) last.to = end;
    else this.#written.push({ from: at, to: end });
  }

  /** How much of what comes late was missing. */
  #fill(from: number, to: number): number {
    if (this.#holes.length === 0) return 0;
    let filled = 0;
    const left: Span[] = [];
    for (const hole of this.#holes) {
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
    this.#holes = left;
    return filled;
  }
}

const NO_SPANS: readonly Span[] = [];

/** The piece of the head that a place is in, where that begins, and how long it is. */
function pieceAt(place: number): readonly [number, number, number] {
  if (place < FIRST) return [0, 0, FIRST];
  const which = 32 - Math.clz32(place / FIRST);
  const begin = (FIRST / 2) << which;
  return [which, begin, begin];
}
