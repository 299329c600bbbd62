import type { Certified } from '../../../lib/certificates.ts';
import { makeAuthority } from '../../../lib/certificates.ts';

const DAY = 24 * 3600 * 1000;
/** A phone's clock may be behind ours. */
const BEFORE_MS = 2 * DAY;
/** Days after which a certificate is of no use: one that is left on a phone stays believed no longer. */
const VALID_DAYS = 30;

/**
 * The authority of one run on one device: it believes us for that long, and nobody else. Its key is kept in memory
 * alone, and its name says whose it is and of which day, should it ever be found on a phone. `daysAhead`: so far on the
 * phone's clock will be set.
 */
export async function makeRunAuthority(
  device: string,
  now: number,
  daysAhead: number,
): Promise<Certified> {
  const day = new Date(now).toISOString().slice(0, 10);
  return await makeAuthority([{ O: ['Leaklab'] }, { CN: [`Leaklab ${device} ${day}`] }], {
    notBefore: new Date(now - BEFORE_MS),
    notAfter: new Date(now + (VALID_DAYS + daysAhead) * DAY),
  });
}
