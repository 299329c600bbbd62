import { z } from 'zod';
import { MOLDS } from '../canary.ts';
import { asideSchema } from './aside.ts';
import { doseSchema } from './plan/plan.ts';
import { stampSchema } from './stamp.ts';

/**
 * `trial.json`: one run-through of the steps under one condition, with everything the judge may ask about it.
 * It never says what was sighted.
 */
export type TrialRecord = z.output<typeof trialSchema>;
export type Check = z.output<typeof checkSchema>;
/** One rung of the ladder as it was climbed. */
export type Climbed = NonNullable<TrialRecord['rungs']>[number];
export type Reading = z.output<typeof readingSchema>;

const canarySchema = z.object({
  name: z.string(),
  mold: z.enum(MOLDS),
  value: z.string(),
});

/** A control of the trial: `held` or not, and in words what was found. */
const checkSchema = z.object({
  name: z.enum([
    'beacon',
    'known-leak',
    'steps',
    'condition-before',
    'condition-after',
    'unchanged',
    'accounted',
    'clean-start',
    'clock',
  ]),
  held: z.boolean(),
  found: z.string(),
});

/** What a manipulation check read from the phone's own screen. */
const readingSchema = z.object({
  when: z.enum(['before', 'after']),
  factor: z.string(),
  level: z.string(),
  /** The words beside the switch, as shown. */
  caption: z.string(),
  /** Files in the trial's folder. */
  picture: z.string(),
  tree: z.string(),
});

const coverageSchema = z.object({
  bytes: z.number(),
  byClass: z.record(z.string(), z.object({ flows: z.number(), bytes: z.number() })),
  /** Share of the bytes that carry something which could be read, 0 to 1. */
  read: z.number(),
  /** The classes add up, nothing is missing, and every line of the tap has its packets. */
  holds: z.boolean(),
  why: z.array(z.string()),
  /** Packets that packets.pcapng holds in part, or not at all, since more came than is kept; they are counted all the same. */
  shortened: z.number().default(0),
  /** Requests as tshark counts them in the same packets, as the tap told them on those connections; null: not counted. */
  recount: z
    .object({ counted: z.number(), told: z.number(), unopened: z.number() })
    .nullable()
    .default(null),
  /** Which TLS clients went through with a handshake at which host: they did not refuse us there. */
  accepted: z.array(z.string()).default([]),
  /** Versions and ciphers of TLS, offered by the phone and settled with the tap or, where we pass it through, the server. */
  tls: z
    .array(
      z.object({
        host: z.string(),
        offered: z.string(),
        settled: z.string().nullable(),
        cipher: z.string().nullable(),
        with: z.enum(['tap', 'server']),
        connections: z.number(),
      }),
    )
    .default([]),
});

/**
 * The ladder on which a field's life is measured (docs/method.md, section 9), as far as steps climb it; the clock stands
 * beside it, for what is kept so many days.
 */
export const rungSchema = z.enum([
  'visit',
  'app start',
  'data cleared',
  'reboot',
  'account change',
  'factory reset',
  'clock',
]);

export const trialSchema = z.object({
  id: z.string(),
  /** What comes from no phone says so in every file. */
  stamp: stampSchema,
  device: z.string(),
  browser: z.string(),
  replicate: z.number(),
  arm: z.string(),
  condition: z.record(z.string(), z.string()),
  /** Of the dosed canary, or the sham that stood in its place. */
  dose: doseSchema.optional(),
  /** The condition as read back from the screen, last reading wins. */
  readings: z.array(readingSchema),
  canaries: z.array(canarySchema),
  /** The positive control: `beacon` is a host label, visited in every trial. */
  beacon: canarySchema,
  decoys: z.array(canarySchema),
  checks: z.array(checkSchema),
  /** Stage → ms since the epoch at which it began; `ended` closes the list. */
  timings: z.record(z.string(), z.number()),
  /** What the steps did to app and phone by which identifiers are renewed, ms since the epoch, in order. */
  rungs: z
    .array(
      z.union([
        z.object({ at: z.number(), rung: rungSchema.exclude(['clock']) }),
        // By so many days; the wash-out after the trial takes them back.
        z.object({ at: z.number(), rung: z.literal('clock'), days: z.number().int() }),
      ]),
    )
    .optional(),
  /** When each canary was planted, ms since the epoch. */
  planted: z.record(z.string(), z.number()),
  sound: z.boolean(),
  /** Why it is void, one phrase each; empty when sound. */
  void: z.array(z.string()),
  /** Set where the trial was cut short by a Fault of the bench. */
  fault: z
    .object({ code: z.string(), message: z.string(), advice: z.string().default('') })
    .nullable(),
  /** Replicate interrupted: kept, and not part of any count. */
  cutShort: z.boolean(),
  connections: z.object({
    /** All that the phone opened to the tap. */
    total: z.number(),
    /** Those of which no line of exchanges.jsonl tells. */
    unaccounted: z.number(),
    bytesUp: z.number(),
    bytesDown: z.number(),
    /** Lines of exchanges.jsonl of which not all bytes were kept: a limit was reached, or a stream was cut off. */
    truncated: z.number().default(0),
  }),
  /** What became of every byte on the wire, class by class; null where packets are not recorded. */
  coverage: coverageSchema.nullable().default(null),
  reach: z.enum(['content', 'metadata', 'none']),
  /** Not a trial, but what a block does beside its trials; null in every trial. */
  aside: asideSchema.nullable().default(null),
  /** SHA-256 of each file beside it but the lines of the tap: packets, pictures, UI trees, logs. The archive fills it in. */
  attachments: z.record(z.string(), z.string()).optional(),
  /** The public domain that stood for leaklab.test on this device; absent where none did. */
  site: z.string().optional(),
  /** The only way out of this device is the tap (asserted, reference handsets only). */
  soleWayOut: z.boolean(),
});
