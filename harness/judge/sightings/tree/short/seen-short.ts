/**
 * Short values that were glanced at and found to hold nothing: names of events, identifiers, headers, which a phone repeats
 * in every event. A table of fixed size in which a newer value takes an older one's place, so that what it forgets is only
 * glanced at again; a value is compared in full before it counts as the same.
 */
export class SeenShort {
  readonly #letters = Buffer.alloc(SLOTS * LONGEST);
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #rows: string[] = Array.from({ length: SLOTS }, () => '');
  readonly #words = new Uint8Array(SLOTS);

  /** What was said of the same bytes out of the same row; 0 when they are not known. */
  word(bytes: Buffer, start: number, end: number, row: string): number {
    const length = end - start;
    if (length > LONGEST) return 0;
    const slot = slotOf(bytes, start, end);
    if (this.#lengths[slot] !== length || this.#rows[slot] !== row) return 0;
    const own = slot * LONGEST;
    for (let at = 0; at < length; at++) if (this.#letters[own + at] !== bytes[start + at]) return 0;
    return this.#words[slot] ?? 0;
  }

  note(bytes: Buffer, start: number, end: number, row: string, word: number): void {
    const length = end - start;
    if (length > LONGEST) return;
    const slot = slotOf(bytes, start, end);
    const own = slot * LONGEST;
    for (let at = 0; at < length; at++) this.#letters[own + at] = bytes[start + at] ?? 0;
    this.#lengths[slot] = length;
    this.#rows[slot] = row;
    this.#words[slot] = word;
  }
}

const SLOTS = 2 ** 13;
const LONGEST = 96;

function slotOf(bytes: Buffer, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), SPREAD);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

const SPREAD = 0x9e3779b1;
