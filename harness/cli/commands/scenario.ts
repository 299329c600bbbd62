import { join, relative } from 'node:path';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import { Fault } from '../../lib/fault.ts';
import type { Asked as AskedBeside } from '../../gather/plan.ts';
import type { Judged } from '../../judge/judge.ts';
import type { Archive } from '../../record/archive.ts';
import { openArchive } from '../../record/archive.ts';
import { namesIn } from '../../record/disk.ts';
import type { Plan } from '../../record/plan/plan.ts';
import type { Scenario } from '../../scenario.ts';
import type { Request } from '../argv/request.ts';
import { codeVersion, nameOfRun } from '../bench/begun/run.ts';
import { loadScenario } from '../bench/begun/scenarios.ts';
import { latestCalibration } from '../bench/known/calibrated.ts';
import { benchOf, entryNamed } from '../bench/entries.ts';
import { holdPhones, holdRun } from '../bench/in-use.ts';
import { planOf } from '../bench/plan-of.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import { printPlan } from '../print/plan.ts';
import { printNights, printVerdicts } from '../print/verdicts.ts';
import { forTerminal } from '../terminal.ts';
import type { Around } from './around.ts';
import { conduct } from './conduct.ts';

type Asked = Extract<Request, { command: 'scenario' }>;

/** What else one invocation asks, and who wants to hear what a run of it found. */
export interface Beside {
  readonly asked: AskedBeside;
  found(judged: Judged): void;
}

/** `npm run scenario <name>`: plan, gather, judge, print. A plain command always starts a new run. */
export async function scenarioCommand(
  asked: Asked,
  around: Around,
  beside: Beside | null = null,
): Promise<ExitCode> {
  const { root, home, signal, output } = around;
  const scenario = await loadScenario(root, asked.name);
  const bench = await benchOf(home);
  await using held = new AsyncDisposableStack();
  const { plan, archive, entries } =
    asked.resume === null
      ? await begin(scenario, bench, { ...asked, beside: beside?.asked }, around, held)
      : await goOn(scenario.name, asked.resume, bench, around, held);
  const folder = relative(home, archive.folder);
  printPlan(plan, folder, output);
  const now = (): number => around.now();
  const { reporter } = asked;
  const { judged, stopped } = await conduct({
    scenario,
    plan,
    archive,
    entries,
    reporter,
    root,
    home,
    signal,
    now,
  });
  printVerdicts(judged, plan, folder, output);
  await printNights(plan, join(home, 'results'), output);
  beside?.found(judged);
  const { verdicts } = judged.verdicts;
  const matched = asked.failOn === 'leaks' && verdicts.some(({ answer }) => answer === 'leaks');
  if (matched) return EXIT.failOn;
  if (stopped) throw unfinished(stopped);
  return EXIT.judged;
}

/** The answers of the other devices stand; this one has still to be seen to. */
function unfinished({ code, message, advice, cause }: Fault): Fault {
  const said = `the run is not finished, and the answers above are of what there is: ${message}`;
  const next = /--resume/.test(advice) ? advice : `${advice} Then go on with --resume.`;
  return new Fault(code, said, next, { cause });
}

interface Begun {
  readonly plan: Plan;
  readonly archive: Archive;
  readonly entries: ReadonlyMap<string, BenchEntry>;
}

/**
 * A new run: its plan is made and its phones are held before its folder is, so that a slip of the pen leaves nothing
 * behind.
 */
async function begin(
  scenario: Scenario,
  bench: ReadonlyMap<string, BenchEntry>,
  asked: Asked & { readonly beside: AskedBeside | undefined },
  { root, home, now, chance, output }: Around,
  held: AsyncDisposableStack,
): Promise<Begun> {
  const name = nameOfRun(now(), scenario.name, chance());
  const seed = asked.seed ?? chance();
  const version = await codeVersion(root);
  const { plan, left } = await planOf(scenario, bench, asked, {
    run: name,
    seed,
    codeVersion: version,
    ...(asked.beside ? { beside: asked.beside } : {}),
    calibration: await latestCalibration(join(home, 'results'), version),
  });
  for (const sentence of left) output.write(`${forTerminal(sentence)}\n`);
  const entries = entriesOf(plan, bench);
  const claimant = { what: `the run ${name}`, home, now: now() };
  held.use(await holdPhones(entries.values(), claimant));
  const folder = join(home, 'results', name);
  held.use(await holdRun(folder, claimant));
  return { plan, archive: await openArchive(folder), entries };
}

/** An interrupted run, under the plan it was begun with. It is held before its ledger is read. */
async function goOn(
  scenario: string,
  resume: string,
  bench: ReadonlyMap<string, BenchEntry>,
  { home, now }: Around,
  held: AsyncDisposableStack,
): Promise<Begun> {
  const results = join(home, 'results');
  const name = await named(results, scenario, resume);
  const claimant = { what: `the run ${name}`, home, now: now() };
  held.use(await holdRun(join(results, name), claimant));
  const archive = await openArchive(join(results, name));
  const plan = await archive.plan();
  const entries = entriesOf(plan, bench);
  held.use(await holdPhones(entries.values(), claimant));
  return { plan, archive, entries };
}

function entriesOf(
  plan: Plan,
  bench: ReadonlyMap<string, BenchEntry>,
): ReadonlyMap<string, BenchEntry> {
  return new Map(plan.blocks.map(({ device }) => [device, entryNamed(bench, device)]));
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
