import { z } from 'zod';
import { stampSchema } from '../../record/stamp.ts';
import { recipientClassSchema } from '../recipients/shape.ts';

/** What `leaklab compare --json` prints: fields may be added, none of these is renamed. Rates are 0–1. */
export type Comparison = z.output<typeof comparisonSchema>;
export type AnswerChange = z.output<typeof answerChangeSchema>;
export type FoundAnswer = Omit<AnswerChange, 'on' | 'p'>;
export type Told = z.output<typeof toldSchema>;
export type Answer = Told['answer'];
export type ContrastChange = z.output<typeof contrastChangeSchema>;
export type FoundContrast = Omit<ContrastChange, 'on'>;
export type Change = z.output<typeof changeSchema>;
export type FoundChange = Omit<Change, 'on' | 'p'>;
export type Where = z.output<typeof whereSchema>;
export type Sided = z.output<typeof sideSchema>;

const conditionSchema = z.record(z.string(), z.string());
/** The phones that were held against each other, by the names of devices.json. */
const onSchema = z.object({ a: z.array(z.string()), b: z.array(z.string()) });

/** A pointer into a record; trial and line are null where it is the whole ledger that proves it. */
const whereSchema = z.object({
  run: z.string(),
  ledgerHead: z.string(),
  trial: z.string().nullable(),
  line: z.number().nullable(),
});

const toldSchema = z.object({
  /** `no sighting`: none at this recipient, and the silence was not judged because another one was told. */
  answer: z.enum(['leaks', 'not seen', 'inconclusive', 'no sighting']),
  seen: z.number(),
  sound: z.number(),
  void: z.number(),
  /** A leak in more than this share of visits would have shown; null unless one block was not seen to leak. */
  bound: z.number().nullable(),
  reasons: z.array(z.string()),
  beside: z.array(z.object({ field: z.string(), class: z.string() })),
  evidence: whereSchema,
});

const answerChangeSchema = z.object({
  scenario: z.string(),
  canary: z.string(),
  /** Null: at any recipient that need not see it. */
  host: z.string().nullable(),
  underA: conditionSchema,
  underB: conditionSchema,
  change: z.enum([
    'began',
    'stopped',
    'more often',
    'less often',
    'answered now',
    'no longer answered',
  ]),
  a: toldSchema,
  b: toldSchema,
  /** Over pairs of installations, under the largest of all that was looked at; null where no lot ordered them. */
  p: z.number().nullable(),
  on: onSchema,
});

const effectSchema = z.object({
  difference: z.number(),
  interval: z.tuple([z.number(), z.number()]),
  pAdjusted: z.number().nullable(),
  held: conditionSchema,
  run: z.string(),
});

/** The effect of a shuffled factor (a mode, a switch) on a side, and on the other. */
const contrastChangeSchema = z.object({
  scenario: z.string(),
  canary: z.string(),
  host: z.string().nullable(),
  factor: z.string(),
  levels: z.tuple([z.string(), z.string()]),
  a: effectSchema,
  b: effectSchema,
  on: onSchema,
});

const presentSchema = z.object({ k: z.number(), n: z.number(), evidence: whereSchema });

const changeSchema = z.object({
  /** `bytes`: sent up, a trial, to a recipient that nobody could read on either side. */
  kind: z.enum(['recipient', 'endpoint', 'field', 'class', 'switch', 'caption', 'bytes']),
  change: z.enum(['appeared', 'vanished', 'more often', 'less often', 'changed', 'more', 'less']),
  scenario: z.string(),
  what: z.string(),
  /** Whom it concerns: the recipient; null for switches and captions. */
  host: z.string().nullable(),
  recipientClass: recipientClassSchema.nullable(),
  /** Conditions of A and of B under which it holds; none: it was looked at over all of them. */
  under: z.array(z.object({ a: conditionSchema, b: conditionSchema })),
  /** How its values behave on either side; null where it is no field, or is not there. */
  classA: z.string().nullable(),
  classB: z.string().nullable(),
  a: presentSchema,
  b: presentSchema,
  /** What appeared or vanished with it: the endpoints of a recipient, the fields of an endpoint. */
  with: z.array(z.string()),
  /** What it means for a person, from 100 down, and in words. */
  weight: z.number(),
  meaning: z.string(),
  /** As for answers; the smallest of its conditions. Null for classes, bytes, switches and captions. */
  p: z.number().nullable(),
  on: onSchema,
});

const blockSchema = z.object({
  run: z.string(),
  ledgerHead: z.string(),
  scenario: z.string(),
  date: z.string().nullable(),
  device: z.string(),
  stamp: stampSchema,
  model: z.string(),
  rom: z.string(),
  browser: z.string(),
  appVersion: z.string(),
  reach: z.enum(['content', 'metadata', 'none']),
  codeVersion: z.string(),
  sound: z.number(),
  void: z.number(),
});

const sideSchema = z.object({
  term: z.string(),
  /** What the term was taken for. */
  kind: z.enum(['run', 'device', 'app version', 'ROM', 'date']),
  blocks: z.array(blockSchema),
});

export const comparisonSchema = z.object({
  a: sideSchema,
  b: sideSchema,
  scenarios: z.array(z.string()),
  /** Facts that are the same on both sides, with their value. */
  held: z.array(z.object({ what: z.string(), value: z.string() })),
  /** Facts that are not, and all that changed together: more than one means that nothing here says which it was. */
  differs: z.array(z.object({ what: z.string(), a: z.array(z.string()), b: z.array(z.string()) })),
  confounded: z.array(z.string()),
  /** `randomised`: the order of at least six pairs of flashes of one phone was drawn by lot; else there is no p. */
  kind: z.enum(['randomised', 'descriptive']),
  units: z.object({ a: z.number(), b: z.number(), why: z.string() }),
  /** Blocks, scenarios and conditions that have nothing to be held against, each as a sentence. */
  leftOut: z.array(z.string()),
  /** What bears on all of it, each as a sentence. */
  warnings: z.array(z.string()),
  answers: z.array(answerChangeSchema),
  undecided: z.array(answerChangeSchema),
  contrasts: z.array(contrastChangeSchema),
  structure: z.array(changeSchema),
  compared: z.object({ answers: z.number(), contrasts: z.number(), structure: z.number() }),
  /** Differences that the A/A halves of the same records, or two blocks of one side, show as well: not reported. */
  dropped: z.number(),
  changed: z.boolean(),
});
