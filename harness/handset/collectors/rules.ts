import { z } from 'zod';

/**
 * What a collector reports, to whom and in which clothes, as data. Texts are templates over the values of
 * values.ts (`{rom.region}`, `{stimulus.url}`, `{now}` …); a text that is one template alone keeps the value's
 * type, so `"{now}"` is a number.
 */
const template = z.string().max(4000);

/** All must hold; the names are the app's pieces of state. */
const all = z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]));
/** One of a list must hold. */
const conditionSchema = z.union([all, z.array(all).min(1)]);

const headersSchema = z.array(z.tuple([z.string(), template]));

const stimulus = z.enum([
  'app-opened',
  'app-closed',
  'page-opened',
  'page-finished',
  'word-searched',
  'screen-opened',
]);

/** Puts an event into the queue. */
const eventRule = z.strictObject({
  on: stimulus,
  when: conditionSchema.optional(),
  event: z.string().min(1),
  properties: z.record(z.string(), z.json()),
});

/** Sends a request of its own at once. Query parameters that come out empty are left out. */
const requestRule = z.strictObject({
  on: stimulus,
  when: conditionSchema.optional(),
  request: z.strictObject({
    url: template,
    query: z.record(z.string(), template).default({}),
    headers: headersSchema.default([]),
    /** Tries in all, and the phone time they are spread over; a reply below 500 ends them. */
    tries: z.int().min(1).max(10).default(1),
    withinMs: z.number().min(0).default(0),
    /** Name kept in the app's memory → top-level field of a JSON reply. */
    remember: z.record(z.string(), z.string()).default({}),
  }),
});

export const collectorSchema = z.strictObject({
  name: z.string().min(1),
  /** Where the facts come from. */
  source: z.string().optional(),
  /** Holds for every rule. */
  when: conditionSchema.optional(),
  post: z.strictObject({
    /** A row of the table of wire formats: envelopes.ts. */
    envelope: z.enum(['sensors-analytics']),
    url: template,
    headers: headersSchema,
  }),
  queue: z.strictObject({
    /** From the first queued event to the sending, phone time. */
    flushAfterMs: z.number().min(0),
    /** More rows than this are sent at once. */
    flushAbove: z.int().min(1),
    perPost: z.int().min(1),
    maxBytes: z.int().min(1),
    /** `until-clear`: on disk, survives the end of the process; `until-stop`: in memory. */
    keeps: z.enum(['until-stop', 'until-clear']),
  }),
  /** The event as it is queued; `{event.name}` and `{event.properties}` are the rule's. */
  event: z.record(z.string(), z.json()),
  /** Merged under every rule's properties. */
  properties: z.record(z.string(), z.json()),
  rules: z.array(z.union([eventRule, requestRule])).min(1),
});

export type CollectorRules = z.output<typeof collectorSchema>;
export type EventRule = z.output<typeof eventRule>;
export type RequestRule = z.output<typeof requestRule>;
export type Condition = z.output<typeof conditionSchema>;
export type Json = z.output<ReturnType<typeof z.json>>;
