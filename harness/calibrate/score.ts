import type { Verdict } from '../judge/verdicts/shape.ts';
import type { Condition } from '../record/plan/plan.ts';
import type { Leak } from './truth.ts';

/** What a run said of one block, and what its profile is built to leak. */
export interface Answered {
  readonly scenario: string;
  readonly profile: string;
  readonly conditions: readonly {
    readonly condition: Condition;
    readonly truth: readonly Leak[];
  }[];
  readonly canaries: readonly string[];
  /** The block's rows in verdicts.json. */
  readonly verdicts: readonly Verdict[];
}

/**
 * One claim held against the truth. `found`: a leak, and said so. `open`: no answer. `quiet`: no leak, and none
 * said. `missed`: a leak that is said not to be seen. `invented`: a leak is said that the profile does not have.
 * The last two contradict the truth (method §10).
 */
export interface Cell {
  readonly scenario: string;
  readonly profile: string;
  readonly condition: Condition;
  readonly canary: string;
  /** Null: anybody. */
  readonly host: string | null;
  readonly outcome: 'found' | 'open' | 'quiet' | 'missed' | 'invented';
  /** The leak that is built in; null where there is none. */
  readonly leak: Leak | null;
  readonly reasons: readonly string[];
  /** Sound trials, those with a sighting, and those whose sighting came after their window. */
  readonly sound: number;
  readonly seen: number;
  readonly late: number;
  readonly void: number;
  /** Whether the printed interval or bound holds the true rate; null where none is printed or the rate is unknown. */
  readonly held: boolean | null;
}

/** Holds every claim of a block against the truth: each leak that is built in, each that is said, and each silence. */
export function cellsOf(answered: Answered): Cell[] {
  return answered.conditions.flatMap(({ condition, truth }) =>
    answered.canaries.flatMap((canary) => {
      const rows = answered.verdicts.filter(
        (row) => row.canary === canary && same(row.condition, condition),
      );
      const leaks = strongest(truth.filter((leak) => leak.canary === canary));
      const of = { ...answered, condition, canary };
      const anybody = rows.find(({ host }) => host === null);
      const built = leaks.map((leak) =>
        cell(of, leak, rows.find(({ host }) => host === leak.host) ?? anybody, leak.host),
      );
      const invented = rows
        .filter(
          ({ answer, host }) => answer === 'leaks' && leaks.every((leak) => leak.host !== host),
        )
        .map((row) => cell(of, null, row, row.host));
      if (leaks.length > 0) return [...built, ...invented];
      return invented.length > 0 ? invented : [cell(of, null, anybody, null)];
    }),
  );
}

/** Of several leaks of one canary to one host, the likeliest that can be read: it is the one that must be found. */
function strongest(leaks: readonly Leak[]): Leak[] {
  const best = new Map<string, Leak>();
  const weight = ({ sealed, chance }: Leak): number => (sealed === null ? 2 : 0) + (chance ?? 0);
  for (const leak of leaks) {
    const before = best.get(leak.host);
    if (!before || weight(before) < weight(leak)) best.set(leak.host, leak);
  }
  return [...best.values()];
}

function cell(
  {
    scenario,
    profile,
    condition,
    canary,
  }: Omit<
    Cell,
    'host' | 'outcome' | 'leak' | 'reasons' | 'sound' | 'seen' | 'late' | 'void' | 'held'
  >,
  leak: Leak | null,
  row: Verdict | undefined,
  host: string | null,
): Cell {
  return {
    scenario,
    profile,
    condition,
    canary,
    host,
    outcome: outcomeOf(leak, row),
    leak,
    reasons: row?.reasons ?? ['nothing was said'],
    sound: row?.sound ?? 0,
    seen: row !== undefined && row.host === host ? row.seen : 0,
    late: row !== undefined && row.host === host ? row.late : 0,
    void: row?.void ?? 0,
    held: heldBy(leak, row),
  };
}

function outcomeOf(leak: Leak | null, row: Verdict | undefined): Cell['outcome'] {
  if (row === undefined || row.answer === 'inconclusive') return 'open';
  if (row.answer === 'leaks') return leak === null ? 'invented' : 'found';
  if (leak === null) return 'quiet';
  // A leak of chance contradicts only where it is likelier than the printed bound. What hangs on a server may be absent.
  if (leak.chance === null) return 'quiet';
  return leak.chance > (row.bounds?.visits ?? 0) ? 'missed' : 'quiet';
}

function heldBy(leak: Leak | null, row: Verdict | undefined): boolean | null {
  const rate = leak === null ? 0 : leak.chance;
  if (row === undefined || rate === null || leak?.sealed != null) return null;
  if (row.answer === 'not seen') return row.bounds === null ? null : rate <= row.bounds.visits;
  if (row.rate === null) return null;
  return row.rate[0] <= rate && rate <= row.rate[1];
}

function same(one: Condition, other: Condition): boolean {
  const factors = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...factors].every((factor) => one[factor] === other[factor]);
}
