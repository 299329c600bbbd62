import type { Clock } from '../../lib/clock.ts';
import type { CollectorRules } from './rules.ts';

type QueueRules = CollectorRules['queue'];

/** Sends rows; `keep`: they could not be delivered and stay. Never rejects. */
export type SendRows = (rows: readonly string[], signal: AbortSignal) => Promise<'delete' | 'keep'>;

/**
 * Events wait here until they are due: a time after the first of them, or when there are too many. What waits
 * is a database of the app; the waiting itself belongs to its process and ends with it.
 */
export class Queue {
  readonly #rules: QueueRules;
  readonly #clock: Clock;
  readonly #send: SendRows;
  #rows: { readonly text: string }[] = [];
  #process = newProcess();

  constructor(rules: QueueRules, clock: Clock, send: SendRows) {
    this.#rules = rules;
    this.#clock = clock;
    this.#send = send;
  }

  get length(): number {
    return this.#rows.length;
  }

  add(text: string): void {
    this.#rows.push({ text });
    this.#makeRoom();
    if (this.#rows.length > this.#rules.flushAbove) void this.#flush(this.#process);
    else this.#schedule();
  }

  /** The app was started: what an earlier process left over becomes due as if it had just come in. */
  wake(): void {
    if (this.#rows.length > 0) this.#schedule();
  }

  /** The process ended. */
  stop(): void {
    this.#process.abort.abort();
    this.#process = newProcess();
    if (this.#rules.keeps === 'until-stop') this.#rows = [];
  }

  /** The app's data was cleared. */
  clear(): void {
    this.stop();
    this.#rows = [];
  }

  #schedule(): void {
    const process = this.#process;
    if (process.scheduled) return;
    process.scheduled = true;
    this.#clock.wait(this.#rules.flushAfterMs, process.abort.signal).then(
      () => {
        process.scheduled = false;
        void this.#flush(process);
      },
      () => undefined,
    );
  }

  async #flush(process: Process): Promise<void> {
    // A flush under way takes the new rows along.
    if (process.flushing) return;
    process.flushing = true;
    const { signal } = process.abort;
    while (this.#rows.length > 0) {
      const sent = this.#rows.slice(0, this.#rules.perPost);
      const outcome = await this.#send(
        sent.map((row) => row.text),
        signal,
      );
      // A process that was killed meanwhile never saw the answer.
      if (signal.aborted || outcome === 'keep') break;
      this.#rows = this.#rows.filter((row) => !sent.includes(row));
    }
    process.flushing = false;
  }

  #makeRoom(): void {
    let bytes = this.#rows.reduce((sum, row) => sum + row.text.length, 0);
    while (bytes > this.#rules.maxBytes) bytes -= this.#rows.shift()?.text.length ?? bytes;
  }
}

interface Process {
  readonly abort: AbortController;
  scheduled: boolean;
  flushing: boolean;
}

function newProcess(): Process {
  return { abort: new AbortController(), scheduled: false, flushing: false };
}
