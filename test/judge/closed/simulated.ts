import { charactersOf, DOSES, SHAMS } from '../../../harness/canary.ts';
import type { Given, Weighed } from '../../../harness/judge/closed/weigh.ts';
import { weigh } from '../../../harness/judge/closed/weigh.ts';
import type { Chance } from '../../../harness/lib/seed.ts';
import { seeded } from '../../../harness/lib/seed.ts';

/** What is true of one simulated phone: only its first recipient is told the address. */
export interface Truth {
  readonly recipients: number;
  /** Standard deviation of a recipient's bytes from trial to trial. */
  readonly noise: number;
  /** Bytes for each character of the address. */
  readonly slope: number;
  /** Bytes of the event around the address. */
  readonly event?: number;
  /** A trial from one beginning to the next, and how long an event waits: `every`: the queue's own timer; `after`: each. */
  readonly trial?: number;
  readonly waits?: { readonly every?: number; readonly after?: number };
  /** Bytes by which a recipient's level moves from trial to trial. */
  readonly drift?: number;
}

/** One experiment of 6 replicates as the plan shuffles it, and what is made of each recipient's bytes. */
export function experimentOf(truth: Truth, seed: string, draws: number): Weighed[] {
  const chance = seeded('simulated', seed);
  const trials = Array.from({ length: 6 }, (_, replicate) =>
    chance
      .shuffled<Omit<Given, 'replicate'>>([
        ...[...DOSES, ...SHAMS].map((dose) => ({ dose, twin: false })),
        { dose: 0, twin: true },
      ])
      .map((one) => ({ ...one, replicate })),
  ).flat();
  const told = arriving(truth, trials, chance);
  const bytes = Array.from({ length: truth.recipients }, (_, h) => {
    const level = 500 + chance.integer(4000);
    return trials.map(
      (_trial, t) =>
        level +
        t * (truth.drift ?? 0) +
        truth.noise * normal(chance) +
        (h === 0 ? (told[t] ?? 0) : 0),
    );
  });
  return weigh(trials, bytes, (test) => seeded('simulated test', seed, test), draws);
}

/** The bytes of events by the trial in which they leave; what is still waiting at the end never does. */
function arriving(
  { slope, event = 300, trial = 60, waits = {} }: Truth,
  trials: readonly Given[],
  chance: Chance,
): number[] {
  const left = trials.map(() => 0);
  for (const [t, { dose }] of trials.entries()) {
    if (dose === 'no visit') continue;
    const at = (t + 0.1 + (0.2 * chance.integer(1000)) / 1000) * trial;
    const size = event + slope * charactersOf(dose);
    const sent = waits.every ? Math.ceil(at / waits.every) * waits.every : at + (waits.after ?? 0);
    const leaves = Math.floor(sent / trial);
    if (leaves < left.length) left[leaves] = (left[leaves] ?? 0) + size;
  }
  return left;
}

/** Box and Muller. */
function normal(chance: Chance): number {
  const uniform = (): number => (chance.integer(2 ** 32) + 1) / (2 ** 32 + 1);
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
