import { readBytes } from '../../record/disk.ts';

/** Where a connection that was turned to us was going. */
export interface Destination {
  readonly address: string;
  readonly port: number;
  /** The device's port on its own side. It may have used one twice, towards two places: to us they cannot be alike. */
  readonly from: number;
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
