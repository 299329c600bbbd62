/** One thing the host asked of the handset: an adb service, a shell command, or a call to the automation server. */
export interface Asked {
  readonly kind: 'service' | 'shell' | 'http';
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
    limit = 20_000,
  }: { write?: (line: string) => void; limit?: number } = {}) {
    this.#write = write;
    this.#limit = limit;
  }

  record(asked: Asked): void {
    if (this.#asked.length >= this.#limit) this.#asked.splice(0, Math.ceil(this.#limit / 4));
    this.#asked.push(asked);
    if (!asked.known && this.#unknown.size < this.#limit) {
      this.#unknown.set(`${asked.kind} ${asked.what}`, asked);
    }
    this.#write(`${JSON.stringify(asked)}\n`);
  }

  all(): readonly Asked[] {
    return this.#asked;
  }

  /** Each unknown request once, in the order of its first appearance; tests assert that there is none. */
  unknown(): readonly Asked[] {
    return [...this.#unknown.values()];
  }
}
