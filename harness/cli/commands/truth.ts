import type { Leak } from '../../calibrate/truth.ts';
import { truthOf } from '../../calibrate/truth.ts';
import { inWords, makePlan } from '../../gather/plan.ts';
import type { Block } from '../../record/plan/plan.ts';
import type { Scenario } from '../../scenario.ts';
import type { Request } from '../argv/request.ts';
import { loadScenario } from '../bench/begun/scenarios.ts';
import { installation } from '../bench/installations.ts';
import type { ProfileAtBench } from '../bench/profiles.ts';
import { profileAtBench } from '../bench/profiles.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import type { Output } from '../terminal.ts';
import { forTerminal } from '../terminal.ts';

type Asked = Extract<Request, { command: 'truth' }>;

/** `leaklab truth <profile> --scenario <name>`: what a ROM profile is built to leak, without running anything. */
export async function truthCommand(
  { profile, scenario: name }: Asked,
  { root, output }: { root: string; output: Output },
): Promise<ExitCode> {
  const scenario = await loadScenario(root, name);
  const at = await profileAtBench(profile);
  const say = (line: string): void => void output.write(`${forTerminal(line)}\n`);
  say(`${at.rom.name}: ${at.rom.label} · ${scenario.name} · REFERENCE HANDSET`);
  for (const block of blocksOf(scenario, [at])) {
    for (const { condition, truth } of await truthsOf(at, block, scenario)) {
      say(`  ${block.browser}, ${inWords(condition)}`);
      if (truth.length === 0) say('    nothing leaks');
      for (const leak of truth) say(`    ${leakInWords(leak, scenario.followUpMs)}`);
    }
  }
  return EXIT.judged;
}

/** The blocks that a plan would have, so that truth and run speak of the same conditions. */
export function blocksOf(
  scenario: Scenario,
  profiles: readonly ProfileAtBench[],
): readonly Block[] {
  const installations = profiles.flatMap(({ entry }) =>
    Object.entries(entry.browsers).map(([browser, version]) =>
      installation(scenario, entry.name, entry, browser, version),
    ),
  );
  const given = { run: 'truth', seed: 'truth', replicates: 1, codeVersion: 'truth' };
  return makePlan(scenario, installations, given).blocks;
}

/** What leaks in each condition of a block. */
export async function truthsOf(
  { rom, browsers }: ProfileAtBench,
  { browser, conditions }: Pick<Block, 'browser' | 'conditions'>,
  scenario: Scenario,
): Promise<{ condition: Block['conditions'][number]; truth: Leak[] }[]> {
  const app = browsers.get(browser);
  if (!app) return [];
  return await Promise.all(
    conditions.map(async (condition) => ({
      condition,
      truth: await truthOf(rom, app, scenario, condition),
    })),
  );
}

function leakInWords(leak: Leak, followUpMs: number): string {
  const chance =
    leak.chance === null
      ? leak.late
        ? 'only after the window'
        : 'as a server says'
      : leak.chance === 1
        ? 'always'
        : `in ${String(leak.chance * 100)} %`;
  const clothes = [...leak.wrappings, leak.transport].join(' › ');
  const sealed = leak.sealed === null ? '' : `, not to be read: ${leak.sealed}`;
  const late =
    leak.afterMs < followUpMs
      ? ''
      : `, gathered for ${String(leak.afterMs / 1000)} s: longer than the follow-up window`;
  return `${leak.canary} (${leak.form}) → ${leak.host}  ${chance}, ${clothes}, by ${leak.collector} on ${leak.on}${sealed}${late}`;
}
