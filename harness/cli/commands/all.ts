import type { Asked as AskedBeside } from '../../gather/plan.ts';
import type { Primary } from '../../judge/words/invocation.ts';
import { primariesInWords, primariesOf } from '../../judge/words/invocation.ts';
import { Fault } from '../../lib/fault.ts';
import type { Request } from '../argv/request.ts';
import { loadScenario } from '../bench/begun/scenarios.ts';
import { benchOf } from '../bench/entries.ts';
import { planOf } from '../bench/plan-of.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import { forTerminal } from '../terminal.ts';
import type { Around } from './around.ts';
import { scenarioCommand } from './scenario.ts';

type Asked = Extract<Request, { command: 'scenario' }>;

/**
 * `npm run scenario all`: every scenario, one after the other. One that cannot be run says so and the next begins; the
 * first such Fault is what the command ends with. All that it asks is counted before the first trial, since it shares
 * one error; at the end the primaries of all runs are adjusted together.
 */
export async function allCommand(
  asked: Asked,
  scenarios: readonly string[],
  around: Around,
): Promise<ExitCode> {
  let first: Fault | null = null;
  let matched = false;
  const counts =
    asked.resume === null
      ? await countEach(asked, scenarios, around)
      : new Map<string, AskedBeside>();
  const total = sum([...counts.values()]);
  const primaries: Primary[] = [];
  for (const name of scenarios) {
    around.signal.throwIfAborted();
    const own = counts.get(name) ?? NOTHING;
    const beside = {
      claims: total.claims - own.claims,
      primaries: total.primaries - own.primaries,
    };
    try {
      const code = await scenarioCommand({ ...asked, name }, around, {
        asked: beside,
        found: ({ verdicts }) => {
          primaries.push(...primariesOf(verdicts));
        },
      });
      matched ||= code === EXIT.failOn;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      around.output.write(`${forTerminal(`${name}: ${error.message}`)}\n`);
      first ??= error;
    }
  }
  for (const line of primariesInWords(primaries, total.primaries))
    around.output.write(`${forTerminal(line)}\n`);
  if (matched) return EXIT.failOn;
  if (first) throw first;
  return EXIT.judged;
}

const NOTHING: AskedBeside = { claims: 0, primaries: 0 };

function sum(counts: readonly AskedBeside[]): AskedBeside {
  return counts.reduce(
    (all, one) => ({ claims: all.claims + one.claims, primaries: all.primaries + one.primaries }),
    NOTHING,
  );
}

/** What each scenario's plan will ask; one that cannot be planned asks nothing, and says so in its turn. */
async function countEach(
  asked: Asked,
  scenarios: readonly string[],
  { root, home }: Around,
): Promise<Map<string, AskedBeside>> {
  const bench = await benchOf(home);
  const counts = new Map<string, AskedBeside>();
  for (const name of scenarios) {
    try {
      const scenario = await loadScenario(root, name);
      const { plan } = await planOf(scenario, bench, asked, { run: '', seed: '', codeVersion: '' });
      counts.set(name, { claims: plan.family, primaries: plan.primaries ?? 0 });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
  return counts;
}
