import type { Exchange } from '../../../record/exchange.ts';
import type { Dial } from './dial.ts';

/** A way out that remembers at which address each host was reached: a name alone says nothing of networks and places. */
export interface Reached {
  readonly dial: Dial;
  /** The line with the address at which its host was reached last; as it is where none was. */
  noted(line: Exchange): Exchange;
}

/** More hosts than a phone names in a run. */
const MOST = 10_000;

/** `real`: behind it stands the internet. Of a world of ours, or a proxy, an address says nothing. */
export function openReached(dial: Dial, real: boolean): Reached {
  const addresses = new Map<string, string>();
  return {
    dial: async (host, port) => {
      const socket = await dial(host, port);
      const { remoteAddress } = socket;
      if (real && remoteAddress !== undefined && (addresses.has(host) || addresses.size < MOST)) {
        addresses.set(host, remoteAddress);
      }
      return socket;
    },
    noted: (line) => {
      const address = addresses.get(line.host);
      return address === undefined ? line : { ...line, address };
    },
  };
}
