import { z } from 'zod';

/** How often leaks that certainly were there were found, in one wrapping by one transport: `found` of `of` sound trials. */
export type Sensitivity = z.output<typeof sensitivitySchema>;
export type Calibrated = z.output<typeof calibratedSchema>;

export const sensitivitySchema = z.object({
  /** As "json › gzip over https". */
  way: z.string(),
  found: z.number(),
  of: z.number(),
});

/** The latest calibration of one code version, as it is known before a run; `name` is its file in `results/`. */
export const calibratedSchema = z.object({
  name: z.string(),
  ways: z.array(sensitivitySchema),
});
