import type { DeclaredContrast } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';

/** A trial as the judge counts it, decided from its controls before anybody looks for canaries. */
export type Standing = 'sound' | 'void' | 'cut short';

/**
 * Sound only when every control held and the positive one was tried at all. A record without controls proves
 * nothing, whatever its own word for itself is.
 */
export function standingOf(trial: TrialRecord): Standing {
  if (trial.cutShort) return 'cut short';
  const tried = trial.checks.some(({ name }) => name === 'beacon');
  const held = tried && trial.checks.every((check) => check.held);
  return held && trial.sound && trial.fault === null ? 'sound' : 'void';
}

export interface Tally {
  readonly sound: number;
  readonly void: number;
  /** More than a fifth is void: no "not seen", no rate and no contrast. */
  readonly tooManyVoid: boolean;
}

export function tally(trials: readonly TrialRecord[]): Tally {
  const count = (standing: Standing): number =>
    trials.filter((trial) => standingOf(trial) === standing).length;
  const [sound, voids] = [count('sound'), count('void')];
  return { sound, void: voids, tooManyVoid: voids * 5 > sound + voids };
}

/** Why trials are void, each phrase with its count, the most frequent first. */
export function voidReasons(trials: readonly TrialRecord[]): { reason: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const trial of trials) {
    if (standingOf(trial) !== 'void') continue;
    const said = trial.void.length > 0 ? trial.void : ['no reason was written down'];
    for (const reason of new Set(said)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

/** Contrasts of different statistics may compare the same two arms: what does not hang on a statistic is asked once. */
export function armsCompared(contrasts: readonly DeclaredContrast[]): DeclaredContrast[] {
  return [...Map.groupBy(contrasts, ({ arms }) => arms.join('\n')).values()].flatMap(
    ([first]) => first ?? [],
  );
}

/** The two trials of each replicate in which both arms are there. */
export function pairsOf(
  first: readonly TrialRecord[],
  second: readonly TrialRecord[],
): [TrialRecord, TrialRecord][] {
  return first.flatMap((one): [TrialRecord, TrialRecord][] => {
    const other = second.find(({ replicate }) => replicate === one.replicate);
    return other === undefined ? [] : [[one, other]];
  });
}
