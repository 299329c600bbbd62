import { inWords } from '../fields/classes.ts';
import type { BlockTable, Field } from '../fields/table.ts';
import type { FieldRow, LinkRow } from '../fields/shape.ts';

/** So many fields of a block stand in `verdicts.json`, those that last first. */
const MOST = 2_000;

/** Every field of a block: where it is, how it behaves, and which line proves that it was sent. */
export function fieldRows({ block, trials, fields }: BlockTable): FieldRow[] {
  const told = [...fields].sort((a, b) => Number(b.lasting) - Number(a.lasting)).slice(0, MOST);
  return told.map((field): FieldRow => {
    const first = field.lines.findIndex((line) => line > 0);
    return {
      device: block.device,
      browser: block.browser,
      endpoint: field.endpoint,
      field: field.field,
      class: inWords(field),
      shape: field.shape,
      lasting: field.lasting,
      outlivesRequest: field.outlivesRequest,
      requests: field.requests,
      trials: field.lines.filter((line) => line > 0).length,
      of: trials.length,
      origin: field.origin,
      trial: trials[first]?.id ?? '',
      line: field.lines[first] ?? 0,
    };
  });
}

/** Identifiers that one event joined, as "$SignUp" joins an account to an anonymous id; the most frequent first. */
export function linkRows({ block, links }: BlockTable): LinkRow[] {
  const row = ({ field, ...rest }: Field): { field: string; class: string } => ({
    field,
    class: inWords(rest),
  });
  return [...links]
    .sort((a, b) => b.events - a.events)
    .slice(0, 200)
    .map(({ fields, events, first }) => ({
      device: block.device,
      browser: block.browser,
      endpoint: fields[0].endpoint,
      fields: fields.map(row),
      exchanges: events,
      ...first,
    }));
}
