import { z } from 'zod';

/**
 * What every page, line and file about a device says of it when it is no phone: a reference handset says how good
 * the instrument is, a desktop browser is a real one whose internet is ours. A phone has no stamp.
 */
export type Stamp = z.output<typeof stampSchema>;

export const stampSchema = z.enum(['REFERENCE HANDSET', 'DESKTOP BROWSER, WORLD EGRESS', '']);

/** `reference` in plan, run and verdicts is true of reference handsets only. */
export function isReference(stamp: Stamp): boolean {
  return stamp === 'REFERENCE HANDSET';
}
