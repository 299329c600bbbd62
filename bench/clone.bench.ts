import { join } from 'node:path';
import { run } from '../harness/lib/children.ts';
import type { Bench } from './how/figure.ts';

const AN_HOUR_MS = 3_600_000;

/** What a newcomer waits for: from the clone to the verdicts of the main job, packages fetched from the registry. */
export const bench: Bench = {
  about: 'from `git clone` to the verdicts of `npm run scenario incognito`',
  long: true,
  options: {},
  measure: async ({ root, workDir, say }) => {
    const clone = join(workDir, 'leaklab');
    // The path and packages of this checkout must not help: a newcomer has neither.
    const { PATH = '', ...rest } = process.env;
    const outside = PATH.split(':')
      .filter((folder) => !folder.startsWith(root))
      .join(':');
    const kept = Object.entries(rest).filter(([name]) => !/^(npm_|NODE_COMPILE_CACHE)/.test(name));
    const env = { ...Object.fromEntries(kept), PATH: outside };
    const from = performance.now();
    const step = async (command: string, ...args: string[]): Promise<number> => {
      say(`${command} ${args.join(' ')}`);
      const { code, stderr } = await run(command, args, { env, timeoutMs: AN_HOUR_MS });
      if (code !== 0)
        throw new Error(`${command} ended with ${String(code)}: ${stderr.slice(-1000)}`);
      return (performance.now() - from) / 1000;
    };
    const cloned = await step('git', 'clone', '--quiet', root, clone);
    const judged = await step('npm', '--prefix', clone, 'run', 'scenario', 'incognito');
    return [
      {
        what: 'clone to verdict',
        unit: 's',
        values: [judged],
        note: `the clone itself ${cloned.toFixed(1)} s, from this disk; npm's cache as it was`,
      },
    ];
  },
};
