import { join } from 'node:path';
import type { Bench, Figure } from './how/figure.ts';
import type { Cost } from './how/runs.ts';
import { aRun } from './how/runs.ts';

const SIDE_BY_SIDE = [1, 4, 8];
const TIMELAPSE = 30;

/** Trials an hour with handsets side by side: what stands in the way is the processors, never one handset another. */
export const bench: Bench = {
  about: 'trials of `scenario incognito` side by side',
  long: true,
  options: { replicates: 5 },
  measure: async ({ root, workDir, option, say }) => {
    const rates = new Map<number, number>();
    const figures: Figure[] = [];
    for (const handsets of SIDE_BY_SIDE) {
      say(`${handsets} handsets`);
      const home = join(workDir, String(handsets));
      const cost = await aRun({
        root,
        home,
        handsets,
        replicates: option('replicates'),
        timelapse: TIMELAPSE,
      });
      const rate = perHour(cost);
      rates.set(handsets, rate);
      const voids = cost.trials.filter(({ sound }) => !sound).length;
      const peak = Math.max(...cost.samples.map(({ proportional }) => proportional));
      figures.push({
        what: `${handsets} side by side`,
        unit: 'trials/h',
        values: [rate],
        note: `${cost.trials.length} trials, ${voids} void, peak ${Math.round(peak)} MB proportional`,
      });
    }
    const gain = (rates.get(8) ?? Number.NaN) / (rates.get(1) ?? Number.NaN);
    return [
      ...figures,
      { what: 'eight do, of what one does', unit: '×', values: [gain], target: { atLeast: 4 } },
    ];
  },
};

/** From the end of each device's first trial on: sessions are taken up once, and not what is asked about here. */
function perHour({ trials }: Cost): number {
  const devices = new Set(trials.map(({ device }) => device));
  const rates = [...devices].map((device) => {
    const its = trials.filter((trial) => trial.device === device);
    const span = (its.at(-1)?.to ?? 0) - (its[0]?.to ?? 0);
    return ((its.length - 1) / span) * 3_600_000;
  });
  return rates.reduce((all, one) => all + one, 0);
}
