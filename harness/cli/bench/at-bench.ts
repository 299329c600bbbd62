import { openBrowser } from '../../gather/browsers/hands.ts';
import type { BrowserSession } from '../../gather/browsers/browser.ts';
import type { KnownBrowser } from '../../gather/browsers/profile.ts';
import { DesktopHands } from '../../gather/desktop/hands.ts';
import { Machine } from '../../gather/desktop/machine.ts';
import type { Hands } from '../../gather/browsers/hands.ts';
import { AndroidErrands } from '../../gather/errands/android.ts';
import type { Errands } from '../../gather/errands/errands.ts';
import { noErrands } from '../../gather/errands/none.ts';
import type { Tap } from '../../gather/tap/tap.ts';
import type { Seat } from '../../gather/desktop/seat/seat.ts';
import { openSeat } from '../../gather/desktop/seat/seat.ts';
import type { Footing, Ground } from '../../gather/gateway/ground.ts';
import { undoJournal } from '../../gather/undo.ts';
import { openPhone } from '../../gather/devices/android.ts';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import type { SenderOf } from '../../gather/devices/senders.ts';
import { sendersOf } from '../../gather/devices/senders.ts';
import type { DeviceLink, Phone, World } from '../../gather/devices/phone.ts';
import type { SteadyClock } from '../../lib/clock.ts';
import type { Stamp } from '../../record/stamp.ts';
import { desktopNamed, profileNamed, stampOf } from './installations.ts';

/** One device within reach, whatever the technology behind it: everything after this is the same for all of them. */
export interface AtBench {
  readonly entry: BenchEntry;
  /** Where adb and Appium reach it; null where neither does. */
  readonly link: DeviceLink | null;
  /** Waits are divided by the entry's timelapse. */
  readonly clock: SteadyClock;
  /** What stands for the internet behind its tap: null means the real one. */
  readonly world: World | null;
  readonly stamp: Stamp;
  /** The network of ours that it is in; null where it is led to the tap by a proxy setting. */
  readonly ground: Footing | null;
  /** Its only way out is the tap. */
  readonly soleWayOut: boolean;
  /** The ways to it and to one of its browsers; nothing is touched before they are gone. */
  ways(browser: string, places: Places): Ways;
}

export interface Ways {
  readonly browser: KnownBrowser;
  /** Takes it into use, and puts it back as it was found when released. */
  phone(): Promise<Phone>;
  /** Opens the hands on its browser; asked for after the phone is routed and released before it. */
  hands(): Promise<BrowserSession>;
  /** Which of its apps holds a connection; null where it cannot be asked. Asked for after the phone. */
  senders(): SenderOf | null;
  /** What is done outside the browser; asked for after both. */
  errands(tap: Tap): Errands;
}

export interface Places {
  /** `.leaklab/undo` and the run's folder for logs. */
  readonly undoDir: string;
  readonly workDir: string;
}

/** A phone behind adb and Appium: one on USB, or a reference handset where it has a world. */
export function androidAt(
  entry: BenchEntry,
  link: DeviceLink,
  clock: SteadyClock,
  { ground, soleWayOut }: Pick<AtBench, 'ground' | 'soleWayOut'>,
): AtBench {
  return {
    entry,
    link,
    clock,
    ground,
    world: link.world,
    stamp: stampOf(entry),
    soleWayOut,
    ways: (browser, { undoDir, workDir }) => {
      const profile = profileNamed(browser);
      let phone: Awaited<ReturnType<typeof openPhone>> | null = null;
      let hands: Hands | null = null;
      return {
        browser: profile,
        phone: async () => (phone = await openPhone(link, { undoDir, clock })),
        hands: async () => (hands = await openBrowser(link, profile, { clock, workDir })),
        senders: () => phone && sendersOf(phone.workbench.device),
        errands: (tap) => {
          if (!phone || !hands) throw new Error('errands come after phone and hands');
          const { family } = entry.rom;
          return new AndroidErrands({ ...phone.workbench, family }, hands, tap);
        },
      };
    },
  };
}

/** A real browser on this machine; its internet is the world. Without a ground nothing but its proxy setting leads to us. */
export function desktopAt(
  entry: BenchEntry,
  world: World,
  { clock, ground }: Pick<AtBench, 'clock'> & { readonly ground: Ground | null },
): AtBench {
  return {
    entry,
    link: null,
    clock,
    ground,
    world,
    stamp: stampOf(entry),
    // A program may go around the proxy that it was told of, and nothing here would hear it.
    soleWayOut: ground !== null,
    ways: (browser, { undoDir }) => {
      const profile = desktopNamed(browser);
      let seat: Seat | null = null;
      return {
        browser: profile,
        phone: async () => {
          seat = await openSeat(profile, undoJournal(undoDir, entry.name), { clock, ground });
          return new Machine(entry.name, seat, profile);
        },
        hands: () => {
          if (!seat) throw new Error('the hands come after the seat');
          return Promise.resolve(new DesktopHands(seat, profile, clock));
        },
        senders: () => null,
        errands: () => noErrands(entry.name),
      };
    },
  };
}
