/** The stretches of a page from one `<` to the next in which an entity counts, as they come in, in one pass. */
export class Stretches {
  readonly #bytes: Buffer;
  /** Where the entity before ended, and where the last `<` before it stood. */
  #from = 0;
  #boundary = 0;
  /** By how much what was opened is shifted, at that boundary. */
  #shift = 0;
  #open = false;
  /** Start and end of each in what was opened, and in the page. */
  readonly spans: number[] = [];
  readonly places: number[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The next entity; `shift` is how far behind it the opened text before it stands from the page's. */
  entity(start: number, end: number, shift: number, counts: boolean): void {
    const last = this.#bytes.subarray(this.#from, start).lastIndexOf(0x3c);
    if (last >= 0) {
      this.end(shift);
      this.#boundary = this.#from + last;
      this.#shift = shift;
    }
    if (counts && !this.#open) {
      this.#open = true;
      this.places.push(this.#boundary);
      this.spans.push(this.#boundary + this.#shift);
    }
    this.#from = end;
  }

  /** Ends the stretch that is open, at the next `<`. */
  end(shift: number): void {
    if (!this.#open) return;
    this.#open = false;
    const next = this.#bytes.indexOf(0x3c, this.#from);
    const end = next < 0 ? this.#bytes.length : next;
    this.places.push(end);
    this.spans.push(end + shift);
  }
}
