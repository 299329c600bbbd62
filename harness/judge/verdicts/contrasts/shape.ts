import { z } from 'zod';
import { statisticSchema } from '../../../record/plan/plan.ts';

export type Contrast = z.output<typeof contrastSchema>;

const conditionSchema = z.record(z.string(), z.string());
const rangeSchema = z.tuple([z.number(), z.number()]);

export const contrastSchema = z.object({
  scenario: z.string(),
  device: z.string(),
  browser: z.string(),
  /** Null where recipients are asked about, whatever they are told. */
  canary: z.string().nullable(),
  /** Null: at any recipient that the canary need not reach. */
  host: z.string().nullable(),
  factor: z.string(),
  levels: z.tuple([z.string(), z.string()]),
  held: conditionSchema,
  statistic: z.string(),
  /** Rate (or mean, in the unit of its measure) under the first level minus that under the second. */
  difference: z.number().nullable(),
  interval: rangeSchema.nullable(),
  p: z.number().nullable(),
  pAdjusted: z.number().nullable(),
  /** Contrasts that share the adjustment. */
  family: z.number(),
  /** Of a primary one: adjusted over the primaries of the invocation alone, of which there are so many. */
  pOverInvocation: z.number().nullable(),
  invocation: z.number(),
  smallestP: z.number(),
  primary: z.boolean(),
  kind: z.enum(['randomised', 'descriptive', 'exploratory']),
  role: z.enum(['claim', 'control']),
  /** Replicates in which both arms are sound. */
  pairs: z.number(),
  /** p of this canary and recipient alone; `p` holds for the maximum over all of this contrast. */
  ownP: z.number().nullable(),
  /**
   * Why there is no p: one side has no answer (`inconclusive`), bytes were not counted, too many voids, one side void more often than the
   * other. `a-a-alarm` comes with a p, and warns of it.
   */
  reasons: z.array(
    z.enum([
      'inconclusive',
      'unaccounted',
      'void-rate',
      'void-rates-differ',
      'too-few',
      'a-a-alarm',
    ]),
  ),
  /** What a trial is counted by: sightings, bytes, seconds of phone time. */
  measure: statisticSchema.default('presence'),
  /** A trial, under each level. */
  means: rangeSchema.nullable().default(null),
});
