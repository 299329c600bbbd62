import type { Certified } from '../../../lib/certificates.ts';
import { makeAuthority } from '../../../lib/certificates.ts';

const DAY = 24 * 3600 * 1000;
/** A phone's clock may be behind ours. */
const BEFORE_MS = 2 * DAY;
/** A certificate that is left on a phone is of no use to anybody soon after its run. */
const VALID_MS = 30 * DAY;

/**
 * The authority of one run on one device: it believes us for that long, and nobody else. Its key is kept in memory
 * alone, and its name says whose it is and of which day, should it ever be found on a phone.
 */
export async function makeRunAuthority(device: string, now: number): Promise<Certified> {
  const day = new Date(now).toISOString().slice(0, 10);
  return await makeAuthority([{ O: ['Leaklab'] }, { CN: [`Leaklab ${device} ${day}`] }], {
    notBefore: new Date(now - BEFORE_MS),
    notAfter: new Date(now + VALID_MS),
  });
}
