import { startHandset, startWorld } from '../harness/cli/bench/programs.ts';
import type { Bench } from './how/figure.ts';
import { family, heldBy } from './how/processes.ts';

const ROM = 'miui-11-mint-3.4.3';

/** A reference handset by itself, as a run starts it: from the command to the line that says where it listens. */
export const bench: Bench = {
  about: 'a reference handset',
  long: false,
  options: { starts: 11, handsets: 4 },
  measure: async ({ root, workDir, option }) => {
    await using world = await startWorld(root, workDir);
    const given = { rom: ROM, worldRoot: world.ready.root, timelapse: 30, seed: 'bench' };
    const starts: number[] = [];
    for (let n = 0; n < option('starts'); n++) {
      const from = performance.now();
      await using _ = await startHandset(root, given);
      starts.push(performance.now() - from);
    }
    await using held = new AsyncDisposableStack();
    const before = new Set(await family(process.pid));
    for (let n = 0; n < option('handsets'); n++) held.use(await startHandset(root, given));
    const pids = (await family(process.pid)).filter((pid) => !before.has(pid));
    const memory = await Promise.all(pids.map(heldBy));
    return [
      { what: 'start', unit: 'ms', values: starts, target: { atMost: 300 } },
      {
        what: 'processor time of a start',
        unit: 'ms',
        values: memory.map(({ processor }) => processor * 1000),
        note: 'what a start costs on a machine that has other things to do as well',
      },
      {
        what: 'memory, its own',
        unit: 'MB',
        values: memory.map(({ own }) => own),
        target: { atMost: 25 },
        note: `idle; private pages: what one more handset costs`,
      },
      { what: 'memory, proportional', unit: 'MB', values: memory.map((one) => one.proportional) },
      { what: 'memory, resident', unit: 'MB', values: memory.map(({ resident }) => resident) },
    ];
  },
};
