import { join, relative } from 'node:path';
import type { Calibration } from '../../calibrate/rates.ts';
import { calibrationOf } from '../../calibrate/rates.ts';
import type { Cell } from '../../calibrate/score.ts';
import { cellsOf } from '../../calibrate/score.ts';
import { refusalOf } from '../../gather/errands/rehearse.ts';
import { makePlan } from '../../gather/plan.ts';
import type { CalibrationLog } from '../../calibrate/log.ts';
import { logToResume } from '../../calibrate/log.ts';
import type { Judged } from '../../judge/judge.ts';
import type { Verdicts } from '../../judge/verdicts/shape.ts';
import { verdictsSchema } from '../../judge/verdicts/shape.ts';
import { openArchive } from '../../record/archive.ts';
import { Fault } from '../../lib/fault.ts';
import { makeFolder, readText, writeWhole } from '../../record/disk.ts';
import type { Plan } from '../../record/plan/plan.ts';
import type { Scenario } from '../../scenario.ts';
import type { Request } from '../argv/request.ts';
import { codeVersion, nameOfRun } from '../bench/begun/run.ts';
import { loadScenario } from '../bench/begun/scenarios.ts';
import { holdRun } from '../bench/in-use.ts';
import { installation, profileNamed } from '../bench/installations.ts';
import type { ProfileAtBench } from '../bench/profiles.ts';
import { profileAtBench, profilesAtBench } from '../bench/profiles.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import { printCalibration } from '../print/calibration.ts';
import { forTerminal } from '../terminal.ts';
import type { Around } from './around.ts';
import { conduct } from './conduct.ts';
import { truthsOf } from './truth.ts';

type Asked = Extract<Request, { command: 'calibrate' }>;

/** So many handsets side by side: they do most trials an hour on two cores (README: What it costs). */
const AT_ONCE = 8;

/**
 * `leaklab calibrate`: measures our own error. Runs scenarios on reference handsets whose truth is known, holds every
 * verdict against it, prints how often it was right, and writes all of it down. It may be stopped after so many minutes,
 * or at any moment, and goes on after the last run that was finished.
 */
export async function calibrateCommand(asked: Asked, around: Around): Promise<ExitCode> {
  const { root, home, now, chance, output } = around;
  const version = await codeVersion(root);
  const results = join(home, 'results');
  const { name, log } =
    asked.resume === null
      ? {
          name: `${nameOfRun(now(), 'calibration', chance())}.json`,
          log: await begun(asked, { version, home, seed: asked.seed ?? chance() }),
        }
      : await logToResume(results, asked.resume, version);
  const path = join(results, name);
  await makeFolder(results);
  const profiles = await Promise.all(log.profiles.map((one) => profileAtBench(one)));
  const scored: Scored[] = [];
  for (const { run, scenario } of log.done) {
    scored.push(
      await scoredAgain(await loadScenario(root, scenario), profiles, join(results, run)),
    );
  }
  const { pieces, leftOut } = await piecesOf(root, log, profiles);
  for (const sentence of leftOut) output.write(`${forTerminal(`left out: ${sentence}`)}\n`);
  const began = now();
  const until = asked.minutes === null ? Infinity : began + asked.minutes * 60_000;
  const written = async (finished: boolean, done: CalibrationLog['done']): Promise<Calibration> => {
    const seconds = log.seconds + Math.round((now() - began) / 1000);
    const calibration = together(scored);
    const cells = scored.flatMap((one) => one.cells);
    const record = {
      stamp: 'REFERENCE HANDSET',
      ...log,
      done,
      finished,
      seconds,
      leftOut,
      ...calibration,
      cells,
    };
    await writeWhole(path, `${JSON.stringify(record, null, 2)}\n`);
    if (!finished && now() < until) return calibration;
    printCalibration(calibration, { seconds, profiles: profiles.length }, output);
    output.write(`${forTerminal(`written to ${relative(home, path)}`)}\n`);
    return calibration;
  };

  const done = [...log.done];
  const left = pieces.filter(
    (piece) =>
      !done.some(
        (one) => one.scenario === piece.scenario.name && one.profiles.join() === piece.names.join(),
      ),
  );
  let calibration = await written(left.length === 0, done);
  for (const [at, { scenario, group, names }] of left.entries()) {
    if (now() >= until) {
      const rest = `${String(left.length - at)} of ${String(left.length + log.done.length)} runs are left`;
      output.write(
        `${forTerminal(`${rest}; go on with: npm run leaklab -- calibrate --resume ${name}`)}\n`,
      );
      return EXIT.judged;
    }
    const { plan, judged } = await runOn(scenario, group, { log, asked, around, version });
    scored.push(await scoredFrom(scenario, group, plan, judged.verdicts));
    done.push({ run: plan.run, scenario: scenario.name, profiles: [...names] });
    calibration = await written(at === left.length - 1, done);
  }
  return below(calibration, asked) ? EXIT.failOn : EXIT.judged;
}

async function begun(
  asked: Asked,
  { version, home, seed }: { version: string; home: string; seed: string },
): Promise<CalibrationLog> {
  const profiles =
    asked.profiles.length > 0
      ? asked.profiles
      : (await profilesAtBench(asked.roms, home)).map(({ entry }) => entry.handset ?? entry.name);
  return {
    codeVersion: version,
    seed,
    replicates: asked.replicates,
    scenarios: asked.scenarios.length > 0 ? [...asked.scenarios] : ['incognito'],
    profiles: [...profiles],
    done: [],
    finished: false,
    seconds: 0,
  };
}

interface Piece {
  readonly scenario: Scenario;
  readonly group: readonly ProfileAtBench[];
  readonly names: readonly string[];
}

/**
 * A calibration in runs: each scenario on a few profiles at a time. A profile on which a scenario cannot be run (no app
 * for it) is left out of that scenario, with a sentence. Fault `nothing-to-run`.
 */
async function piecesOf(
  root: string,
  { scenarios }: CalibrationLog,
  profiles: readonly ProfileAtBench[],
): Promise<{ pieces: Piece[]; leftOut: string[] }> {
  const pieces: Piece[] = [];
  const leftOut: string[] = [];
  for (const name of scenarios) {
    const scenario = await loadScenario(root, name);
    const fit: ProfileAtBench[] = [];
    for (const profile of profiles) {
      const refusal = await refusalOf(scenario, profile.entry);
      if (refusal) leftOut.push(refusal.message);
      else fit.push(profile);
    }
    for (let at = 0; at < fit.length; at += AT_ONCE) {
      const group = fit.slice(at, at + AT_ONCE);
      pieces.push({ scenario, group, names: group.map(({ rom }) => rom.name) });
    }
  }
  if (pieces.length > 0) return { pieces, leftOut };
  throw new Fault(
    'nothing-to-run',
    leftOut[0] ?? 'there is neither a scenario nor a profile',
    'Name a profile on which the scenario can be run.',
  );
}

/** One run of one scenario on a few profiles at once: an experiment like any other. */
async function runOn(
  scenario: Scenario,
  group: readonly ProfileAtBench[],
  given: { log: CalibrationLog; asked: Asked; around: Around; version: string },
): Promise<{ plan: Plan; judged: Judged }> {
  const { root, home, signal, now, chance } = given.around;
  const installations = group.flatMap(({ entry }) =>
    Object.entries(entry.browsers).map(([browser, version]) =>
      installation(scenario, entry.name, entry, browser, version),
    ),
  );
  const run = nameOfRun(now(), scenario.name, chance());
  const plan = makePlan(scenario, installations, {
    run,
    seed: given.log.seed,
    replicates: given.log.replicates ?? scenario.replicates,
    codeVersion: given.version,
  });
  const folder = join(home, 'results', run);
  await using _held = await holdRun(folder, { what: `the run ${run}`, home, now: now() });
  const { judged, stopped } = await conduct({
    scenario,
    plan,
    archive: await openArchive(folder),
    entries: new Map(group.map(({ entry }) => [entry.name, entry])),
    reporter: given.asked.reporter,
    root,
    home,
    signal,
    now: () => now(),
  });
  // A profile that was not run to its end has no truth to hold its answers against.
  if (stopped) throw stopped;
  return { plan, judged };
}

/** What one run says of the instrument. */
interface Scored {
  readonly cells: readonly Cell[];
  readonly sound: number;
  readonly void: number;
}

/** Of a run that was finished before: its answers as they were written down. */
async function scoredAgain(
  scenario: Scenario,
  profiles: readonly ProfileAtBench[],
  folder: string,
): Promise<Scored> {
  const archive = await openArchive(folder);
  const read = verdictsSchema.parse(
    JSON.parse((await readText(join(folder, 'verdicts.json'))) ?? ''),
  );
  return await scoredFrom(scenario, profiles, await archive.plan(), read);
}

async function scoredFrom(
  scenario: Scenario,
  profiles: readonly ProfileAtBench[],
  plan: Plan,
  verdicts: Verdicts,
): Promise<Scored> {
  const cells = await Promise.all(
    plan.blocks.map(async (block) => {
      const profile = profiles.find(({ entry }) => entry.name === block.device);
      if (!profile) return [];
      return cellsOf({
        scenario: scenario.name,
        profile: block.device,
        conditions: await truthsOf(profile, block, scenario),
        canaries: Object.keys(plan.canaries),
        verdicts: verdicts.verdicts.filter(
          ({ device, browser }) =>
            device === block.device && browser === profileNamed(block.browser).label,
        ),
      });
    }),
  );
  const sum = (what: 'sound' | 'void'): number =>
    verdicts.blocks.reduce((total, block) => total + block[what], 0);
  return { cells: cells.flat(), sound: sum('sound'), void: sum('void') };
}

function together(scored: readonly Scored[]): Calibration {
  const sum = (what: 'sound' | 'void'): number =>
    scored.reduce((total, one) => total + one[what], 0);
  return calibrationOf(
    scored.flatMap(({ cells }) => cells),
    { sound: sum('sound'), void: sum('void') },
  );
}

function below({ all, contradictions }: Calibration, asked: Asked): boolean {
  const { minSensitivity, minSpecificity } = asked;
  if (minSensitivity === null && minSpecificity === null) return false;
  const shareOf = ({ k, n }: { k: number; n: number }): number => (n === 0 ? 0 : k / n);
  return (
    contradictions.length > 0 ||
    (minSensitivity !== null && shareOf(all.sensitivity) < minSensitivity) ||
    (minSpecificity !== null && shareOf(all.specificity) < minSpecificity)
  );
}
