import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../lib/clock.ts';
import type { Request } from './argv/request.ts';
import { parseRequest } from './argv/request.ts';
import { ALL } from './argv/scenarios.ts';
import { USAGE } from './argv/usage.ts';
import { scenariosIn } from './bench/begun/shelf.ts';
import type { ExitCode } from './exit-code.ts';
import { EXIT, exitCodeOf, Interrupted } from './exit-code.ts';
import { printFault } from './print-fault.ts';

// The program behind the launcher: owns the one AbortController, carries out one command, says how it ended.

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Where devices.json, results/ and .leaklab/ are: npm runs every script in the checkout. */
const home = process.cwd();
const argv = process.argv.slice(2);
const output = process.stdout;
/** Up here because the wait at the top level comes before whatever stands below it. */
const SAME_PRESS_MS = 500;
const UNWIND_MS = 30_000;
const controller = new AbortController();
abortOnSignals();
abortOnBugs();
process.exitCode = await main();

async function main(): Promise<ExitCode> {
  const { signal } = controller;
  try {
    const scenarios = (await scenariosIn(root)).map(({ name }) => name);
    const request = parseRequest(argv, { env: process.env, scenarios });
    const code = await carryOut(request, scenarios, signal);
    signal.throwIfAborted();
    return code;
  } catch (error) {
    const code = exitCodeOf(error, signal);
    if (code === EXIT.interrupted) {
      console.error('interrupted: every finished trial is kept, --resume goes on from there');
    } else {
      // A bug that came from nowhere aborts everything else; what that led to is not the news.
      const reason: unknown = signal.aborted ? signal.reason : error;
      const doing = ['leaklab', ...argv].join(' ');
      printFault(reason, { doing, output: process.stderr, env: process.env });
    }
    return code;
  }
}

/** Each command is loaded when it is asked for: a word of help costs nothing. */
async function carryOut(
  request: Request,
  scenarios: readonly string[],
  signal: AbortSignal,
): Promise<ExitCode> {
  const { now } = systemClock();
  const chance = (): string => randomBytes(2).toString('hex');
  switch (request.command) {
    case 'help':
      process.stdout.write(USAGE);
      return EXIT.judged;
    case 'scenario': {
      const around = { root, home, signal, now, chance, output };
      if (request.name === ALL) {
        const { allCommand } = await import('./commands/all.ts');
        return await allCommand(request, scenarios, around);
      }
      const { scenarioCommand } = await import('./commands/scenario.ts');
      return await scenarioCommand(request, around);
    }
    case 'list': {
      const { listCommand } = await import('./commands/list.ts');
      return await listCommand(scenarios, { root, home, output });
    }
    case 'judge': {
      const { judgeCommand } = await import('./commands/judge.ts');
      return await judgeCommand(request.run, { home, output });
    }
    case 'compare': {
      const { compareCommand } = await import('./commands/compare.ts');
      return await compareCommand(request, { home, output, env: process.env, signal });
    }
    case 'detect': {
      const { detectCommand } = await import('./commands/detect.ts');
      return await detectCommand(request, { output, env: process.env, signal });
    }
    case 'doctor': {
      const { doctorCommand } = await import('./bench/fit/doctor.ts');
      return await doctorCommand(request, { root, home, output, env: process.env });
    }
    case 'restore': {
      const { restoreCommand } = await import('./commands/restore.ts');
      return await restoreCommand(request.devices, { home, now: now(), output });
    }
    case 'truth': {
      const { truthCommand } = await import('./commands/truth.ts');
      return await truthCommand(request, { root, output });
    }
    case 'calibrate': {
      const { calibrateCommand } = await import('./commands/calibrate.ts');
      return await calibrateCommand(request, { root, home, signal, now, chance, output });
    }
  }
}

/**
 * Ctrl-C gives everything back and ends; a second one ends at once. One press of the keys arrives several times (from
 * the terminal, from npm, from the launcher), so the second counts only when it comes a moment later.
 */
function abortOnSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) return;
      controller.abort(new Interrupted());
      setTimeout(() => {
        process.on(name, () => process.exit(EXIT.interrupted));
      }, SAME_PRESS_MS).unref();
    });
  }
}

/** An error that nobody awaited stops the run: a record made beside a bug is not worth having. */
function abortOnBugs(): void {
  const stop = (error: unknown): void => {
    controller.abort(error instanceof Error ? error : new Error(String(error)));
    setTimeout(() => process.exit(EXIT.bug), UNWIND_MS).unref();
  };
  process.on('uncaughtException', stop);
  process.on('unhandledRejection', stop);
}
