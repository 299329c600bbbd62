import { z } from 'zod';
import { strict } from './strict.ts';

const oneOf = <Word extends z.ZodType>(value: Word) => z.union([value, z.array(value).min(1)]);
const onOff = oneOf(z.enum(['on', 'off']));
const consent = oneOf(z.enum(['1', '0', 'absent']));
const range = strict({
  from: z.number().optional().describe('this or more'),
  below: z.number().optional().describe('less than this'),
});
/** null: there is no such thing. */
const texts = z.record(z.string(), oneOf(z.string().nullable()));

const allSchema = strict({
  state: z
    .record(z.string(), oneOf(z.string()))
    .optional()
    .describe("pieces of the app's state: mode, every toggle, in the words of the app's file"),
  stimulus: texts.optional().describe('values of what happened, e.g. {"screen": "settings"}'),
  account: oneOf(z.enum(['in', 'out']))
    .optional()
    .describe("the maker's account"),
  experience: consent.optional().describe('User Experience Program: upload_log_pref'),
  msa: consent.optional().describe("consent to the maker's ad service"),
  sync: onOff.optional(),
  cloud: onOff.optional().describe('Mi Cloud'),
  cloudMessaging: onOff.optional(),
  network: oneOf(z.enum(['wifi', 'metered', 'none'])).optional(),
  region: oneOf(z.string()).optional().describe('ro.miui.region, else the profile’s region'),
  version: strict({ from: z.string().optional(), below: z.string().optional() })
    .optional()
    .describe("the app's version, compared number by number"),
  days: range
    .optional()
    .describe('since the app was installed or its data cleared; the first is 0'),
  memory: texts.optional().describe("what was remembered of a server's replies"),
  settings: texts.optional().describe('as `settings get` knows them: {"global.wifi_on": "1"}'),
  chance: z
    .number()
    .gt(0, 'can never be: a chance is above 0')
    .max(1)
    .optional()
    .describe('1 is always; drawn anew each time'),
});

/** All fields must hold; of a list, one entry must. */
export const conditionSchema = z.union([allSchema, z.array(allSchema).min(1)]);

export type Condition = z.output<typeof conditionSchema>;
export type All = z.output<typeof allSchema>;

/** The ways in which a condition can be met; none: always. */
export function allOf(condition: Condition | undefined): All[] {
  return condition === undefined ? [] : [condition].flat();
}
