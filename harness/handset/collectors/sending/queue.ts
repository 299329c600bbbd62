import type { Clock } from '../../../lib/clock.ts';
import type { Json } from '../rules/rules.ts';
import type { Batch } from '../rules/batch.ts';

export interface Row {
  readonly value: Json;
  /** Of its JSON. */
  readonly bytes: number;
  /** How many of a server's replies led to it: bounds what answers each other. */
  readonly depth: number;
}

/** Sends rows; `keep`: they could not be delivered and stay. Never rejects. */
export type SendRows = (rows: readonly Row[], signal: AbortSignal) => Promise<'drop' | 'keep'>;

/**
 * Rows wait here until they are due: a time after the first of them, when there are too many, or when something
 * happens. What waits is a database of the app; the waiting itself belongs to its process and ends with it.
 */
export class Queue {
  readonly #batch: Batch;
  readonly #clock: Clock;
  readonly #send: SendRows;
  readonly #mayFlush: () => boolean;
  #rows: Row[] = [];
  #process = newProcess();

  constructor(batch: Batch, clock: Clock, send: SendRows, mayFlush: () => boolean = () => true) {
    this.#batch = batch;
    this.#clock = clock;
    this.#send = send;
    this.#mayFlush = mayFlush;
  }

  get length(): number {
    return this.#rows.length;
  }

  add(row: Row): void {
    this.#rows.push(row);
    this.#makeRoom();
    if (this.#rows.length > (this.#batch.above ?? Infinity)) this.flush();
    else this.wake();
  }

  /** What an earlier process left over becomes due as if it had just come in. */
  wake(): void {
    if (this.#rows.length > 0 && this.#batch.afterMs !== undefined) {
      this.#schedule(this.#batch.afterMs);
    }
  }

  /** Sends whatever waits, if the network is one it sends on. */
  flush(): void {
    void this.#flush(this.#process);
  }

  /** What an older version of the app had on disk lies there still; it is due when the app next starts. */
  inherit(older: Queue): void {
    this.#rows = [...older.#rows, ...this.#rows];
  }

  /** The process ended. */
  stop(): void {
    this.#process.abort.abort();
    this.#process = newProcess();
    if (this.#batch.keeps === 'until-stop') this.#rows = [];
  }

  /** The app's data was cleared. */
  clear(): void {
    this.stop();
    if (this.#batch.keeps !== 'until-reset') this.#rows = [];
  }

  /** The phone was set back to how it left the factory. */
  reset(): void {
    this.stop();
    this.#rows = [];
  }

  #schedule(ms: number): void {
    const process = this.#process;
    if (process.scheduled) return;
    process.scheduled = true;
    this.#clock.wait(ms, process.abort.signal).then(
      () => {
        process.scheduled = false;
        void this.#flush(process);
      },
      () => undefined,
    );
  }

  async #flush(process: Process): Promise<void> {
    // A flush under way takes the new rows along.
    if (process.flushing || !this.#mayFlush()) return;
    process.flushing = true;
    const { signal } = process.abort;
    while (this.#rows.length > 0) {
      const sent = this.#next();
      const outcome = await this.#send(sent, signal);
      // A process that was killed meanwhile never saw the answer.
      if (signal.aborted) break;
      if (outcome === 'keep') {
        if (this.#batch.resendAfterMs !== undefined) this.#schedule(this.#batch.resendAfterMs);
        break;
      }
      this.#rows = this.#rows.filter((row) => !sent.includes(row));
    }
    process.flushing = false;
  }

  /** At least one row, whatever its size. */
  #next(): readonly Row[] {
    const { perRequest, perRequestBytes = Infinity } = this.#batch;
    const sent: Row[] = [];
    let bytes = 0;
    for (const row of this.#rows.slice(0, perRequest)) {
      bytes += row.bytes;
      if (sent.length > 0 && bytes > perRequestBytes) break;
      sent.push(row);
    }
    return sent;
  }

  #makeRoom(): void {
    let bytes = this.#rows.reduce((sum, row) => sum + row.bytes, 0);
    while (bytes > this.#batch.maxBytes) bytes -= this.#rows.shift()?.bytes ?? bytes;
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
