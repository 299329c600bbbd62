import type { Block, Plan } from '../../../record/plan/plan.ts';
import type { TrialRecord } from '../../../record/trial.ts';
import type { Findings, Unsearched } from '../findings.ts';
import { classOf, isNamed, isUnder } from '../recipients.ts';
import type { Reason } from '../shape.ts';
import { REASONS } from '../shape.ts';
import { standingOf, tally } from '../sound.ts';

interface Asked {
  readonly plan: Plan;
  readonly block: Block;
  /** All trials of the block. */
  readonly trials: readonly TrialRecord[];
  /** All trials under this condition, the A/A twin and cut-short ones included. */
  readonly under: readonly TrialRecord[];
  /** Those that the condition's counts are made of. */
  readonly own: readonly TrialRecord[];
  readonly findings: Pick<Findings, 'unsearched' | 'all'>;
  /** Null: all recipients of the claim. */
  readonly host: string | null;
  readonly decoySighted: boolean;
  /** Ways by which this device sent what was then not found. */
  readonly missed: readonly string[];
}

/** The fewest sound trials on which silence may be reported. */
const ENOUGH = 10;

/**
 * Everything that forbids "not seen", the most telling first; none means that the silence is complete. Every trial
 * under the condition must be read and accounted for, void ones too: a leak does not choose sound trials.
 */
export function reasonsAgainst(asked: Asked): { reasons: Reason[]; details: string[] } {
  const { trials, own, under, decoySighted, missed } = asked;
  const whole = under.filter((trial) => standingOf(trial) !== 'cut short');
  const gaps = relevant(asked, whole);
  const late = lateFor(asked);
  const { sound, tooManyVoid } = tally(own);
  const holds: Readonly<Record<Reason, boolean>> = {
    'decoy-sighted': decoySighted,
    unread:
      gaps.some(({ kind }) => kind === 'unread') || whole.some(({ reach }) => reach !== 'content'),
    opaque: gaps.some(({ kind }) => kind === 'opaque'),
    undecoded: gaps.some(({ kind }) => kind === 'undecoded'),
    truncated: gaps.some(({ kind }) => kind === 'truncated'),
    'known-leak-missed': missed.length > 0,
    unaccounted: whole.some(
      ({ soleWayOut, connections, coverage }) =>
        !soleWayOut || connections.unaccounted > 0 || coverage?.holds === false,
    ),
    batched: late.length > 0,
    'changed-under-test': whole.some(({ checks }) =>
      checks.some(({ name, held }) => name === 'unchanged' && !held),
    ),
    'condition-unproven': own.some((trial) => standingOf(trial) === 'sound' && !proven(trial)),
    'void-rate': tooManyVoid || tally(trials).tooManyVoid,
    'too-few': sound < ENOUGH,
  };
  return {
    reasons: REASONS.filter((reason) => holds[reason]),
    details: [...detailsOf(gaps), ...late, ...missedOf(missed)],
  };
}

function missedOf(missed: readonly string[]): string[] {
  return missed.length === 0
    ? []
    : [`sent by our own app on this device, and not found: ${missed.join(', ')}`];
}

/**
 * What reached a recipient only after the window of the trial that planted it had closed: there a queue outlasts the
 * window, and silence under any condition may be what still waits in it.
 */
function lateFor({ plan, block, host, findings }: Asked): string[] {
  const late = findings.all.filter(
    ({ decoy, direction, inWindow, planted, canary, exchange, name }) =>
      !decoy &&
      direction === 'up' &&
      !inWindow &&
      planted.device === block.device &&
      planted.browser === block.browser &&
      (host === null || exchange.host === host) &&
      !isNamed({ host: name, url: exchange.url }, plan.mayReach[canary.name] ?? []),
  );
  const told = late.map(
    ({ planted, foundIn, exchange }) =>
      `batched at ${exchange.host}: what trial ${planted.id} planted left in trial ${foundIn.id}`,
  );
  return [...new Set(told)].slice(0, 2);
}

/**
 * What could not be searched and concerns this claim: at the host itself, or at any recipient of the claim's
 * classes or of none. Unread connections count at whoever is neither a page of ours nor the platform. A
 * connection to nobody knows whom concerns every claim.
 */
function relevant({ plan, host, findings }: Asked, whole: readonly TrialRecord[]): Unsearched[] {
  const ids = new Set(whole.map(({ id }) => id));
  const classes = new Set([...plan.recipientClasses, 'unknown']);
  return findings.unsearched.filter((gap) => {
    if (!ids.has(gap.trial.id)) return false;
    if (gap.host === '') return true;
    // Every name under it is answered for there.
    if (host !== null) return isUnder(gap.host, host);
    const who = classOf(gap.host);
    return classes.has(who) || (gap.kind === 'unread' && who !== 'page' && who !== 'platform');
  });
}

/** Both manipulation checks are there and read every factor as asked. */
function proven({ condition, checks, readings }: TrialRecord): boolean {
  return Object.entries(condition).every(([factor, level]) =>
    (['before', 'after'] as const).every(
      (when) =>
        checks.some(({ name, held }) => name === `condition-${when}` && held) &&
        readings.some((one) => one.when === when && one.factor === factor && one.level === level),
    ),
  );
}

function detailsOf(gaps: readonly Unsearched[]): string[] {
  const counts = new Map<string, number>();
  for (const { kind, host, why, times } of gaps) {
    const line = `${kind} at ${host === '' ? 'an unknown host' : host}: ${why}`;
    counts.set(line, (counts.get(line) ?? 0) + times);
  }
  return [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, 8)
    .map(([line, count]) => (count === 1 ? line : `${line} (${count} times)`));
}
