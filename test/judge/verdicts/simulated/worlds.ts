import type { Chance } from '../../../../harness/lib/seed.ts';
import type { TrialRecord } from '../../../../harness/record/trial.ts';
import { MOLDS } from '../../../builders.ts';
import type { Fate, World } from './world.ts';

type Rates = World['rates'];

function happens(chance: Chance, rate: number): boolean {
  return chance.integer(1_000_000) < rate * 1_000_000;
}

function rateOf({ rates }: { rates: Rates }, { condition }: TrialRecord): number {
  return condition['mode'] === 'normal' ? rates.normal : rates.incognito;
}

/** Each canary by itself: what no sentence of ours may count on is left out of `fate`. */
function fate(leaksNow: (canary: string) => boolean, isVoid = false): Fate {
  return {
    leaks: Object.fromEntries(Object.keys(MOLDS).map((name) => [name, leaksNow(name)])),
    isVoid,
  };
}

/** Trials that know nothing of each other. */
export function independent(rates: Rates): World {
  return {
    rates,
    fates: (trials, chance) =>
      trials.map((trial) => fate(() => happens(chance, rateOf({ rates }, trial)))),
  };
}

/** A server's flag, drawn once a run, that switches reports off in half of all runs; and a drift from trial to trial. */
export function dependent(rates: Rates): World {
  return {
    rates,
    fates: (trials, chance) => {
      const on = happens(chance, 0.5);
      let mood = 1;
      return trials.map((trial) => {
        if (happens(chance, 0.2)) mood = happens(chance, 0.5) ? 1 : 0;
        const rate = on ? 2 * rateOf({ rates }, trial) * (mood === 1 ? 1.5 : 0.5) : 0;
        return fate(() => happens(chance, rate));
      });
    },
  };
}

/** Trials that leak fail more often, and what they sent is not seen: the voids are no fair sample. */
export function voidsFavourLeaks(rates: Rates): World {
  return {
    rates,
    fates: (trials, chance) =>
      trials.map((trial) => {
        const leaking = Object.keys(MOLDS).filter(() => happens(chance, rateOf({ rates }, trial)));
        return fate(
          (name) => leaking.includes(name),
          happens(chance, leaking.length > 0 ? 0.4 : 0.02),
        );
      }),
  };
}

/** A collector that reports once in `every` trials, whatever happens in them, from a moment that nobody knows. */
export function rateLimited(every: number): World {
  return {
    rates: { normal: 1 / every, incognito: 1 / every },
    fates: (trials, chance) => {
      const first = chance.integer(every);
      return trials.map((_, i) => fate(() => i % every === first));
    },
  };
}
