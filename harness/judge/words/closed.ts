import type { Stamp } from '../../record/stamp.ts';
import type { ClosedRow } from '../closed/shape.ts';
import { tested } from './block.ts';
import { pValue, percent, stamped } from './phrases.ts';

/** Recipients whose content stays closed, by what the size of what they get says: who talks about it first. */
export function closedInWords(
  rows: readonly ClosedRow[],
  stampOf: (device: string) => Stamp,
): string[] {
  if (rows.length === 0) return [];
  const talking = rows.filter(({ answer }) => answer === 'talks about it');
  const others = rows.filter(({ answer }) => answer !== 'talks about it');
  return [...talking, ...others].flatMap((row) => [
    stamped(title(row), stampOf(row.device)),
    ...lines(row).map(([label, line]) => `  ${label.padEnd(7)} ${line}`),
    '',
  ]);
}

/** The answer, and whom it is about. */
export function title({ answer, canary, host, reasons }: ClosedRow): string {
  const said = answer === 'talks about it' ? 'talks about it, content unread' : answer;
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  return `${said.toUpperCase()}${why}  ${canary} → ${host}`;
}

function lines(row: ClosedRow): [string, string][] {
  const { closed, slope, interval, recipients, trials, noise, power, p } = row;
  const means = row.bytes.map(({ dose, mean }) => `${dose}: ${Math.round(mean)}`).join(', ');
  const edge = (value: number | null | undefined): string => value?.toFixed(2) ?? 'no limit';
  const grows =
    slope === null || p === null
      ? 'not known: no replicate with doses is whole'
      : `${slope.toFixed(2)} bytes a character of the address (95 %: ${edge(interval?.[0])} to ` +
        `${edge(interval?.[1])}), ${pValue(p)} over ${recipients} closed recipients, ${trials} trials` +
        over(row);
  return [
    ['closed', `${closed.join(', ')}; ${row.recipientClass}`],
    ['bytes', `mean by dose: ${means}`],
    ['grows', grows],
    ...fits(row).map((line): [string, string] => ['fits', line]),
    ['shams', shams(row)],
    [
      'power',
      noise === null || power === null
        ? 'not known: too few shams'
        : `equal visits differ by ${Math.round(noise)} bytes (standard deviation): told the address once, it would be ` +
          `found with ${percent(power.raw)}; compressed, with ${percent(power.compressed)}`,
    ],
    ...row.reasons.map((reason): [string, string] => ['because', MEANINGS[reason]]),
  ];
}

/** Beside the other contrasts and slopes of the plan, and the other primaries of the invocation. */
function over(row: ClosedRow): string {
  const best = pValue(Math.min(1, row.smallestP * row.family)).slice(4);
  const said = row.family === 1 && row.invocation === 1 ? '' : `; ${tested(row)}`;
  return `${said}; at best ${best}`;
}

function fits({ answer, encodings }: ClosedRow): string[] {
  if (answer !== 'talks about it') return [];
  const known = encodings.join('; ') || 'no way of telling it that we know, up to three times';
  return [`${known} (what rounds up to whole blocks allowed for)`];
}

function shams({ visits, content }: ClosedRow): string {
  const of = (p: number | null): string => (p === null ? 'no p' : pValue(p));
  return (
    `more bytes with a visit than without: ${of(visits)}; other bytes for a page of chance than for a fixed one ` +
    `as long: ${of(content)} (exploratory)`
  );
}

/** One row a reason, as for verdicts. */
const MEANINGS: Readonly<Record<ClosedRow['reasons'][number], string>> = {
  'void-rate': 'more than a fifth of an arm’s trials are void: what is left is no fair sample',
  family:
    'shown by itself, and not beside the other contrasts and slopes of the plan, with which it shares its error',
  'too-few': 'so few replicates cannot show any slope',
  unaccounted: 'the bytes of a connection to it were not counted',
  batched:
    'what is done may be told after its window: its bytes follow an earlier trial, or no visit shows within the window',
  'no-slope':
    'its bytes do not grow with the address; what is hashed does not grow, so this is no silence',
};
