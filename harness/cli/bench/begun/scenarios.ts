import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { Fault, messageOf } from '../../../lib/fault.ts';
import type { Scenario } from '../../../scenario.ts';
import { amissIn } from './amiss.ts';
import { scenariosIn } from './shelf.ts';

/** Reads a scenario. What keeps it from being run is a Fault that names the file and what is wrong with it. */
export async function loadScenario(root: string, name: string): Promise<Scenario> {
  const path = (await scenariosIn(root)).find((one) => one.name === name)?.path;
  if (path === undefined) throw new Error(`there is no scenario ${name}`);
  const scenario = await read(join(root, path), path);
  const amiss = scenario === null ? NOT_ONE : await amissIn(scenario, name);
  if (scenario === null || amiss !== null) throw broken(path, amiss ?? NOT_ONE);
  return scenario;
}

const NOT_ONE = 'it gives no scenario: it has to begin with `export default scenario({`';

const scenarioModule = z.object({
  default: z.custom<Scenario>(
    (value) =>
      typeof value === 'object' && value !== null && 'steps' in value && 'factors' in value,
  ),
});

async function read(file: string, path: string): Promise<Scenario | null> {
  try {
    const parsed = scenarioModule.safeParse(await import(pathToFileURL(file).href));
    return parsed.success ? parsed.data.default : null;
  } catch (error) {
    throw broken(path, spokenOf(error, file));
  }
}

/** Line and complaint, as the reader of the language gives them: the first line of the stack is "file:line". */
function spokenOf(error: unknown, file: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const line = stack
    .split('\n')
    .map((one) => one.split(`${file}:`)[1] ?? '')
    .map((one) => /^\d+/.exec(one)?.[0])
    .find((one) => one !== undefined);
  const said = messageOf(error).replace(/\s+/g, ' ').trim();
  return line === undefined ? said : `line ${line}: ${said}`;
}

function broken(path: string, what: string): Fault {
  return new Fault(
    'scenario-amiss',
    `${path}: ${what}`,
    'Mend the file (docs/writing-a-scenario.md has every word); npm run check shows line and column.',
  );
}
