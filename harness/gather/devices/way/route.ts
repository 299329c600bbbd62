import type { UndoJournal } from '../../undo.ts';
import { settingNow } from '../../undo.ts';
import type { AdbDevice } from '../adb.ts';

/** How a phone's traffic comes to the tap: what has to be set on it, and whether it still is. */
export interface Route {
  /** Writes down what is about to be changed. */
  note(): Promise<void>;
  lay(): Promise<void>;
  /** Reads back: a phone may take a setting without a word and not keep it. */
  stands(): Promise<boolean>;
}

/** Over USB: the phone's proxy setting leads to a port of its own, and that over adb to the tap. */
export function overUsb(device: AdbDevice, journal: UndoJournal, tapPort: number): Route {
  const proxy = `127.0.0.1:${String(tapPort)}`;
  return {
    note: async () => {
      await journal.note({ kind: 'reverse', port: tapPort });
      await journal.note(await settingNow(device, HTTP_PROXY, proxy));
    },
    lay: async () => {
      await device.reverse(tapPort);
      await setProxy(device, proxy);
    },
    stands: async () => {
      const rules = await device.reverses();
      return (await proxyOf(device)) === proxy && rules.includes(tapPort);
    },
  };
}

/** Through a network of ours: nothing need be set, and no proxy may lead elsewhere. */
export function throughTheAir(device: AdbDevice, journal: UndoJournal): Route {
  const isUnset = async (): Promise<boolean> => UNSET.has(await proxyOf(device));
  return {
    note: async () => {
      if (!(await isUnset())) await journal.note(await settingNow(device, HTTP_PROXY, NO_PROXY));
    },
    lay: async () => {
      if (!(await isUnset())) await setProxy(device, NO_PROXY);
    },
    stands: isUnset,
  };
}

const HTTP_PROXY = ['global', 'http_proxy'] as const;
const NO_PROXY = ':0';
const UNSET: ReadonlySet<string> = new Set(['', 'null', NO_PROXY]);

async function proxyOf(device: AdbDevice): Promise<string> {
  return await device.ask(['settings', 'get', ...HTTP_PROXY]);
}

async function setProxy(device: AdbDevice, proxy: string): Promise<void> {
  await device.ask(['settings', 'put', ...HTTP_PROXY, proxy]);
}
