import { z } from 'zod';
import { DOSES, SHAMS } from '../../canary.ts';
import { plannedAsideSchema } from '../aside.ts';
import { calibratedSchema } from './sensitivity.ts';
import { stampSchema } from '../stamp.ts';

/**
 * `plan.json`: everything that is decided before the first trial, hashed into the ledger so that nobody can move
 * the goalposts afterwards. `gather/plan.ts` makes it; the judge reads it back.
 */
export type Plan = z.output<typeof planSchema>;
export type Block = z.output<typeof blockSchema>;
export type PlannedTrial = z.output<typeof plannedTrialSchema>;
export type DeclaredContrast = z.output<typeof contrastSchema>;
/** One level for each factor. */
export type Condition = Readonly<Record<string, string>>;

const conditionSchema = z.record(z.string(), z.string());

/** Bytes of chance behind the dosed page's address; or what they are held against. */
export const doseSchema = z.union([z.literal(DOSES), z.enum(SHAMS)]);

const plannedTrialSchema = z.object({
  /** Unique in the run and fit for a folder name: `<device>-<nn>`. */
  id: z.string(),
  /** 1-based. Every replicate holds each arm once. */
  replicate: z.number(),
  /** The arm's name: the condition in words; the second of the A/A pair ends in " (again)". */
  arm: z.string(),
  condition: conditionSchema,
  /** Only where the block has doses; the A/A twin has its arm's. */
  dose: doseSchema.optional(),
});

/**
 * `presence`: whether a canary was sighted; `delay`: how long after it was planted. `exchanges`, `bytes`, `first contact`:
 * how often, how much and when a recipient was told anything, whether it could be read or not.
 */
export const statisticSchema = z.enum(['presence', 'delay', 'exchanges', 'bytes', 'first contact']);
export type Statistic = z.output<typeof statisticSchema>;

const contrastSchema = z.object({
  /** The factor whose two levels are compared, every other factor held. For the A/A pair: "A/A". */
  factor: z.string(),
  levels: z.tuple([z.string(), z.string()]),
  held: conditionSchema,
  /** The arms compared, by name, in the order of `levels`. */
  arms: z.tuple([z.string(), z.string()]),
  primary: z.boolean(),
  /** What a trial is counted by; older plans know sightings only. */
  statistic: statisticSchema.default('presence'),
  /** `control` marks the A/A pair: an alarm there is ours. */
  role: z.enum(['claim', 'control']),
});

const blockSchema = z.object({
  device: z.string(),
  browser: z.string(),
  /** From devices.json, as said before the phone is asked. */
  expected: z.object({
    reference: z.boolean(),
    stamp: stampSchema,
    reach: z.enum(['content', 'metadata', 'none']),
    rom: z.string(),
    appVersion: z.string(),
    timelapse: z.number(),
  }),
  conditions: z.array(conditionSchema),
  /** Levels and factors that this installation does not have, each as a sentence. */
  dropped: z.array(z.string()),
  contrasts: z.array(contrastSchema),
  /** Where doses are given: of which canary, by which arms, and whether their slope is the block's primary contrast. */
  doses: z
    .object({
      canary: z.string(),
      arms: z.array(z.object({ arm: z.string(), dose: doseSchema })),
      primary: z.boolean(),
    })
    .nullable()
    .default(null),
  /** What is done once beside the trials, before the first of them. Older plans have none. */
  asides: z.array(plannedAsideSchema).default([]),
  /** In the order in which they are run. */
  trials: z.array(plannedTrialSchema),
});

export const planSchema = z.object({
  run: z.string(),
  scenario: z.string(),
  question: z.string(),
  /** The sentences of the press, the maker or researchers that the scenario puts to the test. */
  claims: z.array(z.string()),
  factors: z.record(z.string(), z.array(z.string())),
  canaries: z.record(z.string(), z.string()),
  /** For each canary the hosts that must see it for the browser to work at all. */
  mayReach: z.record(z.string(), z.array(z.string())),
  recipientClasses: z.array(z.string()),
  replicates: z.number(),
  seed: z.string(),
  /** Phone time, in ms. */
  followUpMs: z.number(),
  blocks: z.array(blockSchema),
  /** How many primary claims (canary rows) share the simultaneous bounds. */
  family: z.number(),
  /** How many primary contrasts the invocation has, over all its devices and scenarios; null: those of this plan. */
  primaries: z.number().nullable().default(null),
  /**
   * The bets on the primary contrasts that this run is one night of: share of the capital that is staked, on which arm, and
   * how many such games are played at once. Null: older plans play none.
   */
  game: z
    .object({
      stake: z.number(),
      side: z.enum(['first', 'second', 'either']),
      family: z.number(),
    })
    .nullable()
    .default(null),
  /** What this plan can show, as sentences. */
  power: z.array(z.string()),
  /** The latest calibration of this code version; null: there was none before the run. */
  calibration: calibratedSchema.nullable().default(null),
  codeVersion: z.string(),
});
