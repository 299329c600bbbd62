/**
 * One thing the host asked of the handset: an adb service, a shell command, or a call to the automation server; or
 * (`past`) something that one of its apps sent where no proxy sees it.
 */
export interface Asked {
  readonly kind: 'service' | 'shell' | 'http' | 'past';
  readonly what: string;
  /** False when the handset has no answer of its own for it: a hole in the emulation, or a changed driver. */
  readonly known: boolean;
}

/**
 * Everything the host asked, in order, so that a driver upgrade shows as a difference and no unknown request
 * goes unnoticed. The newest `limit` are kept; `write` is given every one as a line of JSON.
 */
export class Trace {
  readonly #asked: Asked[] = [];
  readonly #unknown = new Map<string, Asked>();
  readonly #write: (line: string) => void;
  readonly #limit: number;

  constructor({
    write = () => undefined,
    limit = 2000,
  }: { write?: (line: string) => void; limit?: number } = {}) {
    this.#write = write;
    this.#limit = limit;
  }

  record(asked: Asked): void {
    const what = asked.what.length > LONGEST ? `${asked.what.slice(0, LONGEST)}…` : asked.what;
    const kept = { ...asked, what };
    if (this.#asked.length >= this.#limit) this.#asked.splice(0, Math.ceil(this.#limit / 4));
    this.#asked.push(kept);
    if (!asked.known && this.#unknown.size < this.#limit) {
      this.#unknown.set(`${asked.kind} ${what}`, kept);
    }
    this.#write(`${JSON.stringify(kept)}\n`);
  }

  all(): readonly Asked[] {
    return this.#asked;
  }

  /** Each unknown request once, in the order of its first appearance; tests assert that there is none. */
  unknown(): readonly Asked[] {
    return [...this.#unknown.values()];
  }
}

/** A host may ask with a megabyte; what it was is clear from its beginning. */
const LONGEST = 4000;
