import { z } from 'zod';

export type OutsideRow = z.output<typeof outsideSchema>;
export type TlsRow = z.output<typeof tlsSchema>;
export type OutsideContrast = z.output<typeof outsideContrastSchema>;

/** Smallest, median and largest of the sound trials under a condition. */
const spreadSchema = z.tuple([z.number(), z.number(), z.number()]);

/** A recipient that could not be read, from outside: bytes are those of its connections, TLS's own among them. */
export const outsideSchema = z.object({
  device: z.string(),
  browser: z.string(),
  host: z.string(),
  recipientClass: z.string(),
  condition: z.record(z.string(), z.string()),
  /** Spoken to in k of n sound trials. */
  trials: z.number(),
  of: z.number(),
  connections: spreadSchema,
  bytesUp: spreadSchema,
  bytesDown: spreadSchema,
  /** Median of phone time from the first step to the first connection, in seconds. */
  firstSeconds: z.number().nullable(),
});

/** Connections to one recipient whose hello and answer were alike. */
export const tlsSchema = z.object({
  device: z.string(),
  browser: z.string(),
  host: z.string(),
  recipientClass: z.string(),
  /** "TLS 1.2": the highest version that the phone offered. */
  offered: z.string(),
  /** What came of it, with our tap or, where it was passed through, with the server; null where that was not seen. */
  settled: z.string().nullable(),
  cipher: z.string().nullable(),
  with: z.enum(['tap', 'server']),
  connections: z.number(),
  /** Either is older than TLS 1.2. */
  old: z.boolean(),
});

export const outsideContrastSchema = z.object({
  device: z.string(),
  browser: z.string(),
  host: z.string(),
  factor: z.string(),
  levels: z.tuple([z.string(), z.string()]),
  held: z.record(z.string(), z.string()),
  role: z.enum(['claim', 'control']),
  measure: z.enum(['connections', 'bytes up']),
  /** A trial, under each level. */
  means: z.tuple([z.number(), z.number()]),
  pairs: z.number(),
  /** Under the largest over all recipients and measures of this contrast. */
  p: z.number(),
  kind: z.literal('exploratory'),
});
