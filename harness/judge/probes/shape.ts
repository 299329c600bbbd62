import { z } from 'zod';
import { stampSchema } from '../../record/stamp.ts';

export type Probe = z.output<typeof probeSchema>;

/**
 * Somebody on the device tried to reach the network that it was in (this machine, its neighbours), under one condition.
 * Nothing was led there, so nothing says whether anybody would have answered.
 */
export const probeSchema = z.object({
  device: z.string(),
  browser: z.string(),
  stamp: stampSchema,
  condition: z.record(z.string(), z.string()),
  /** Who asked: a page, the browser or ROM by itself; and how that is known. */
  origin: z.enum(['page', 'native', 'unknown']),
  originFrom: z.string(),
  /** Host of the page that the request names; null where it names none. */
  page: z.string().nullable(),
  sender: z.string().nullable(),
  /** As it was asked for; a name may lead to a near address. */
  host: z.string(),
  address: z.string(),
  range: z.enum(['loopback', 'link-local', 'private', 'multicast', "nobody's", 'this machine']),
  /** Lowest first. */
  ports: z.array(z.number()),
  /** There were more of them than are listed. */
  morePorts: z.boolean(),
  /** In k of n sound trials, and in so many void or cut-short ones. */
  seen: z.number(),
  sound: z.number(),
  uncounted: z.number(),
  attempts: z.number(),
  /** The first of them, with its 1-based line of the trial's exchanges.jsonl. */
  evidence: z.object({ trial: z.string(), exchange: z.string(), line: z.number() }),
});
