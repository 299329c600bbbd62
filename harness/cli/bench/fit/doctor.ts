import type { BenchEntry } from '../../../gather/devices/bench.ts';
import { Fault } from '../../../lib/fault.ts';
import type { ExitCode } from '../../exit-code.ts';
import { EXIT } from '../../exit-code.ts';
import type { Output } from '../../terminal.ts';
import { forTerminal, painter } from '../../terminal.ts';
import { benchOf } from '../entries.ts';
import type { Check } from './check.ts';
import { gatewayChecks } from './gateway.ts';
import { machineChecks, phoneChecks } from './machine.ts';

/**
 * `leaklab doctor`: is the bench fit for a run? Each check does what a run would do and takes it back; nothing is
 * installed and no phone is changed. With `--gateway` also what listening through a network of ours needs.
 */
export async function doctorCommand(
  { gateway }: { readonly gateway: boolean },
  {
    root,
    home,
    output,
    env,
  }: { root: string; home: string; output: Output; env: NodeJS.ProcessEnv },
): Promise<ExitCode> {
  const paint = painter(output, env);
  const say = (line: string): void => void output.write(`${line}\n`);
  let unfit = 0;
  const look = async ({ what, ask }: Check): Promise<void> => {
    try {
      say(`${paint('green', '✓')} ${what.padEnd(WIDTH)} ${forTerminal(await ask())}`);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      unfit += 1;
      say(`${paint('red', '✗')} ${what.padEnd(WIDTH)} ${forTerminal(error.message)}`);
      say(`  ${'do'.padEnd(WIDTH)} ${forTerminal(error.advice)}`);
    }
  };
  for (const check of machineChecks({ root, home })) await look(check);
  const entries: BenchEntry[] = [];
  await look({
    what: 'devices.json',
    ask: async () => {
      const bench = await benchOf(home);
      entries.push(...bench.values());
      return `${bench.size} devices: ${[...bench.keys()].join(', ')}`;
    },
  });
  for (const check of phoneChecks(entries, home)) await look(check);
  if (gateway) for (const check of gatewayChecks(entries)) await look(check);
  say(unfit === 0 ? 'fit for a run' : `${unfit} to put right`);
  return unfit === 0 ? EXIT.judged : EXIT.fault;
}

const WIDTH = 22;
