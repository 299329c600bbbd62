import { z } from 'zod';
import { stampSchema } from '../../record/stamp.ts';
import { closedSchema } from '../closed/shape.ts';
import { armsSchema } from '../outside/arms.ts';
import { outsideContrastSchema, outsideSchema, tlsSchema } from '../outside/shape.ts';
import { differenceSchema, fieldSchema, linkSchema } from '../fields/shape.ts';
import { probeSchema } from '../probes/shape.ts';
import { contactSchema, recipientClassSchema, recipientFactsSchema } from '../recipients/shape.ts';
import { contrastSchema } from './contrasts/shape.ts';
import { ownAppSchema } from './silence/own-app.ts';

/** `verdicts.json`: every answer of a run with what it rests on. Fields stand in this order; rates are 0–1. */
export type Verdicts = z.output<typeof verdictsSchema>;
export type Verdict = z.output<typeof verdictSchema>;
export type Bounds = z.output<typeof boundsSchema>;
export type Evidence = z.output<typeof evidenceSchema>;
export type Reason = z.output<typeof reasonSchema>;
export type RunReason = z.output<typeof runReasonSchema>;

/** Why there is no answer, the most telling first. */
export const REASONS = [
  'decoy-sighted',
  'unread',
  'opaque',
  'undecoded',
  'truncated',
  'known-leak-missed',
  'unaccounted',
  'batched',
  'changed-under-test',
  'condition-unproven',
  'void-rate',
  'too-few',
] as const;

const reasonSchema = z.enum(REASONS);

/** What bears on the whole run: a false alarm, or two equal arms that differ. */
const runReasonSchema = z.enum(['decoy-sighted', 'a-a-alarm']);

const conditionSchema = z.record(z.string(), z.string());
const rangeSchema = z.tuple([z.number(), z.number()]);

const evidenceSchema = z.object({
  trial: z.string(),
  exchange: z.string(),
  where: z.string(),
  wrappings: z.array(z.string()),
  /** How much of the canary stands there, in words. */
  share: z.string().optional(),
  alongside: z.array(z.object({ field: z.string(), class: z.string() })),
  form: z.string(),
  /** 1-based line of the trial's exchanges.jsonl. */
  line: z.number(),
  /** "POST https://host/path", the query left out. */
  request: z.string(),
  /** Phone time from planting to sending, in seconds; null where either is not known. */
  afterSeconds: z.number().nullable(),
  /** A canary of an earlier trial: the trial and condition in which it was planted, and in which it left. */
  carryOver: z
    .object({ planted: z.string(), plantedUnder: conditionSchema, leftUnder: conditionSchema })
    .nullable(),
});

/** How often a leak that was certainly there was found, and the one-sided lower 95 % limit of that. */
const sensitivitySchema = z.object({
  way: z.string(),
  found: z.number(),
  of: z.number(),
  limit: z.number(),
  from: z.string(),
});

const boundsSchema = z.object({
  visits: z.number(),
  withVoids: z.number(),
  simultaneous: z.number(),
  phones: z.number(),
  /** Installations that are alike and in which this was not seen; `phones` is about them. */
  ofPhones: z.number(),
  /** What all of them are divided by, with its one-sided lower 95 % limit; null: by nothing. */
  sensitivity: sensitivitySchema.nullable(),
});

const verdictSchema = z.object({
  scenario: z.string(),
  device: z.string(),
  reference: z.boolean(),
  rom: z.string(),
  /** As it calls itself; `browserName`: as devices.json and the plan do, "" in what was judged before that was kept. */
  browser: z.string(),
  browserName: z.string().default(''),
  appVersion: z.string(),
  reach: z.enum(['content', 'metadata', 'none']),
  canary: z.string(),
  /** Null in the row that speaks of every recipient but those that must see the canary. */
  host: z.string().nullable(),
  recipientClass: recipientClassSchema.nullable(),
  condition: conditionSchema,
  answer: z.enum(['leaks', 'not seen', 'inconclusive']),
  /** Sound trials with a sighting, sound trials, void trials. */
  seen: z.number(),
  sound: z.number(),
  void: z.number(),
  /** Further sound trials whose canary was sighted only after their window had closed: proof, and in no rate. */
  late: z.number().default(0),
  /** In order of time: ● sighted, ○ not, × void. Cut-short trials are left out. */
  order: z.string(),
  rate: rangeSchema.nullable(),
  bounds: boundsSchema.nullable(),
  reasons: z.array(reasonSchema),
  forms: z.array(z.string()),
  origin: z.enum(['page', 'native', 'unknown']),
  sender: z.string().nullable(),
  evidence: z.array(evidenceSchema),
  /** How the origin is known. */
  originFrom: z.string(),
  /** Why trials are void, each phrase with its count. */
  voidReasons: z.array(z.object({ reason: z.string(), count: z.number() })),
  /** Where and why bytes could not be searched, for the reasons above; at most eight lines. */
  unsearched: z.array(z.string()),
  stamp: stampSchema,
  /** Share of the bytes of these trials that could be read, 0 to 1; null where there were none. */
  read: z.number().nullable(),
});

export const verdictsSchema = z.object({
  run: z.string(),
  basis: z.object({
    calibration: z.string().nullable(),
    runs: z.array(z.object({ run: z.string(), ledgerHead: z.string() })),
  }),
  verdicts: z.array(verdictSchema),
  contrasts: z.array(contrastSchema),
  scenario: z.string(),
  question: z.string(),
  seed: z.string(),
  codeVersion: z.string(),
  recipientClasses: z.array(recipientClassSchema),
  /** Every wrapping that was taken off where it occurred: what "searched" means in this run. */
  searched: z.array(z.string()),
  runReasons: z.array(runReasonSchema),
  blocks: z.array(
    z.object({
      device: z.string(),
      browser: z.string(),
      reference: z.boolean(),
      stamp: stampSchema,
      timelapse: z.number(),
      sound: z.number(),
      void: z.number(),
      cutShort: z.number(),
      dropped: z.array(z.string()),
      /** Share of the bytes of all its trials that could be read. */
      read: z.number().nullable(),
      /** Of its own known leak; never mixed with a calibration's. Null: it was not tried. */
      knownLeak: sensitivitySchema.nullable().default(null),
      /** What our own app there sent by other ways, and what of it was found. Null: it was not asked. */
      ownApp: ownAppSchema.nullable().default(null),
    }),
  ),
  structure: z.array(differenceSchema),
  fields: z.array(fieldSchema),
  links: z.array(linkSchema),
  /** Every recipient that the device spoke to, once an origin. */
  contacts: z.array(contactSchema),
  /** Who tried to reach the network that the device was in: this machine and its neighbours. */
  probes: z.array(probeSchema).default([]),
  /** Who each of them is, by four facts that do not follow from one another. */
  recipients: z.array(recipientFactsSchema),
  /** Recipients whose content stays closed, where the scenario gives doses. */
  closed: z.array(closedSchema).default([]),
  /** Recipients that could not be read, and whether a mode or switch changes how much they are told. */
  outside: z.array(outsideSchema),
  /** Of packets; nothing where none were recorded. */
  tls: z.array(tlsSchema),
  outsideContrasts: z.array(outsideContrastSchema),
  /** What the instrument itself changes, side by side. */
  arms: z.array(armsSchema).default([]),
});
