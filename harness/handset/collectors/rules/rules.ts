import { z } from 'zod';
import { stimulusSchema } from './batch.ts';
import { channelSchema, channelShape } from './channel.ts';
import { conditionSchema } from './condition.ts';
import { formSchema } from './form.ts';
import { identifierSchema } from './identifiers.ts';
import { jsonTemplate, strict, word } from './strict.ts';

/** One thing a collector does: on what, when, saying what, to whom. */
const ruleSchema = strict({
  on: stimulusSchema,
  idleMs: z.number().min(1).optional().describe('with `idle`: phone time without a stimulus'),
  when: conditionSchema.optional(),
  form: z
    .record(z.string(), formSchema)
    .default({})
    .describe('value of the stimulus → how it is disclosed; those not named are exact'),
  row: jsonTemplate.optional(),
  via: word
    .optional()
    .describe('the channel that takes the row; otherwise write `send` and so on here'),
  send: channelShape.send.optional(),
  wrap: channelShape.wrap.removeDefault().optional(),
  batch: channelShape.batch,
  transport: channelShape.transport.removeDefault().optional(),
  tries: channelShape.tries,
  reply: channelShape.reply,
  source: z.string().optional().describe('where this comes from, when not from the collector’s'),
});

/**
 * What a collector reports, to whom and in which clothes, as data: one file. Texts are templates over the values of
 * values.ts. Editors complete it from roms/schema/collector.json.
 */
export const collectorSchema = strict({
  $schema: z.string().optional(),
  name: z.string().min(1),
  source: z.string().min(1).describe('the public source of its behaviour, or that it is invented'),
  hears: z
    .union([z.enum(['own', 'phone']), z.array(z.string()).min(1)])
    .default('own')
    .describe('stimuli of its own app and of the phone; of all apps; of these packages'),
  runs: z
    .enum(['with-app', 'always'])
    .default('with-app')
    .describe('while its app runs, or from boot on as a service'),
  when: conditionSchema.optional().describe('holds for every rule'),
  identifiers: z.record(word, identifierSchema).default({}),
  channels: z.record(word, channelSchema).default({}),
  rules: z.array(ruleSchema).min(1),
});

export type CollectorRules = z.output<typeof collectorSchema>;
export type Rule = z.output<typeof ruleSchema>;
export type Json = z.output<ReturnType<typeof z.json>>;
