import { networkInterfaces } from 'node:os';
import { rangeOf, refusedNear } from '../../../record/near.ts';

/** Why a phone was not led on. What was refused is written down: a page that tries this machine's ports stands in the record. */
export class NotLedOn extends Error {
  readonly code = 'ERR_NOT_LED_ON';
}

export function closedTo(host: string, address: string): NotLedOn {
  return new NotLedOn(refusedNear(host, address));
}

/** Addresses that belong to this machine, to private networks, or to nobody. */
export function isClosed(address: string): boolean {
  if (rangeOf(address) !== null) return true;
  return Object.values(networkInterfaces())
    .flat()
    .some((own) => own?.address === address);
}
