import type { Pressure } from '../tap/lines/pressure.ts';

/**
 * Slows the tap down while its recorder is behind: all that passes the cable of a device goes through the tap, and what
 * the kernel keeps for the recorder meanwhile is bounded. Nothing is dropped, whatever this machine is busy with.
 */
export interface Brake {
  /** So many more packets have been read. */
  read(packets: number): void;
  /** All that has passed so far has been read. */
  even(): void;
  /** Whom it slows down. */
  press(on: Pressure): void;
}

/** The kernel keeps some 30,000 packets of the usual MTU; sockets that are full already go on filling the cable. */
const MOST_BEHIND = 2_000;
const LOOK_EVERY = 64;
/** As heavy as whatever nobody reads on for. */
const WEIGHT = 2 ** 30;
/** A recorder that was behind and finds nothing more to read is not behind: some of it was dropped. */
const SILENT_MS = 200;

/** `passed`: packets that the cable has counted so far. `stalled`: nothing is read at the moment, although there may be. */
export function openBrake(passed: () => number, stalled: () => boolean): Brake {
  let on: Pressure | null = null;
  let taken = passed();
  let since = 0;
  let pressed = false;
  let silence: NodeJS.Timeout | undefined;

  const set = (next: boolean): void => {
    if (pressed === next || on === null) return;
    pressed = next;
    if (pressed) on.add(WEIGHT);
    else on.done(WEIGHT);
  };
  const listen = (): void => {
    clearTimeout(silence);
    if (!pressed) return;
    silence = setTimeout(() => {
      if (stalled()) listen();
      else even();
    }, SILENT_MS);
  };
  const even = (): void => {
    taken = passed();
    set(false);
    listen();
  };
  return {
    even,
    read: (packets) => {
      taken += packets;
      since += packets;
      if (since >= LOOK_EVERY) {
        since = 0;
        const behind = passed() - taken;
        if (behind > MOST_BEHIND) set(true);
        else if (behind < MOST_BEHIND / 2) set(false);
      }
      listen();
    },
    press: (pressure) => {
      on = pressure;
    },
  };
}
