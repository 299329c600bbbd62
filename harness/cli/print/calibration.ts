import type { Calibration, Rates, Share } from '../../calibrate/rates.ts';
import { GROUPINGS } from '../../calibrate/rates.ts';
import type { Cell } from '../../calibrate/score.ts';
import type { Output } from '../terminal.ts';
import { forTerminal } from '../terminal.ts';

/** How good the instrument was: over all, then group by group, then each claim that contradicts the truth. */
export function printCalibration(
  calibration: Calibration,
  given: { readonly seconds: number; readonly profiles: number },
  output: Output,
): void {
  for (const line of calibrationLines(calibration, given)) output.write(`${forTerminal(line)}\n`);
}

export function calibrationLines(
  { all, by, contradictions, soundTrials, voidTrials }: Calibration,
  { seconds, profiles }: { readonly seconds: number; readonly profiles: number },
): string[] {
  const trials = `${String(soundTrials)} sound trials, ${String(voidTrials)} void`;
  return [
    '',
    `CALIBRATION on ${String(profiles)} ROM profiles · REFERENCE HANDSET · ${trials}, ${String(seconds)} s`,
    `  ${'found'.padStart(12)}  ${'by trial'.padStart(14)}  ${'not invented'.padStart(12)}  ${'no answer'.padStart(9)}  ${'bounds held'.padStart(11)}`,
    row('all', all),
    ...GROUPINGS.flatMap((grouping) => [
      `by ${grouping}`,
      ...Object.entries(by[grouping]).map(([name, rates]) => row(name, rates)),
    ]),
    ...reasonLines(all),
    ...grounds('wrapping', by.wrapping),
    ...grounds('transport', by.transport),
    contradictions.length === 0
      ? 'no verdict contradicts the truth'
      : `VERDICTS THAT CONTRADICT THE TRUTH: ${String(contradictions.length)}`,
    ...contradictions.map(contradiction),
  ];
}

function row(name: string, { sensitivity, trials, specificity, open, bounds }: Rates): string {
  const cells = [
    share(sensitivity).padStart(12),
    share(trials).padStart(14),
    share(specificity).padStart(12),
    String(open).padStart(9),
    share(bounds).padStart(11),
  ];
  return `  ${cells.join('  ')}  ${name}`;
}

function share({ k, n }: Share): string {
  return n === 0 ? '–' : `${String(k)} of ${String(n)}`;
}

function reasonLines({ reasons }: Rates): string[] {
  const told = Object.entries(reasons).map(([reason, count]) => `${reason} ${String(count)}`);
  return told.length === 0 ? [] : [`no answer because: ${told.join(', ')}`];
}

/** So many leaking trials without a miss a sensitivity of 0.99 needs, at 95 %. */
const GROUND = 299;

/** Which kinds have been found often enough, without a miss, to be called seen in 99 of 100. */
function grounds(kind: string, rates: Readonly<Record<string, Rates>>): string[] {
  const read = Object.entries(rates).filter(([, { trials }]) => trials.n > 0);
  const enough = read.filter(
    ([
      ,
      {
        trials: { k, n },
      },
    ]) => k === n && n >= GROUND,
  );
  const few = read.filter(
    ([
      ,
      {
        trials: { k, n },
      },
    ]) => k === n && n < GROUND,
  );
  const missed = read.filter(
    ([
      ,
      {
        trials: { k, n },
      },
    ]) => k < n,
  );
  const names = (rows: typeof read): string => rows.map(([name]) => name).join(', ') || 'none';
  const least = Math.min(...few.map(([, { trials }]) => trials.n));
  return [
    `no miss in ${String(GROUND)} leaking trials or more, by ${kind} (over 99 %, at 95 %): ${names(enough)}`,
    ...(few.length === 0
      ? []
      : [`  no miss in fewer, from ${String(least)} (over ${lowerLimit(least)}): ${names(few)}`]),
    ...missed.map(
      ([
        name,
        {
          trials: { k, n },
        },
      ]) => `  not found in ${String(n - k)} of ${String(n)}: ${name}`,
    ),
  ];
}

/** One-sided, where all of n were found. */
function lowerLimit(n: number): string {
  return `${(0.05 ** (1 / n) * 100).toFixed(1)} %`;
}

function contradiction({
  profile,
  scenario,
  condition,
  canary,
  host,
  outcome,
  leak,
}: Cell): string {
  const where = Object.values(condition).join(', ');
  const what =
    outcome === 'missed' ? 'leaks, and is said not to be seen' : 'is said to leak, and does not';
  const to = host ?? leak?.host ?? 'anybody';
  return `  ${profile}, ${scenario} (${where}): ${canary} → ${to} ${what}`;
}
