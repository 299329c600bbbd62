/** Bytes that wait for the disk: while there are too many, nobody reads on. */
export interface Pressure {
  readonly high: boolean;
  add(bytes: number): void;
  done(bytes: number): void;
  /** Calls back at once while there is room, else as soon as there is. */
  whenRoom(then: () => void): void;
}

/** What may wait at once. A disk that keeps up never comes near it. */
const MOST_WAITING = 16 * 2 ** 20;

export function openPressure(most = MOST_WAITING): Pressure {
  let waiting = 0;
  let held: (() => void)[] = [];
  return {
    get high() {
      return waiting > most;
    },
    add: (bytes) => {
      waiting += bytes;
    },
    done: (bytes) => {
      waiting -= bytes;
      if (waiting > most || held.length === 0) return;
      const those = held;
      held = [];
      for (const then of those) then();
    },
    whenRoom: (then) => {
      if (waiting > most) held.push(then);
      else then();
    },
  };
}
