import Mocha from 'mocha';
import { Fault } from '../../lib/fault.ts';
import { labNotes } from './reporter.ts';
import type { Show, ShownTrial } from './show.ts';
import type { Output } from '../terminal.ts';
import { forTerminal } from '../terminal.ts';

/**
 * Shows a running experiment through Mocha: one suite a device, one test a trial, one a claim. Mocha drives nothing:
 * each test awaits an outcome that the blocks running beside it resolve. Sound passes, void is pending with its
 * reason, a Fault fails, a judged claim passes whatever its answer. Resolves when all has ended.
 */
export async function showWithMocha(
  show: Show,
  {
    reporter,
    output = process.stdout,
    env = process.env,
  }: { reporter: string | null; output?: Output; env?: NodeJS.ProcessEnv },
): Promise<void> {
  const mocha = mochaWith(reporter ?? reporterOf(labNotes(show, output, env)));
  for (const suite of show.suites) {
    const group = Mocha.Suite.create(mocha.suite, forTerminal(suite.title));
    for (const trial of suite.trials) group.addTest(testOf(trial));
  }
  addVerdicts(mocha.suite, show);
  await new Promise<void>((resolve) => {
    mocha.run(() => {
      resolve();
    });
  });
}

function mochaWith(reporter: string | Mocha.ReporterConstructor): Mocha {
  try {
    return new Mocha({ reporter, timeout: 0, slow: 600_000, diff: false });
  } catch (error) {
    throw new Fault(
      'unknown-reporter',
      `Mocha has no reporter "${forTerminal(String(reporter))}"`,
      'Take spec, dot, list, tap, json, xunit or min, or leave --reporter out.',
      { cause: error },
    );
  }
}

/** A reporter of Mocha's making that only says when. */
function reporterOf({ begin, end }: ReturnType<typeof labNotes>): Mocha.ReporterConstructor {
  return class LabNotes extends Mocha.reporters.Base {
    constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
      super(runner, options);
      runner.once('start', begin);
      runner.once('end', end);
    }
  };
}

function testOf(trial: ShownTrial): Mocha.Test {
  return new Mocha.Test(forTerminal(`${trial.place} ${trial.title}`), async function ended(
    this: Mocha.Context,
  ) {
    const outcome = await trial.outcome;
    if ('ms' in outcome) lasted(this.test, outcome.ms);
    switch (outcome.kind) {
      case 'sound':
        return;
      case 'fault':
        throw withoutStack(forTerminal(outcome.reason));
      case 'void':
      case 'not run':
        if (this.test) this.test.title += forTerminal(` (${outcome.kind}: ${outcome.reason})`);
        this.skip();
    }
  });
}

/**
 * Which claims there are is known when the judge has spoken. Mocha counts a suite's tests when it comes to it, so the
 * verdicts begin with a test that waits for the judge, and their own suites are added while it runs.
 */
function addVerdicts(root: Mocha.Suite, show: Show): void {
  const verdicts = Mocha.Suite.create(root, 'verdicts');
  verdicts.addTest(
    new Mocha.Test('the record is judged', async function judged(this: Mocha.Context) {
      const claims = await show.claims;
      if (claims === null) return this.skip();
      for (const [device, own] of Map.groupBy(claims, ({ suite }) => suite)) {
        const group = Mocha.Suite.create(verdicts, forTerminal(device));
        for (const claim of own) {
          group.addTest(new Mocha.Test(forTerminal(claim.title), () => undefined));
        }
      }
    }),
  );
}

/** Mocha measures how long it waited; what a reader wants is how long the trial took. */
function lasted(test: Mocha.Runnable | undefined, ms: number): void {
  if (!test) return;
  Object.defineProperty(test, 'duration', {
    get: () => Math.round(ms),
    set(_measured: number) {
      // Mocha's own measure is not wanted.
    },
  });
}

/** A Fault is the person's to mend: where in our code it was noticed does not help. */
function withoutStack(message: string): Error {
  const error = new Error(message);
  error.stack = '';
  return error;
}
