import { Fault } from '../../lib/fault.ts';
import type { AdbDevice } from './adb.ts';

/** Says which app of a device holds the connection from one of its ports; null where the device does not let it be read. */
export type SenderOf = (port: number) => Promise<string | null>;

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'] as const;

/**
 * Asks the phone's own list of connections, as far as Android lets the shell read it: each line has the local port and
 * the UID of the app. One question at a time answers for everybody who waits; a phone that has refused once is not
 * asked again. An UID that several packages share is told as all of them.
 */
export function sendersOf(device: Pick<AdbDevice, 'shell'>): SenderOf {
  let waiting: { readonly port: number; resolve(sender: string | null): void }[] = [];
  let asking = false;
  let refused = false;
  let packages: ReadonlyMap<number, string> | null = null;

  const read = async (): Promise<ReadonlyMap<number, number>> => {
    const { code, output } = await device.shell(['cat', ...TABLES]);
    const rows = uidsIn(output);
    refused = code !== 0 && rows.size === 0;
    return rows;
  };
  const answer = async (): Promise<void> => {
    asking = true;
    while (waiting.length > 0) {
      const asked = waiting.splice(0);
      try {
        const uids = refused ? new Map<number, number>() : await read();
        packages ??= refused ? null : packagesIn((await device.shell(LIST)).output);
        for (const { port, resolve } of asked) resolve(packages?.get(uids.get(port) ?? -1) ?? null);
      } catch (error) {
        for (const { resolve } of asked) resolve(null);
        // A phone that is gone for a moment is the trial's to notice.
        if (!(error instanceof Fault)) throw error;
      }
    }
    asking = false;
  };
  return (port) =>
    new Promise((resolve) => {
      if (refused) {
        resolve(null);
        return;
      }
      waiting = [...waiting, { port, resolve }];
      if (!asking) void answer();
    });
}

/** Android 8 and newer print the UID with `-U`. */
const LIST = ['pm', 'list', 'packages', '-U'];

/** Local port → UID, of lines as Linux writes them (proc(5)): addresses and ports in hex, the UID in the eighth column. */
export function uidsIn(table: string): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const line of table.split('\n')) {
    const words = line.trim().split(/\s+/);
    const port = /^[0-9A-F]{8}(?:[0-9A-F]{24})?:([0-9A-F]{4})$/.exec(words[1] ?? '')?.[1];
    const uid = /^\d+$/.exec(words[7] ?? '')?.[0];
    // State 0A listens, 06 waits for stray packets and has lost its owner.
    if (port === undefined || uid === undefined || words[3] === '0A' || words[3] === '06') continue;
    found.set(Number.parseInt(port, 16), Number(uid));
  }
  return found;
}

/** UID → the packages that run under it. */
export function packagesIn(list: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const line of list.split('\n')) {
    const [, name, uid] = /^package:(\S+) uid:(\d+)/.exec(line) ?? [];
    if (name === undefined || uid === undefined) continue;
    const known = found.get(Number(uid));
    found.set(Number(uid), known === undefined ? name : `${known}, ${name}`);
  }
  return found;
}
