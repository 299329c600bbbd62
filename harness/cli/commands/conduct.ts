import { join } from 'node:path';
import { experiment } from '../../experiment.ts';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import type { Judged } from '../../judge/judge.ts';
import { Fault, rootError } from '../../lib/fault.ts';
import type { Archive } from '../../record/archive.ts';
import type { Plan } from '../../record/plan/plan.ts';
import type { Scenario } from '../../scenario.ts';
import { registryAt } from '../bench/known/registry.ts';
import { openLab } from '../bench/lab.ts';
import { openBench } from '../bench/open-bench.ts';
import { claimsOf } from '../print/verdicts.ts';
import { showWithMocha } from '../show/mocha-view.ts';
import { quietLibraries } from '../show/quiet.ts';
import type { OnShow } from '../show/show.ts';
import { onShow } from '../show/show.ts';
import { putBack } from './restore.ts';

/** What an experiment is conducted with: a plan in an archive, and the devices it names. */
export interface Conducted {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly archive: Archive;
  readonly entries: ReadonlyMap<string, BenchEntry>;
  readonly reporter: string | null;
  readonly root: string;
  readonly home: string;
  readonly signal: AbortSignal;
  now(): number;
}

/** What was found, and the first Fault that stopped a device half-way, where the others have their answers. */
export interface Found {
  readonly judged: Judged;
  readonly stopped: Fault | null;
}

/** Starts everything the experiment needs, shows it while it runs, ends all of it, and returns what was found. */
export async function conduct(given: Conducted): Promise<Found> {
  const { scenario, plan, archive, entries, root, home } = given;
  const workDir = join(home, '.leaklab', 'work', plan.run);
  const undoDir = join(home, '.leaklab', 'undo');
  const registry = await registryAt(home);
  using _quiet = quietLibraries(process.stderr, process.env);
  await putAllBack(entries.values(), undoDir);
  await using lab = await openLab(entries, { root, workDir, seed: plan.seed });
  const stage = new Stage(given.reporter);
  try {
    const judged = await experiment({
      scenario,
      plan,
      archive,
      tools: lab.tools,
      registry,
      open: async (block, _signal, bare) => {
        const device = lab.devices.get(block.device);
        if (!device) throw new Error(`${block.device} is not in the lab`);
        return await openBench(device, block.browser, { scenario, plan, bare, workDir, undoDir });
      },
      show: (todo) => stage.open(todo),
      signal: AbortSignal.any([given.signal, lab.signal]),
      now: () => given.now(),
    });
    await stage.close(claimsOf(judged));
    const stopped = stage.stopped.map(rootError);
    // A bug is never passed over, even where other devices have their answers: those stand in verdicts.json.
    const bugs = stopped.filter((error) => !(error instanceof Fault));
    if (bugs.length > 0) throw bugs[0];
    // A run in which no device could be used has no answer: its reason is the news.
    if (stopped.length === plan.blocks.length) throw stopped[0];
    return { judged, stopped: stopped.find((error) => error instanceof Fault) ?? null };
  } catch (error) {
    await stage.close(null);
    throw error;
  }
}

/**
 * What an earlier run left changed is put back before anything is started, so that it is put back even where something
 * then does not start. A phone that cannot be reached is told of when it is taken into use.
 */
async function putAllBack(entries: Iterable<BenchEntry>, undoDir: string): Promise<void> {
  for (const entry of entries) {
    await putBack(entry, undoDir).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
    });
  }
}

/** The show of one run, from its opening to its end. */
class Stage {
  readonly stopped: unknown[] = [];
  readonly #reporter: string | null;
  #staged: OnShow | null = null;
  #shown: Promise<void> = Promise.resolve();

  constructor(reporter: string | null) {
    this.#reporter = reporter;
  }

  open(todo: Parameters<typeof onShow>[0]): OnShow['events'] {
    const staged = onShow(todo);
    this.#staged = staged;
    this.#shown = showWithMocha(staged.show, { reporter: this.#reporter });
    return {
      ...staged.events,
      stopped: (block, error) => {
        this.stopped.push(error);
        staged.events.stopped(block, error);
      },
    };
  }

  async close(claims: Parameters<OnShow['close']>[0]): Promise<void> {
    this.#staged?.close(claims);
    await this.#shown;
  }
}
