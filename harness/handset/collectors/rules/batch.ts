import { z } from 'zod';
import { STIMULI } from '../../phone/stimulus.ts';
import { strict } from './strict.ts';

export const stimulusSchema = z.enum(namesOf(STIMULI));

function namesOf<Names extends string>(table: Readonly<Record<Names, unknown>>): Names[] {
  const known = (name: string): name is Names => Object.hasOwn(table, name);
  return Object.keys(table).filter(known);
}

const outcome = z.enum(['drop', 'keep']);

/** How rows wait before they are sent. All times are phone time. Without a batch each row goes at once, alone. */
export const batchSchema = strict({
  afterMs: z.number().min(0).optional().describe('from the first row that waits to the sending'),
  above: z.int().min(1).optional().describe('more rows than this are sent at once'),
  on: z.array(stimulusSchema).default([]).describe('these send whatever waits'),
  perRequest: z
    .int()
    .min(1)
    .default(50)
    .describe('rows in one request; it loops until all are sent'),
  perRequestBytes: z.int().min(1).optional(),
  maxBytes: z.int().min(1).default(33_554_432).describe('of all that waits; the oldest give way'),
  onStatus: z
    .record(
      z.string().regex(/^([1-5]xx|[1-5]\d\d|other|error)$/, 'is not 2xx, 404, other or error'),
      outcome,
    )
    .default({ '2xx': 'drop', other: 'drop', error: 'keep' })
    .describe('what becomes of the rows; error: there was no answer. What is not named is `other`'),
  resendAfterMs: z
    .number()
    .min(0)
    .optional()
    .describe('kept rows are due again after this; otherwise with the next sending'),
  only: z.enum(['any', 'unmetered']).default('any').describe('networks on which it sends'),
  keeps: z
    .enum(['until-stop', 'until-clear', 'until-reset'])
    .default('until-clear')
    .describe(
      'in memory; on disk, across a restart; out of reach of clear-data, across the end of a trial',
    ),
});

export type Batch = z.output<typeof batchSchema>;
