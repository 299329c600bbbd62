import type { Adjusted } from '../verdicts/contrasts/adjusted.ts';
import type { ClosedRow } from './shape.ts';

/** A slope among all that its plan declares: what is shown by it alone, and not beside the others, is not said. */
export function withFamily(row: ClosedRow, adjusted: Adjusted | undefined, h: number): ClosedRow {
  if (row.p === null || adjusted === undefined) return row;
  const pAdjusted = rounded(adjusted.ps[h] ?? 1);
  const falls = row.answer === 'talks about it' && pAdjusted > ALPHA;
  return {
    ...row,
    ...(falls ? { answer: 'inconclusive', reasons: ['family'], encodings: [] } : {}),
    pAdjusted,
    family: adjusted.family,
    pOverInvocation: adjusted.over && rounded(adjusted.over[h] ?? 1),
    invocation: adjusted.invocation,
  };
}

const ALPHA = 0.05;

function rounded(value: number): number {
  return Math.round(value * 1e12) / 1e12;
}
