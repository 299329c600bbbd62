import { Value } from '../../value.ts';
import type { Opened, Part } from '../../wrapping.ts';
import { NOT_THIS, clipped } from '../../wrapping.ts';
import type { Span } from '../leaves.ts';
import { leavesOf } from '../leaves.ts';

/**
 * A way through a binary record that names what it passes. Past the end it gives zeros and remembers that the record
 * was cut off; whoever walks asks `isOver`. Depth and items are bounded, so that no record makes the walk long.
 */
export class Cursor {
  readonly bytes: Buffer;
  readonly #row: string;
  readonly #spans: Span[] = [];
  readonly #parts: Part[] = [];
  at = 0;
  cut = false;
  /** Items passed. */
  items = 0;

  constructor(bytes: Buffer, row: string) {
    this.bytes = bytes;
    this.#row = row;
  }

  isOver(): boolean {
    return this.cut || this.at >= this.bytes.length || this.items > 1_000_000;
  }

  get texts(): number {
    return this.#spans.length + this.#parts.length;
  }

  /** Whether this is no chance: texts where texts must be, and more of them where the end is missing. */
  convinces(documents: number): boolean {
    const long = this.#spans.filter(({ start, end }) => end - start >= 2);
    const texts = long.filter(
      ({ start, end }) => new Value(this.bytes.subarray(start, end)).isText,
    );
    if (this.items < 2 || 2 * texts.length < long.length) return false;
    return texts.length >= (this.cut || documents > 1 ? 3 : 1);
  }

  uint(size: 1 | 2 | 4, order: 'BE' | 'LE' = 'BE'): number {
    const from = this.#skip(size);
    if (from === null) return 0;
    return order === 'BE' ? this.bytes.readUIntBE(from, size) : this.bytes.readUIntLE(from, size);
  }

  /** Eight bytes of length; what is too long for any capture counts as cut off. */
  long(): number {
    const high = this.uint(4);
    const low = this.uint(4);
    return high * 2 ** 32 + low;
  }

  skip(size: number): void {
    this.#skip(size);
  }

  /** A value of so many bytes; what there is of it when it is cut off. */
  value(size: number, path: string, label = false): Buffer {
    const start = Math.min(this.at, this.bytes.length);
    const end = Math.min(start + size, this.bytes.length);
    if (start + size > this.bytes.length) this.cut = true;
    this.at = start + size;
    this.items++;
    if (end > start) {
      this.#spans.push({ start, end, name: `${this.#row}:${path}`, ...(label && { label }) });
    }
    return this.bytes.subarray(start, end);
  }

  /** A value whose bytes are not those of the record. */
  part(bytes: Buffer, path: string, from: number): void {
    this.#parts.push({
      name: `${this.#row}:${path}`,
      bytes,
      at: [from, Math.min(this.at, this.bytes.length)],
    });
  }

  /** What was passed, once the walk is over. A record that ends early is whole as far as it goes. */
  opened(whole: boolean): Opened {
    if (this.texts === 0) return NOT_THIS;
    const truncated = this.cut ? `${this.#row} is cut off` : null;
    return {
      ...NOT_THIS,
      parts: this.#parts,
      leaves: leavesOf(this.#spans),
      whole: whole && !this.cut,
      truncated,
    };
  }

  #skip(size: number): number | null {
    const from = this.at;
    this.at += size;
    if (this.at <= this.bytes.length) return from;
    this.cut = true;
    return null;
  }
}

/** The path of a key below a path: `$.a`, or `$["odd key"]`. */
export function below(path: string, key: Buffer | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  const name = clipped(key.toString('utf8'));
  return /^[\w$-]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

/** Deeper records than that are made, not met. */
export const DEEPEST = 64;
