import incognito from '../scenarios/browser/incognito.ts';
import type { Bench } from './how/figure.ts';
import { aRun } from './how/runs.ts';

const TIMELAPSE = 30;

/** A trial of the main job on one handset with a warm session, and what the run holds meanwhile. */
export const bench: Bench = {
  about: 'a trial of `scenario incognito` on one handset',
  long: false,
  options: { replicates: 6 },
  measure: async ({ root, workDir, option }) => {
    const run = { root, home: workDir, handsets: 1, timelapse: TIMELAPSE };
    const { trials, samples } = await aRun({ ...run, replicates: option('replicates') });
    const voids = trials.filter(({ sound }) => !sound).length;
    // From the end of one to the end of the next: what happens between two trials is part of their cost. The first
    // has nothing before it, and pays for the session.
    const between = trials.slice(1).map(({ to }, at) => to - (trials[at]?.to ?? to));
    // What a trial waits by itself, after its steps.
    const waiting = incognito.followUpMs / TIMELAPSE;
    const [first, last] = [samples[0], samples.at(-1)];
    const processor =
      first && last
        ? (last.processor - first.processor) / (last.trials - first.trials)
        : Number.NaN;
    return [
      {
        what: 'beyond its own waiting',
        unit: 's',
        values: between.map((ms) => (ms - waiting) / 1000),
        target: { atMost: 1 },
        note: `${trials.length} trials, ${voids} void; its waiting is ${(waiting / 1000).toFixed(2)} s (timelapse ${TIMELAPSE})`,
      },
      { what: 'processor time', unit: 's', values: [processor], note: 'all processes of the run' },
      {
        what: 'memory of the run, peak',
        unit: 'MB',
        values: [Math.max(...samples.map(({ proportional }) => proportional))],
        note: `proportional (shared pages divided among their sharers), ${last?.processes ?? 0} processes`,
      },
    ];
  },
};
