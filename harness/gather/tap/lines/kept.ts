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

/** One body as it comes in: its prefix, whole up to a limit. */
export interface Kept {
  readonly size: number;
  readonly truncated: boolean;
  add(bytes: Uint8Array): void;
  bytes(): Buffer;
}

const CAPTURE_BYTES = 64 * 2 ** 20;
/** Far above what a phone's telemetry sends in one piece; a longer body is marked, and never taken for searched. */
const BODY_BYTES = 16 * 2 ** 20;

export function kept(budget: Budget): Kept {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let truncated = false;
  return {
    get size() {
      return size;
    },
    get truncated() {
      return truncated;
    },
    add: (bytes) => {
      const room = Math.min(BODY_BYTES - size, budget.left);
      const piece = bytes.length > room ? bytes.subarray(0, room) : bytes;
      truncated ||= piece.length < bytes.length;
      if (piece.length === 0) return;
      pieces.push(piece);
      size += piece.length;
      budget.left -= piece.length;
    },
    bytes: () => Buffer.concat(pieces),
  };
}
