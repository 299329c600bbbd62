import { join, relative } from 'node:path';
import type { Calibration } from '../../calibrate/rates.ts';
import { calibrationOf } from '../../calibrate/rates.ts';
import type { Cell } from '../../calibrate/score.ts';
import { cellsOf } from '../../calibrate/score.ts';
import { makePlan } from '../../gather/plan.ts';
import type { Judged } from '../../judge/judge.ts';
import { openArchive } from '../../record/archive.ts';
import { writeWhole } from '../../record/disk.ts';
import type { Plan } from '../../record/plan.ts';
import type { Scenario } from '../../scenario.ts';
import type { Request } from '../argv/request.ts';
import { codeVersion, loadScenario, nameOfRun } from '../bench/begun.ts';
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

/** So many handsets side by side: more would wait for one another on two cores. */
const AT_ONCE = 4;

/**
 * `leaklab calibrate`: measures our own error. Runs scenarios on reference handsets whose truth is known, holds every
 * verdict against it, prints how often it was right, and writes all of it down.
 */
export async function calibrateCommand(asked: Asked, around: Around): Promise<ExitCode> {
  const { root, home, now, chance, output } = around;
  const profiles =
    asked.profiles.length > 0
      ? await Promise.all(asked.profiles.map((name) => profileAtBench(name)))
      : await profilesAtBench(asked.roms, home);
  const names = asked.scenarios.length > 0 ? asked.scenarios : ['incognito'];
  const scenarios = await Promise.all(names.map((name) => loadScenario(root, name)));
  const seed = asked.seed ?? chance();
  const version = await codeVersion(root);
  const began = now();
  const cells: Cell[] = [];
  const runs: string[] = [];
  const trials = { sound: 0, void: 0 };
  for (const scenario of scenarios) {
    for (let at = 0; at < profiles.length; at += AT_ONCE) {
      const group = profiles.slice(at, at + AT_ONCE);
      const { plan, judged } = await runOn(scenario, group, { asked, around, seed, version });
      runs.push(plan.run);
      for (const block of judged.verdicts.blocks) {
        trials.sound += block.sound;
        trials.void += block.void;
      }
      cells.push(...(await scored(scenario, group, plan, judged)));
    }
  }
  const calibration = calibrationOf(cells, trials);
  const path = join(home, 'results', `${nameOfRun(now(), 'calibration', chance())}.json`);
  const seconds = Math.round((now() - began) / 1000);
  const record = {
    stamp: 'REFERENCE HANDSET',
    codeVersion: version,
    seed,
    scenarios: names,
    profiles: profiles.map(({ rom }) => rom.name),
    runs,
    seconds,
    ...calibration,
    cells,
  };
  await writeWhole(path, `${JSON.stringify(record, null, 2)}\n`);
  printCalibration(calibration, { seconds, profiles: profiles.length }, output);
  output.write(`${forTerminal(`written to ${relative(home, path)}`)}\n`);
  return below(calibration, asked) ? EXIT.failOn : EXIT.judged;
}

/** One run of one scenario on a few profiles at once: an experiment like any other. */
async function runOn(
  scenario: Scenario,
  group: readonly ProfileAtBench[],
  given: { asked: Asked; around: Around; seed: string; version: string },
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
    seed: given.seed,
    replicates: given.asked.replicates ?? scenario.replicates,
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

async function scored(
  scenario: Scenario,
  group: readonly ProfileAtBench[],
  plan: Plan,
  { verdicts }: Judged,
): Promise<Cell[]> {
  const cells = await Promise.all(
    plan.blocks.map(async (block) => {
      const profile = group.find(({ entry }) => entry.name === block.device);
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
  return cells.flat();
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
