import { z } from 'zod';

/**
 * What a block does once beside its trials, to know how far it can be believed. An aside has a folder like a trial, and its
 * `trial.json` says which aside it is; it enters no count.
 */
export type Aside = z.output<typeof asideSchema>;
export type PlannedAside = z.output<typeof plannedAsideSchema>;
export type Way = z.output<typeof waySchema>;

/** One way by which our own app sends: its name is the first label of the host, and of the canary that goes by it. */
const waySchema = z.object({
  way: z.string(),
  /** From the inside out: "json › gzip". */
  wrapping: z.string(),
  transport: z.string(),
});

export const plannedAsideSchema = z.discriminatedUnion('kind', [
  /** Our own app (lab.leaklab.known) sends by every one of these ways. */
  z.object({ kind: z.literal('known leaks'), id: z.string(), ways: z.array(waySchema) }),
]);

export const asideSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('known leaks'),
    /** Its version; null where it is not installed. */
    app: z.string().nullable(),
    /** Those that were asked for; `said`: the app says that it sends by this one. */
    ways: z.array(waySchema.extend({ said: z.boolean() })),
  }),
]);
