import { Fault } from '../../lib/fault.ts';
import type { Request } from '../argv/request.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';
import { forTerminal } from '../terminal.ts';
import type { Around } from './around.ts';
import { scenarioCommand } from './scenario.ts';

type Asked = Extract<Request, { command: 'scenario' }>;

/**
 * `npm run scenario all`: every scenario, one after the other. One that cannot be run says so and the next begins; the
 * first such Fault is what the command ends with.
 */
export async function allCommand(
  asked: Asked,
  scenarios: readonly string[],
  around: Around,
): Promise<ExitCode> {
  let first: Fault | null = null;
  let matched = false;
  for (const name of scenarios) {
    around.signal.throwIfAborted();
    try {
      const code = await scenarioCommand({ ...asked, name }, around);
      matched ||= code === EXIT.failOn;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      around.output.write(`${forTerminal(`${name}: ${error.message}`)}\n`);
      first ??= error;
    }
  }
  if (matched) return EXIT.failOn;
  if (first) throw first;
  return EXIT.judged;
}
