import { join } from 'node:path';
import { z } from 'zod';
import { deedsIn } from '../../gather/errands/rehearse.ts';
import { readText } from '../../record/disk.ts';
import { loadScenario } from '../bench/begun/scenarios.ts';
import { scenariosIn } from '../bench/begun/shelf.ts';
import { benchOf } from '../bench/entries.ts';
import { defaultDevices, planOf } from '../bench/plan-of.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import type { Listed } from '../print/list.ts';
import { listLines } from '../print/list.ts';
import type { Output } from '../terminal.ts';
import { forTerminal } from '../terminal.ts';

const unanswerable = z.array(z.object({ sentence: z.string(), who: z.string(), why: z.string() }));

/** `npm run scenario -- --list`: what can be asked, what it costs on the default bench, and what cannot be answered. */
export async function listCommand(
  names: readonly string[],
  { root, home, output }: { root: string; home: string; output: Output },
): Promise<ExitCode> {
  const bench = await benchOf(home);
  const shelved = (await scenariosIn(root)).filter(({ name }) => names.includes(name));
  const listed: Listed[] = [];
  for (const { name, theme } of shelved.toSorted((a, b) => (a.theme < b.theme ? -1 : 1))) {
    const scenario = await loadScenario(root, name);
    const given = { run: 'list', seed: 'list', codeVersion: 'list' };
    const asked = { devices: [], browsers: [], replicates: null };
    const { plan } = await planOf(scenario, bench, asked, given);
    const idle = (await deedsIn(scenario)).reduce(
      (sum, deed) => sum + (deed.do === 'idle' ? deed.seconds * 1000 : 0),
      0,
    );
    listed.push({ theme, scenario, plan, waitMs: scenario.followUpMs + idle });
  }
  const text = await readText(join(root, 'scenarios', 'unanswerable.json'));
  const open = unanswerable.parse(JSON.parse(text ?? '[]'));
  for (const line of listLines(listed, open, defaultDevices(bench).length)) {
    output.write(`${forTerminal(line)}\n`);
  }
  return EXIT.judged;
}
