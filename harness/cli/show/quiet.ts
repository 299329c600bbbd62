import { format } from 'node:util';
import type { Output } from '../terminal.ts';
import { linesForTerminal } from '../terminal.ts';

const NAMES = ['debug', 'error', 'info', 'log', 'warn'] as const;

/**
 * Libraries print by themselves what a server or a phone sent them, headers and all. Until this is disposed of that
 * is left out; whoever wants it says NODE_DEBUG=libraries, and gets it made safe.
 */
export function quietLibraries(
  output: Output,
  env: NodeJS.ProcessEnv,
  console: Pick<Console, (typeof NAMES)[number]> = globalThis.console,
): Disposable {
  const wanted = (env['NODE_DEBUG'] ?? '').split(',').includes('libraries');
  const before = NAMES.map((name) => [name, console[name]] as const);
  for (const name of NAMES) {
    console[name] = (...said: unknown[]) => {
      if (wanted) output.write(`${linesForTerminal(format(...said))}\n`);
    };
  }
  return {
    [Symbol.dispose]: () => {
      for (const [name, method] of before) console[name] = method;
    },
  };
}
