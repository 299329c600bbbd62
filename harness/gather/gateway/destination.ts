import { readBytes } from '../../record/disk.ts';

/** Where a connection that was turned to us was going. */
export interface Destination {
  readonly address: string;
  readonly port: number;
}

/** The kernel's list of the connections that it translates. */
const LIST = '/proc/net/nf_conntrack';

/**
 * Asks the kernel where a connection went before it was turned to our port, by the device's address and port: the
 * socket itself does not say. Null when the kernel does not list it.
 */
export async function destinationOf(device: string, port: number): Promise<Destination | null> {
  const list = await readBytes(LIST).catch(() => null);
  return list === null ? null : destinationIn(list.toString('latin1'), device, port);
}

/** One line a connection; its first addresses are those that the device used. */
export function destinationIn(list: string, device: string, port: number): Destination | null {
  const wanted = `src=${device} `;
  for (const line of list.split('\n')) {
    if (!line.includes(wanted)) continue;
    const found = /\btcp\b.*?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/.exec(line);
    if (found?.[1] !== device || Number(found[3]) !== port) continue;
    return { address: found[2] ?? '', port: Number(found[4]) };
  }
  return null;
}
