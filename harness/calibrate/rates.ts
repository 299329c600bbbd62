import type { Sensitivity } from '../record/plan/sensitivity.ts';
import type { Cell } from './score.ts';

/** How good the instrument was, over a set of claims. */
export interface Rates {
  /** Certain leaks that can be read: how many were found. */
  readonly sensitivity: Share;
  /** The same, trial by trial, late ones too: what a detector that knows its trials would count (299 for 0.99). */
  readonly trials: Share;
  /** Claims without a leak: how many were not said to leak. */
  readonly specificity: Share;
  readonly open: number;
  readonly reasons: Readonly<Record<string, number>>;
  /** Printed intervals and bounds that hold the true rate. */
  readonly bounds: Share;
}

export interface Share {
  readonly k: number;
  readonly n: number;
}

/** Everything that `leaklab calibrate` says, but for time. */
export interface Calibration {
  /** Wrapping by transport: what later reports divide their bounds by. */
  readonly ways: readonly Sensitivity[];
  readonly all: Rates;
  readonly by: Readonly<Record<Grouping, Readonly<Record<string, Rates>>>>;
  /** Claims that contradict the truth. There should be none. */
  readonly contradictions: readonly Cell[];
  readonly soundTrials: number;
  readonly voidTrials: number;
}

export const GROUPINGS = ['scenario', 'profile', 'condition', 'wrapping', 'transport'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export function calibrationOf(
  cells: readonly Cell[],
  trials: { readonly sound: number; readonly void: number },
): Calibration {
  return {
    ways: waysOf(cells),
    all: ratesOf(cells),
    by: {
      scenario: grouped(cells, ({ scenario }) => scenario),
      profile: grouped(cells, ({ profile }) => profile),
      condition: grouped(cells, ({ condition }) => words(condition)),
      wrapping: grouped(cells, ({ leak }) =>
        leak === null ? null : leak.wrappings.join(' › ') || 'none',
      ),
      transport: grouped(cells, ({ leak }) => leak?.transport ?? null),
    },
    contradictions: cells.filter(({ outcome }) => outcome === 'missed' || outcome === 'invented'),
    soundTrials: trials.sound,
    voidTrials: trials.void,
  };
}

function ratesOf(cells: readonly Cell[]): Rates {
  const certain = cells.filter(({ leak }) => leak?.chance === 1 && leak.sealed === null);
  const clean = cells.filter(({ leak }) => leak === null);
  const open = cells.filter(({ outcome }) => outcome === 'open');
  const judged = cells.filter(({ held }) => held !== null);
  const reasons = new Map<string, number>();
  for (const reason of open.flatMap((one) => one.reasons)) {
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return {
    sensitivity: share(certain, ({ outcome }) => outcome === 'found'),
    trials: {
      k: certain.reduce((sum, { seen, late }) => sum + seen + late, 0),
      n: certain.reduce((sum, { sound }) => sum + sound, 0),
    },
    specificity: share(clean, ({ outcome }) => outcome !== 'invented'),
    open: open.length,
    reasons: Object.fromEntries([...reasons].sort(([a], [b]) => (a < b ? -1 : 1))),
    bounds: share(judged, ({ held }) => held === true),
  };
}

/** Certain leaks that can be read, trial by trial; without those of which nothing was said, for then nobody claims silence. */
function waysOf(cells: readonly Cell[]): Sensitivity[] {
  const wayOf = ({ leak }: Cell): string | null =>
    leak === null ? null : `${leak.wrappings.join(' › ') || 'none'} over ${leak.transport}`;
  const answered = cells.filter(({ outcome }) => outcome !== 'open');
  return Object.entries(grouped(answered, wayOf)).flatMap(([way, { trials }]) =>
    trials.n === 0 ? [] : [{ way, found: trials.k, of: trials.n }],
  );
}

function share(cells: readonly Cell[], counts: (cell: Cell) => boolean): Share {
  return { k: cells.filter(counts).length, n: cells.length };
}

/** By a name; cells without one are left out. */
function grouped(
  cells: readonly Cell[],
  nameOf: (cell: Cell) => string | null,
): Record<string, Rates> {
  const names = [...new Set(cells.flatMap((cell) => nameOf(cell) ?? []))].sort();
  return Object.fromEntries(
    names.map((name) => [name, ratesOf(cells.filter((cell) => nameOf(cell) === name))]),
  );
}

function words(condition: Cell['condition']): string {
  return Object.entries(condition)
    .map(([factor, level]) => `${factor} ${level}`)
    .join(', ');
}
