import { z } from 'zod';

/**
 * `manifest.json`: of which record the judge's files were judged, and their SHA-256. Whoever builds on them can tell whether
 * they are still what was judged; whoever edits both has to be found out by judging again.
 */
export const manifestSchema = z.object({
  ledgerHead: z.string(),
  files: z.record(z.string(), z.string()),
});
