import { z } from 'zod';

/**
 * What a block does once beside its trials, to know how far it can be believed. An aside has a folder like a trial, and its
 * `trial.json` says which aside it is; it enters no count.
 */
export type Aside = z.output<typeof asideSchema>;
export type PlannedAside = z.output<typeof plannedAsideSchema>;
export type PlannedKnown = Extract<PlannedAside, { kind: 'known leaks' }>;
export type PlannedVisit = Extract<PlannedAside, { kind: 'visit' }>;
export type Way = z.output<typeof waySchema>;
export type Arm = z.output<typeof armSchema>;
export type HostBytes = z.output<typeof hostSchema>;

/** One way by which our own app sends: its name is the first label of the host, and of the canary that goes by it. */
const waySchema = z.object({
  way: z.string(),
  /** From the inside out: "json › gzip". */
  wrapping: z.string(),
  transport: z.string(),
});

/**
 * `bare`: no automation, no tap, no CA, a gateway alone. `instrumented`: as a trial is. `aged`: the same installation, not
 * cleared for so many hours.
 */
export const armSchema = z.enum(['bare', 'instrumented', 'aged']);

/** On the wire, with all that carries them. */
export const hostSchema = z.object({
  host: z.string(),
  connections: z.number(),
  bytesUp: z.number(),
  bytesDown: z.number(),
});

export const plannedAsideSchema = z.discriminatedUnion('kind', [
  /** Our own app (lab.leaklab.known) sends by every one of these ways. */
  z.object({
    kind: z.literal('known leaks'),
    id: z.string(),
    ways: z.array(waySchema),
    /** Ways of which the tap then heard nothing at all are asked for once more, with a canary of their own. */
    again: z.boolean().optional(),
  }),
  /** One visit to a page that everybody knows. */
  z.object({ kind: z.literal('visit'), id: z.string(), arm: armSchema }),
]);

export const asideSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('known leaks'),
    /** Its version; null where it is not installed. */
    app: z.string().nullable(),
    /**
     * Those that were asked for; `said`: the app says that it sends by this one; `heard`: the tap had its host in time
     * (absent where it cannot); `again`: asked once more, and whether the app said that it sends.
     */
    ways: z.array(
      waySchema.extend({
        said: z.boolean(),
        heard: z.boolean().optional(),
        again: z.boolean().optional(),
      }),
    ),
  }),
  z.object({
    kind: z.literal('visit'),
    arm: armSchema,
    page: z.string(),
    /** Phone time since the installation was cleared, by which the clock was set on. */
    hours: z.number(),
    hosts: z.array(hostSchema),
  }),
]);

/** The canary that goes by a way when it is asked for once more. */
export function askedAgain(way: string): string {
  return `${way}, asked again`;
}
