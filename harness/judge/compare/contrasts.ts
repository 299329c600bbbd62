import { sameCondition } from '../verdicts/rows.ts';
import type { Contrast } from '../verdicts/contrasts/shape.ts';
import { isChange } from './apart.ts';
import type { Count, Side } from './side.ts';
import type { FoundContrast } from './shape.ts';

/**
 * Shuffled factors whose effect is another one on the other side: the exact intervals do not overlap, whichever run of one
 * side is held against whichever of the other, and under one level at least the rate changed. Runs of one side that disagree among themselves say nothing.
 */
export function contrastsBetween(a: Side, b: Side): { changed: FoundContrast[]; compared: number } {
  const changed: FoundContrast[] = [];
  let compared = 0;
  const theirs = effects(b);
  for (const ours of effects(a)) {
    for (const others of theirs) {
      const [one, other] = [ours[0], others[0]];
      if (
        !one ||
        !other ||
        one.scenario !== other.scenario ||
        !isSame(one.contrast, other.contrast)
      )
        continue;
      compared++;
      if (!agree(ours) || !agree(others)) continue;
      if (!ours.every((x) => others.every((y) => isApart(x, y)))) continue;
      // Of many effects that are none, some intervals miss each other: under one level at least the rate itself must have changed.
      if (!ours.every((x) => others.every((y) => isMoved(x, y)))) continue;
      const { host, factor, levels } = one.contrast;
      const { scenario, canary, effect } = one;
      changed.push({ scenario, canary, host, factor, levels, a: effect, b: other.effect });
    }
  }
  return { changed, compared };
}

interface Effect {
  readonly scenario: string;
  readonly canary: string;
  readonly contrast: Contrast;
  readonly effect: FoundContrast['a'];
}

/** Effects that have an interval, those of one question in several runs together. */
function effects({ blocks }: Side): Effect[][] {
  const groups = new Map<string, Effect[]>();
  for (const { run, scenario, contrasts } of blocks) {
    for (const contrast of contrasts) {
      const { role, canary, host, factor, levels, held, difference, interval, pAdjusted } =
        contrast;
      // What was counted otherwise than by sightings differs from run to run by more than its own interval.
      if (contrast.measure !== 'presence' || canary === null) continue;
      if (role !== 'claim' || host === null || contrast.reasons.includes('a-a-alarm')) continue;
      if (difference === null || interval === null) continue;
      const key = JSON.stringify([scenario, canary, host, factor, levels, held]);
      const effect = { difference, interval, pAdjusted, held: { ...held }, run };
      groups.set(key, [...(groups.get(key) ?? []), { scenario, canary, contrast, effect }]);
    }
  }
  return [...groups.values()];
}

function agree(effects: readonly Effect[]): boolean {
  return effects.every((one) => effects.every((other) => !isApart(one, other)));
}

function isApart({ effect: one }: Effect, { effect: other }: Effect): boolean {
  return one.interval[0] > other.interval[1] || other.interval[0] > one.interval[1];
}

function isMoved({ contrast: one }: Effect, { contrast: other }: Effect): boolean {
  const counts = ({ means, pairs }: Contrast): Count[] =>
    (means ?? []).map((rate) => ({ k: Math.round(rate * pairs), n: pairs }));
  const theirs = counts(other);
  return counts(one).some((count, level) => {
    const match = theirs[level];
    return match !== undefined && isChange(count, match);
  });
}

/** The same question: what is held agrees as far as both sides have it. */
function isSame(one: Contrast, other: Contrast): boolean {
  const shared = Object.keys(one.held).filter((factor) => factor in other.held);
  const held = (contrast: Contrast): Record<string, string> =>
    Object.fromEntries(shared.map((factor) => [factor, contrast.held[factor] ?? '']));
  return (
    one.canary === other.canary &&
    one.host === other.host &&
    one.factor === other.factor &&
    one.levels.join('\n') === other.levels.join('\n') &&
    sameCondition(held(one), held(other))
  );
}
