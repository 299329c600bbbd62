import type { Clock } from '../../lib/clock.ts';

export type Priority = 'V' | 'D' | 'I' | 'W' | 'E' | 'F';

export interface LogEntry {
  /** Milliseconds since the epoch, by the phone's clock. */
  readonly at: number;
  readonly pid: number;
  readonly tid: number;
  readonly priority: Priority;
  readonly tag: string;
  readonly message: string;
}

/** The phone's log: a ring of the newest entries, and a way to follow it as logcat does. */
export class LogBuffer {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #entries: LogEntry[] = [];
  readonly #followers = new Set<(entry: LogEntry) => void>();

  constructor(clock: Clock, limit = 2000) {
    this.#clock = clock;
    this.#limit = limit;
  }

  write(
    tag: string,
    message: string,
    { priority = 'I', pid = 1000 }: { priority?: Priority; pid?: number } = {},
  ): void {
    const entry = { at: this.#clock.now(), pid, tid: pid, priority, tag, message };
    if (this.#entries.length >= this.#limit) this.#entries.shift();
    this.#entries.push(entry);
    for (const follower of this.#followers) follower(entry);
  }

  entries(): readonly LogEntry[] {
    return [...this.#entries];
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** Calls back for every entry from now on, until the returned function is called. */
  follow(follower: (entry: LogEntry) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}

/** One line as `logcat -v threadtime` prints it, without its newline. Times are UTC, the handset's zone. */
export function threadtime(entry: LogEntry): string {
  const [, month, day, time] =
    /^\d+-(\d+)-(\d+)T([\d:.]+)Z$/.exec(new Date(entry.at).toISOString()) ?? [];
  const pid = String(entry.pid).padStart(5);
  const tid = String(entry.tid).padStart(5);
  return `${month}-${day} ${time} ${pid} ${tid} ${entry.priority} ${entry.tag.padEnd(8)}: ${entry.message}`;
}

/** One `logger_entry` (v1, 20-byte header, little-endian) as `logcat -B` writes it. */
export function logFrame(entry: LogEntry): Buffer {
  const payload = Buffer.concat([
    Buffer.from([PRIORITIES.indexOf(entry.priority)]),
    Buffer.from(`${entry.tag}\0${entry.message}\0`).subarray(0, 4000),
  ]);
  const header = Buffer.alloc(HEADER);
  header.writeUInt16LE(payload.length, 0);
  header.writeUInt16LE(HEADER, 2);
  header.writeInt32LE(entry.pid, 4);
  header.writeInt32LE(entry.tid, 8);
  header.writeInt32LE(Math.floor(entry.at / 1000), 12);
  header.writeInt32LE((entry.at % 1000) * 1_000_000, 16);
  return Buffer.concat([header, payload]);
}

const HEADER = 20;

/** Android's log priorities by number: 0 unknown, 1 default, 2 verbose … 7 fatal. */
const PRIORITIES = '??VDIWEF';
