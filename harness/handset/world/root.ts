import type { Authority } from '../../lib/certificates.ts';
import { makeAuthority } from '../../lib/certificates.ts';

const YEAR = 365 * 24 * 3600 * 1000;

/**
 * The certificate authority of the emulated internet, made anew at each start. Valid from two years before to five
 * years after `now` (ms), so that a handset may set its clock forward and back.
 */
export async function makeRoot(now: number): Promise<Authority> {
  const name = [{ CN: ['Leaklab World Root'] }, { O: ['Leaklab reference handset'] }];
  return await makeAuthority(name, {
    notBefore: new Date(now - 2 * YEAR),
    notAfter: new Date(now + 5 * YEAR),
  });
}
