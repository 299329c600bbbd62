import { seeded } from '../../lib/seed.ts';
import type { Block } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { paired } from '../statistics/strata.ts';
import { rerandomise } from '../statistics/rerandomise.ts';
import type { OutsideContrast } from './shape.ts';
import { armsCompared, pairsOf, standingOf, tally } from '../verdicts/sound.ts';
import type { Outside, Unopened } from './outside.ts';
import { hostsOf, NOTHING } from './sizes.ts';

/** What is compared of a recipient whose content stays closed. */
const MEASURES = [
  { measure: 'connections', of: ({ connections }: Unopened) => connections },
  { measure: 'bytes up', of: ({ bytesUp }: Unopened) => bytesUp },
] as const;

/**
 * Whether a mode or switch changes how often and how much is said to somebody who cannot be read. Labels are permuted
 * within replicates, as they were shuffled; maxT over all recipients and both measures of a contrast. It says nothing
 * about what was said. Exploratory: no plan declares it.
 */
export function outsideContrastsOf(
  block: Block,
  trials: readonly TrialRecord[],
  { outside, seed }: { outside: Pick<Outside, 'of'>; seed: string },
): OutsideContrast[] {
  if (tally(trials).tooManyVoid) return [];
  const hosts = hostsOf(trials, outside);
  if (hosts.length === 0) return [];
  const sound = trials.filter((trial) => standingOf(trial) === 'sound');
  return armsCompared(block.contrasts).flatMap((declared) => {
    const [first = [], second = []] = declared.arms.map((arm) =>
      sound.filter((trial) => trial.arm === arm),
    );
    const pairs = pairsOf(first, second);
    if (pairs.length === 0) return [];
    const items = hosts.flatMap((host) =>
      MEASURES.map(({ measure, of }) => {
        const value = (trial: TrialRecord): number => of(outside.of(trial).get(host) ?? NOTHING);
        return { host, measure, values: pairs.map(([a, b]) => [value(a), value(b)] as const) };
      }),
    );
    const columns = items.map(({ values }) => ({ outcomes: values.flat() }));
    const chance = seeded('outside', seed, block.device, block.browser, ...declared.arms);
    const { max } = rerandomise(paired(pairs.length), columns, chance, { scaled: true });
    return items.map(({ host, measure, values }, i): OutsideContrast => ({
      device: block.device,
      browser: block.browser,
      host,
      factor: declared.factor,
      levels: declared.levels,
      held: declared.held,
      role: declared.role,
      measure,
      means: [mean(values.map(([a]) => a)), mean(values.map(([, b]) => b))],
      pairs: pairs.length,
      p: Math.round((max[i] ?? 1) * 1e12) / 1e12,
      kind: 'exploratory',
    }));
  });
}

function mean(values: readonly number[]): number {
  return Math.round((values.reduce((sum, one) => sum + one, 0) / values.length) * 10) / 10;
}
