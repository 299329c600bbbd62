import type { Show, ShownOutcome, ShownSuite, ShownTrial } from './show.ts';
import type { Colour, Output } from '../terminal.ts';
import { forTerminal, painter } from '../terminal.ts';

/**
 * What our own Mocha reporter prints: lab notes. One appended line a finished trial, in the order in which they finish
 * (Mocha itself goes through its tests one by one, while blocks run side by side). On a terminal a last line says
 * what is running and how long it may still take. Never what was sighted: whoever watches must not be swayed.
 */
export function labNotes(
  show: Show,
  output: Output,
  env: NodeJS.ProcessEnv,
): { begin(): void; end(): void } {
  const live = liveLine(output);
  return {
    begin: () => {
      for (const suite of show.suites) follow(suite, { live, output, env });
    },
    end: () => {
      live.show('');
    },
  };
}

interface Notes {
  readonly live: ReturnType<typeof liveLine>;
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
}

function follow(suite: ShownSuite, { live, output, env }: Notes): void {
  const device = forTerminal(suite.title);
  const took: number[] = [];
  let left = suite.trials.length;
  for (const trial of suite.trials) {
    void trial.begun.then(() => {
      const mean = took.length === 0 ? null : took.reduce((sum, ms) => sum + ms, 0) / took.length;
      const rest = mean === null ? '' : `, ${duration(mean * left)} left`;
      live.show(`${device} ${trial.place} ${forTerminal(trial.title)}${rest}`, suite.title);
    });
    void trial.outcome.then((outcome) => {
      left--;
      live.show('', suite.title);
      if ('ms' in outcome) took.push(outcome.ms);
      // A block that stops says so once, not for each trial that it did not come to.
      if (outcome.kind === 'not run' && left > 0) return;
      live.above(() => output.write(`${noteOf(suite, trial, outcome, painter(output, env))}\n`));
    });
  }
}

/** The line of one trial. */
function noteOf(
  suite: ShownSuite,
  trial: ShownTrial,
  outcome: ShownOutcome,
  paint: (colour: Colour, text: string) => string,
): string {
  const { sign, colour } = SIGNS[outcome.kind];
  const device = forTerminal(suite.title);
  if (outcome.kind === 'not run') {
    return `${paint(colour, sign)} ${device} · ${forTerminal(outcome.reason)}`;
  }
  const reason =
    outcome.kind === 'sound' ? '' : ` · ${outcome.kind}: ${forTerminal(outcome.reason)}`;
  const advice =
    outcome.kind === 'fault' && outcome.advice !== ''
      ? `\n  do     ${forTerminal(outcome.advice)}`
      : '';
  const said = `${trial.place} ${device} · ${forTerminal(trial.title)}`;
  return `${paint(colour, sign)} ${said} · ${duration(outcome.ms)}${reason}${advice}`;
}

const SIGNS: Readonly<Record<ShownOutcome['kind'], { sign: string; colour: Colour }>> = {
  sound: { sign: '✓', colour: 'green' },
  void: { sign: '○', colour: 'yellow' },
  fault: { sign: '✗', colour: 'red' },
  'not run': { sign: '–', colour: 'yellow' },
};

/** The last line of a terminal, rewritten in place; on anything else it does not exist. */
function liveLine(output: Output): {
  show(text: string, device?: string): void;
  above(print: () => void): void;
} {
  if (output.isTTY !== true) return { show: () => undefined, above: (print) => print() };
  const running = new Map<string, string>();
  const clear = (): unknown => output.write('\r\u001b[2K');
  const draw = (): void => {
    const line = [...running.values()].join(' · ');
    output.write(
      Array.from(line)
        .slice(0, (output.columns ?? 80) - 1)
        .join(''),
    );
  };
  return {
    show: (text, device) => {
      if (device === undefined) running.clear();
      else if (text === '') running.delete(device);
      else running.set(device, text);
      clear();
      draw();
    },
    above: (print) => {
      clear();
      print();
      draw();
    },
  };
}

/** "3.2 s", "4 min", "2 h 5 min". */
function duration(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
