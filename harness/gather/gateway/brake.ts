import type { Pressure } from '../tap/lines/pressure.ts';

/**
 * Slows the tap down while its recorder is behind: all that passes the cable of a device goes through the tap, and what
 * the kernel keeps for the recorder meanwhile is bounded. Nothing is dropped, whatever this machine is busy with.
 */
export interface Brake extends Disposable {
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
/** A recorder that this machine gives no time to reads nothing, and what passes meanwhile has to be seen all the same. */
const LOOK_EVERY_MS = 50;
/** As heavy as whatever nobody reads on for. */
const WEIGHT = 2 ** 30;
/**
 * A recorder that was behind and finds nothing more to read for so long is not behind: some of it was dropped. On a
 * machine that is busy with other things it may be given no time for a good part of a second.
 */
const SILENT_MS = 2_000;

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
    listen();
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
  };
  const look = (): void => {
    const behind = passed() - taken;
    if (behind > MOST_BEHIND) set(true);
    else if (behind < MOST_BEHIND / 2) set(false);
  };
  const watch = setInterval(look, LOOK_EVERY_MS).unref();
  return {
    even,
    read: (packets) => {
      taken += packets;
      since += packets;
      if (since >= LOOK_EVERY) {
        since = 0;
        look();
      }
      listen();
    },
    press: (pressure) => {
      on = pressure;
    },
    [Symbol.dispose]: () => {
      clearInterval(watch);
      set(false);
    },
  };
}
