import { z } from 'zod';
import { stampSchema } from '../../record/stamp.ts';
import { closedSchema } from '../closed/shape.ts';
import { outsideContrastSchema, outsideSchema } from '../outside/shape.ts';
import { factSchema } from '../recipients/registry.ts';

/** `verdicts.json`: every answer of a run with what it rests on. Fields stand in this order; rates are 0–1. */
export type Verdicts = z.output<typeof verdictsSchema>;
export type Verdict = z.output<typeof verdictSchema>;
export type Bounds = z.output<typeof boundsSchema>;
export type Evidence = z.output<typeof evidenceSchema>;
export type Contrast = z.output<typeof contrastSchema>;
export type Difference = z.output<typeof differenceSchema>;
export type FieldRow = z.output<typeof fieldSchema>;
export type LinkRow = z.output<typeof linkSchema>;
export type Contact = z.output<typeof contactSchema>;
export type RecipientFacts = z.output<typeof recipientFactsSchema>;
export type Reason = z.output<typeof reasonSchema>;
export type RunReason = z.output<typeof runReasonSchema>;
export type RecipientClass = z.output<typeof recipientClassSchema>;

/** Why there is no answer, the most telling first. */
export const REASONS = [
  'decoy-sighted',
  'unread',
  'opaque',
  'undecoded',
  'truncated',
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

export const recipientClassSchema = z.enum([
  'maker',
  'processor',
  'page',
  'search engine',
  'platform',
  'unknown',
]);

const conditionSchema = z.record(z.string(), z.string());
const rangeSchema = z.tuple([z.number(), z.number()]);

const evidenceSchema = z.object({
  trial: z.string(),
  exchange: z.string(),
  where: z.string(),
  wrappings: z.array(z.string()),
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

const boundsSchema = z.object({
  visits: z.number(),
  withVoids: z.number(),
  simultaneous: z.number(),
  phones: z.number(),
  /** Installations that are alike and in which this was not seen; `phones` is about them. */
  ofPhones: z.number(),
  /** What all of them are divided by, with its one-sided lower 95 % limit; null: by nothing. */
  sensitivity: z
    .object({
      way: z.string(),
      found: z.number(),
      of: z.number(),
      limit: z.number(),
      from: z.string(),
    })
    .nullable(),
});

const verdictSchema = z.object({
  scenario: z.string(),
  device: z.string(),
  reference: z.boolean(),
  rom: z.string(),
  browser: z.string(),
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

const contrastSchema = z.object({
  scenario: z.string(),
  device: z.string(),
  browser: z.string(),
  canary: z.string(),
  /** Null: at any recipient that the canary need not reach. */
  host: z.string().nullable(),
  factor: z.string(),
  levels: z.tuple([z.string(), z.string()]),
  held: conditionSchema,
  statistic: z.string(),
  /** Rate under the first level minus rate under the second. */
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
   * Why there is no p: one side has no answer (`inconclusive`), too many voids, one side void more often than the
   * other. `a-a-alarm` comes with a p, and warns of it.
   */
  reasons: z.array(
    z.enum(['inconclusive', 'void-rate', 'void-rates-differ', 'too-few', 'a-a-alarm']),
  ),
});

const differenceSchema = z.object({
  device: z.string(),
  browser: z.string(),
  factor: z.string(),
  held: conditionSchema,
  kind: z.enum(['recipient', 'endpoint', 'field']),
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
const fieldSchema = z.object({
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
const linkSchema = z.object({
  device: z.string(),
  browser: z.string(),
  endpoint: z.string(),
  fields: z.array(z.object({ field: z.string(), class: z.string() })),
  exchanges: z.number(),
  trial: z.string(),
  line: z.number(),
});

const contactSchema = z.object({
  device: z.string(),
  browser: z.string(),
  host: z.string(),
  recipientClass: recipientClassSchema,
  origin: z.enum(['page', 'native', 'unknown']),
  /** How the origin is known, in the first of these exchanges. */
  originFrom: z.string(),
  /** In k of n trials, void ones included. */
  trials: z.number(),
  of: z.number(),
  exchanges: z.number(),
});

/**
 * Who a recipient is. Registry is not owner, owner is not host, host is not place: each fact has its source and date,
 * or the reason why it is not known.
 */
const recipientFactsSchema = z.object({
  host: z.string(),
  recipientClass: recipientClassSchema,
  /** Whose it is by our table of classes: a party, not a registrant. */
  who: factSchema,
  /** Who registered the domain. */
  domain: factSchema,
  /** Where it was reached; none where that is not recorded. */
  addresses: z.array(
    z.object({
      address: z.string(),
      /** Who registered the address. */
      registrant: factSchema,
      /** Who runs the network (AS) that leads to it. */
      operator: factSchema,
      /** Where it stands: only what somebody measured. */
      place: factSchema,
    }),
  ),
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
    }),
  ),
  structure: z.array(differenceSchema),
  fields: z.array(fieldSchema),
  links: z.array(linkSchema),
  /** Every recipient that the device spoke to, once an origin. */
  contacts: z.array(contactSchema),
  /** Who each of them is, by four facts that do not follow from one another. */
  recipients: z.array(recipientFactsSchema),
  /** Recipients whose content stays closed, where the scenario gives doses. */
  closed: z.array(closedSchema).default([]),
  /** Recipients that could not be read, and whether a mode or switch changes how much they are told. */
  outside: z.array(outsideSchema),
  outsideContrasts: z.array(outsideContrastSchema),
});
