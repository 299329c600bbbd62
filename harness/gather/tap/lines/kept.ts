/** Bytes that may still be kept, over all bodies of one capture. */
export interface Budget {
  left: number;
}

export function openBudget(): Budget {
  return { left: CAPTURE_BYTES };
}

/** Another capture begins. */
export function renew(budget: Budget): void {
  budget.left = CAPTURE_BYTES;
}

/** A body on its way to the disk; `close` gives its name. Writes are in order; what fails is said by `close`. */
export interface Spool {
  /** Resolves when the bytes need not be held any longer. Never rejects. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<{ sha256: string; bytes: number }>;
}

/** Opens a spool for a large body; null while no capture is there to take it. */
export type OpenSpool = () => Spool | null;

/** What was kept of a body: in memory while it is small, else on the disk. */
export type Content = Buffer | Promise<{ sha256: string; bytes: number }>;

/** One body as it comes in: its prefix, whole up to a limit. */
export interface Kept {
  readonly size: number;
  readonly truncated: boolean;
  add(bytes: Uint8Array): void;
  /** Some of it did not come to us. */
  cut(): void;
  /** Gives what has come, null for nothing. A body that is on the disk goes on without it, and is truncated. */
  take(): Content | null;
}

/** On the disk, for the most part: what a trial may leave behind at most. */
const CAPTURE_BYTES = 256 * 2 ** 20;
/** Far above what a phone's telemetry sends in one piece; a longer body is marked, and never taken for searched. */
const BODY_BYTES = 16 * 2 ** 20;
export const INLINE_BYTES = 64 * 2 ** 10;

export function kept(budget: Budget, openSpool: OpenSpool): Kept {
  let pieces: Uint8Array[] = [];
  let inMemory = 0;
  let spool: Spool | null = null;
  let size = 0;
  let truncated = false;

  const store = (piece: Uint8Array): void => {
    if (!spool && inMemory + piece.length > INLINE_BYTES) {
      spool = openSpool();
      if (spool) {
        for (const one of pieces) void spool.write(one);
        [pieces, inMemory] = [[], 0];
      }
    }
    if (spool) void spool.write(piece);
    else {
      pieces.push(piece);
      inMemory += piece.length;
    }
  };

  return {
    get size() {
      return size;
    },
    get truncated() {
      return truncated;
    },
    add: (bytes) => {
      const room = Math.max(0, Math.min(BODY_BYTES - size, budget.left));
      const piece = bytes.length > room ? bytes.subarray(0, room) : bytes;
      truncated ||= piece.length < bytes.length;
      if (piece.length === 0) return;
      size += piece.length;
      budget.left -= piece.length;
      store(piece);
    },
    cut: () => {
      truncated = true;
    },
    take: () => {
      if (spool) {
        const closed = spool.close();
        spool = null;
        [truncated, size] = [true, 0];
        return closed;
      }
      return size === 0 ? null : Buffer.concat(pieces);
    },
  };
}
