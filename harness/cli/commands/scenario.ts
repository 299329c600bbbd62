import { join } from 'node:path';
import { z } from 'zod';
import { experiment } from '../../experiment.ts';
import type { Installation } from '../../gather/plan.ts';
import { makePlan } from '../../gather/plan.ts';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import type { BrowserProfile } from '../../gather/browsers/profile.ts';
import { factorsOf } from '../../gather/browsers/profile.ts';
import { profiles } from '../../gather/browsers/profiles.ts';
import { run } from '../../lib/children.ts';
import { Fault, rootError } from '../../lib/fault.ts';
import type { Archive } from '../../record/archive.ts';
import { openArchive } from '../../record/archive.ts';
import { namesIn } from '../../record/disk.ts';
import type { Plan } from '../../record/plan.ts';
import type { Scenario } from '../../scenario.ts';
import type { Request } from '../argv/request.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Output } from '../terminal.ts';
import { EXIT } from '../exit-code.ts';
import { openLab } from '../bench/lab.ts';
import { openBench } from '../bench/open-bench.ts';
import { benchOf, entryNamed } from '../bench/entries.ts';
import { printPlan } from '../print/plan.ts';
import { claimsOf, printVerdicts } from '../print/verdicts.ts';
import { onShow } from '../show/show.ts';
import type { OnShow } from '../show/show.ts';
import { showWithMocha } from '../show/mocha-view.ts';

type Asked = Extract<Request, { command: 'scenario' }>;

/** `npm run scenario <name>`: plan, gather, judge, print. A plain command always starts a new run. */
export async function scenarioCommand(
  asked: Asked,
  { root, home, signal, now, chance, output }: Around,
): Promise<ExitCode> {
  const scenario = await load(root, asked.name);
  const results = join(home, 'results');
  const bench = await benchOf(home);
  const codeVersion = await versionOf(root);

  const folder =
    asked.resume === null
      ? join(results, `${stamp(now())}-${scenario.name}-${chance()}`)
      : join(results, await named(results, scenario.name, asked.resume));
  const archive = await openArchive(folder);
  const plan =
    asked.resume === null
      ? planOf(scenario, bench, asked, {
          run: nameOf(folder),
          seed: asked.seed ?? chance(),
          codeVersion,
        })
      : await archive.plan();
  const chosen = new Map(plan.blocks.map(({ device }) => [device, entryNamed(bench, device)]));

  printPlan(plan, folder, output);
  const workDir = join(home, '.leaklab', 'work', plan.run);
  const judged = await gathered(scenario, plan, archive, asked, chosen, {
    root,
    home,
    workDir,
    signal,
    now,
  });
  printVerdicts(judged, plan, folder, output);
  const matched =
    asked.failOn === 'leaks' && judged.verdicts.verdicts.some(({ answer }) => answer === 'leaks');
  return matched ? EXIT.failOn : EXIT.judged;
}

/** What the command stands in: the code, the folder of bench and results, Ctrl-C, time, chance for names and seeds, and where to print. */
interface Around {
  readonly root: string;
  /** Holds devices.json, results/ and .leaklab/. */
  readonly home: string;
  readonly signal: AbortSignal;
  now(): number;
  chance(): string;
  readonly output: Output;
}

/** Runs the experiment with everything it needs started before and ended after it. */
async function gathered(
  scenario: Scenario,
  plan: Plan,
  archive: Archive,
  { reporter }: Asked,
  entries: ReadonlyMap<string, BenchEntry>,
  {
    root,
    home,
    workDir,
    signal,
    now,
  }: { root: string; home: string; workDir: string; signal: AbortSignal; now: () => number },
): Promise<Awaited<ReturnType<typeof experiment>>> {
  await using lab = await openLab(entries, { root, workDir, seed: plan.seed });
  let onstage: OnShow | null = null;
  let shown: Promise<void> = Promise.resolve();
  const stopped: unknown[] = [];
  const undoDir = join(home, '.leaklab', 'undo');
  try {
    const judged = await experiment({
      scenario,
      plan,
      archive,
      tools: lab.tools,
      open: async (block) => {
        const device = lab.devices.get(block.device);
        if (!device) throw new Error(`${block.device} is not in the lab`);
        const given = { scenario, plan, workDir, undoDir };
        return await openBench(device, block.browser, profileNamed(block.browser), given);
      },
      show: (todo) => {
        const staged = onShow(todo);
        onstage = staged;
        shown = showWithMocha(staged.show, { reporter });
        return {
          ...staged.events,
          stopped: (block, error) => {
            stopped.push(error);
            staged.events.stopped(block, error);
          },
        };
      },
      signal,
      now,
    });
    close(onstage, claimsOf(judged));
    await shown;
    // A run in which no phone could be used has no answer: its reason is the news.
    if (stopped.length === plan.blocks.length) throw rootError(stopped[0]);
    return judged;
  } catch (error) {
    close(onstage, null);
    await shown;
    throw error;
  }
}

function close(onstage: OnShow | null, claims: Parameters<OnShow['close']>[0]): void {
  onstage?.close(claims);
}

/** The plan over every browser of every device that was asked for; by default the reference handsets. */
function planOf(
  scenario: Scenario,
  bench: ReadonlyMap<string, BenchEntry>,
  asked: Asked,
  given: { run: string; seed: string; codeVersion: string },
): Plan {
  const names =
    asked.devices.length > 0
      ? asked.devices
      : [...bench].flatMap(([name, { handset }]) => (handset === undefined ? [] : [name]));
  const installations = names.flatMap((device) => {
    const entry = entryNamed(bench, device);
    return Object.entries(entry.browsers)
      .filter(([browser]) => asked.browsers.length === 0 || asked.browsers.includes(browser))
      .map(([browser, version]) => installation(scenario, device, entry, browser, version));
  });
  if (installations.length === 0) {
    throw new Fault(
      'nothing-to-run',
      `no device of ${names.join(', ')} has the browser ${asked.browsers.join(', ')}`,
      'Leave --browser out, or add the browser to the device in devices.json.',
    );
  }
  const replicates = asked.replicates ?? scenario.replicates;
  return makePlan(scenario, installations, { ...given, replicates });
}

function installation(
  scenario: Scenario,
  device: string,
  entry: BenchEntry,
  browser: string,
  version: string,
): Installation {
  const { levels, dropped } = factorsOf(profileNamed(browser), version, scenario.factors);
  return {
    device,
    browser,
    expected: {
      reference: entry.handset !== undefined,
      reach: entry.reach,
      rom: `${entry.rom.family} ${entry.rom.build} ${entry.rom.region}`,
      appVersion: version,
      timelapse: entry.timelapse ?? 1,
    },
    levels,
    dropped,
  };
}

function profileNamed(name: string): BrowserProfile {
  const profile = profiles.get(name);
  if (profile) return profile;
  throw new Fault(
    'unknown-browser',
    `no browser is called "${name}"`,
    `Use one of: ${[...profiles.keys()].join(', ')}; or add its profile under harness/gather/browsers/profiles/.`,
  );
}

const scenarioModule = z.object({
  default: z.custom<Scenario>(
    (value) =>
      typeof value === 'object' && value !== null && 'steps' in value && 'factors' in value,
  ),
});

async function load(root: string, name: string): Promise<Scenario> {
  return scenarioModule.parse(await import(join(root, 'scenarios', `${name}.ts`))).default;
}

/** The run to go on with: by name, by folder, or the latest of this scenario. */
async function named(results: string, scenario: string, resume: string): Promise<string> {
  const runs = (await namesIn(results)).filter((name) => name.includes(`-${scenario}-`));
  const found = resume === 'latest' ? runs.at(-1) : runs.find((name) => name === nameOf(resume));
  if (found !== undefined) return found;
  throw new Fault(
    'no-such-run',
    resume === 'latest'
      ? `there is no run of ${scenario} to go on with`
      : `there is no run ${resume}`,
    runs.length > 0 ? `Use one of: ${runs.join(', ')}.` : `Start one: npm run scenario ${scenario}`,
  );
}

function nameOf(folder: string): string {
  return folder.replace(/\/+$/, '').split('/').at(-1) ?? folder;
}

/** 20261123T021000Z */
function stamp(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

/** The commit that a run was made with, marked when the tree had changes of its own. */
async function versionOf(root: string): Promise<string> {
  const git = async (...args: string[]): Promise<string> => {
    const { code, stdout } = await run('git', ['-C', root, ...args]).catch(() => ({
      code: 1,
      stdout: Buffer.alloc(0),
    }));
    return code === 0 ? stdout.toString('utf8').trim() : '';
  };
  const commit = await git('rev-parse', '--short=12', 'HEAD');
  if (commit === '') return 'not a git checkout';
  return (await git('status', '--porcelain', '--untracked-files=no')) === ''
    ? commit
    : `${commit}+changes`;
}
