import { Fault, rootError } from '../lib/fault.ts';
import type { Output } from './terminal.ts';
import { forTerminal, linesForTerminal, painter } from './terminal.ts';

/**
 * Prints what stopped a command, on stderr. A Fault is three lines (what happened, where, what to do), since the
 * person can put it right; a bug keeps its stack, and its causes, for whoever mends it. `doing` is the command.
 */
export function printFault(
  error: unknown,
  { doing, output, env }: { doing: string; output: Output; env: NodeJS.ProcessEnv },
): void {
  const paint = painter(output, env);
  const root = rootError(error);
  if (root instanceof Fault) {
    output.write(
      `${paint('red', '✗')} ${linesForTerminal(root.message)}\n` +
        `  where  ${forTerminal(doing)} (${forTerminal(root.code)})\n` +
        `  do     ${forTerminal(root.advice)}\n`,
    );
    return;
  }
  output.write(
    `${paint('red', '✗')} a bug in Leaklab, in ${forTerminal(doing)}:\n` +
      `${stackOf(root)}\n` +
      'Please report it with these lines and the folder of the run; finished trials are kept.\n',
  );
}

function stackOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return linesForTerminal(String(error));
  const own = linesForTerminal(error.stack ?? error.message);
  const cause = rootError(error.cause);
  return cause === undefined || depth > 4 ? own : `${own}\ncaused by ${stackOf(cause, depth + 1)}`;
}
