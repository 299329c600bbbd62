import { z } from 'zod';

export type Difference = z.output<typeof differenceSchema>;
export type FieldRow = z.output<typeof fieldSchema>;
export type LinkRow = z.output<typeof linkSchema>;

/** What occurs under one level and never under the other: k of n trials against j of m. */
export const differenceSchema = z.object({
  device: z.string(),
  browser: z.string(),
  factor: z.string(),
  held: z.record(z.string(), z.string()),
  kind: z.enum(['recipient', 'name', 'endpoint', 'field']),
  what: z.string(),
  /** The level in which it occurs, in k of n sound trials; under `against` in none of m. */
  only: z.string(),
  k: z.number(),
  n: z.number(),
  against: z.string(),
  j: z.number(),
  m: z.number(),
  /** Under the largest of all of this contrast's; null where no replicate is whole on both sides. */
  p: z.number().nullable(),
});

/** A field that the phone sent: its place, and how its values behave (docs/fields.md). No value is ever told. */
export const fieldSchema = z.object({
  device: z.string(),
  browser: z.string(),
  endpoint: z.string(),
  field: z.string(),
  class: z.string(),
  shape: z.string(),
  /** By its values or its name it can single out a phone or person, and outlives a request. */
  lasting: z.boolean(),
  /** A value of it was in more than one request. */
  outlivesRequest: z.boolean(),
  requests: z.number(),
  /** In k of n trials. */
  trials: z.number(),
  of: z.number(),
  /** Where a server had said its first value; null where the phone was first. */
  origin: z.string().nullable(),
  /** The first line that carried it. */
  trial: z.string(),
  line: z.number(),
});

/** Two lasting identifiers in one event. */
export const linkSchema = z.object({
  device: z.string(),
  browser: z.string(),
  endpoint: z.string(),
  fields: z.array(z.object({ field: z.string(), class: z.string() })),
  exchanges: z.number(),
  trial: z.string(),
  line: z.number(),
});
