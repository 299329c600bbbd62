import { z } from 'zod';

export type ClosedRow = z.output<typeof closedSchema>;

/** One recipient of a block with doses that could not be read: what the size of what it gets says. Rates and p are 0–1. */
export const closedSchema = z.object({
  device: z.string(),
  browser: z.string(),
  canary: z.string(),
  host: z.string(),
  recipientClass: z.string(),
  /** How it is closed: `unread`, `opaque`, `undecoded`. */
  closed: z.array(z.string()),
  answer: z.enum(['talks about it', 'inconclusive']),
  reasons: z.array(
    z.enum(['void-rate', 'too-few', 'unaccounted', 'batched', 'no-slope', 'family']),
  ),
  /** Bytes for a character of the address, and every slope that the trials do not speak against (95 %). */
  slope: z.number().nullable(),
  interval: z.tuple([z.number().nullable(), z.number().nullable()]).nullable(),
  /** Every known way of telling the address that gives such a slope. */
  encodings: z.array(z.string()),
  /** Of the slope: under the maximum over all closed recipients, and alone. */
  p: z.number().nullable(),
  ownP: z.number().nullable(),
  /** More bytes with the visit than without; other bytes for a page of chance than for a fixed one as long. */
  visits: z.number().nullable(),
  content: z.number().nullable(),
  /** More bytes after a longer address in a trial before. */
  late: z.number().nullable(),
  /** Mean bytes of each arm, in the plan's order; sound trials only. */
  bytes: z.array(z.object({ dose: z.string(), trials: z.number(), mean: z.number() })),
  /** Standard deviation of bytes between equal visits, from the shams; null where it is not known. */
  noise: z.number().nullable(),
  /** With what chance it would be found at this noise: told the address once as it is, or compressed. */
  power: z.object({ raw: z.number(), compressed: z.number() }).nullable(),
  /** Closed recipients that share the maximum, and sound trials with a dose. */
  recipients: z.number(),
  trials: z.number(),
  primary: z.boolean(),
  /** Over all contrasts and slopes of the plan, and over the primaries of the invocation; each with how many they are. */
  pAdjusted: z.number().nullable().default(null),
  family: z.number().default(1),
  pOverInvocation: z.number().nullable().default(null),
  invocation: z.number().default(1),
  smallestP: z.number().default(0),
});
