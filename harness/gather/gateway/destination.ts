import { readBytes } from '../../record/disk.ts';
import type { Flow } from '../tap/packets/flows.ts';

/** Where a connection that was turned to us was going. */
export interface Destination {
  readonly address: string;
  readonly port: number;
  /** The device's port on its own side. It may have used one twice, towards two places: to us they cannot be alike. */
  readonly from: number;
}

/** What the recorder has seen on the cable, before any address was changed. */
export interface Beginnings {
  /** Conversations that the device has begun from this port of its own since the record began. */
  begunFrom(port: number): readonly Flow[];
  /** Resolves when more has been read; false when nothing came until the signal aborted, or ever will. */
  more(signal: AbortSignal): Promise<boolean>;
}

/** So long a port is remembered; younger conversations alone are considered. */
const REMEMBERED_MS = 60_000;
const YOUNG_MS = 30_000;
/** A packet is read within a few ms of its passing; whoever waits longer asks the kernel. */
const PATIENCE_MS = 250;

/**
 * Tells where the connection that we see from a port was going. The packet that began it says so, where it is the only
 * one from there and nobody asked for that port lately; else the kernel is asked, which has to go through all of its list.
 */
export function openDestinations(
  device: string,
  seen: Beginnings,
  now: () => number,
): (port: number) => Promise<Destination | null> {
  const asked = new Map<number, number>();
  return async (port) => {
    const at = now();
    const again = at - (asked.get(port) ?? -Infinity) < REMEMBERED_MS;
    asked.set(port, at);
    if (again) return await destinationOf(device, port);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const begun = seen
        .begunFrom(port)
        .filter((one) => one.protocol === 'tcp' && one.begun && at - one.firstAt < YOUNG_MS);
      const [flow, another] = begun;
      if (flow && another === undefined && flow.client.address === device) {
        return { ...flow.server, from: port };
      }
      if (another !== undefined || !(await seen.more(signal))) {
        return await destinationOf(device, port);
      }
    }
  };
}

/** The kernel's list of the connections that it translates. */
const LIST = '/proc/net/nf_conntrack';

/**
 * Asks the kernel where a connection went before it was turned to our port, by the device's address and the port
 * that we see: the socket itself does not say. Null when the kernel does not list it.
 */
export async function destinationOf(device: string, port: number): Promise<Destination | null> {
  const list = await readBytes(LIST).catch(() => null);
  return list === null ? null : destinationIn(list.toString('latin1'), device, port);
}

/** One line a connection; its first addresses are those that the device used, its second those that we see. */
export function destinationIn(list: string, device: string, port: number): Destination | null {
  const wanted = `dport=${String(port)} `;
  for (const line of list.split('\n')) {
    if (!line.includes(wanted)) continue;
    const tuple = String.raw`src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)`;
    const found = new RegExp(String.raw`\btcp\b.*?${tuple}.*?${tuple}`).exec(line);
    const [, from, to = '', sourcePort, targetPort, , back, , backPort] = found ?? [];
    if (from !== device || back !== device || Number(backPort) !== port) continue;
    return { address: to, port: Number(targetPort), from: Number(sourcePort) };
  }
  return null;
}
