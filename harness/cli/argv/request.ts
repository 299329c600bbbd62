import type { ParseArgsOptionsConfig } from 'node:util';
import { Fault } from '../../lib/fault.ts';
import type { CalibrateRequest } from './calibrate.ts';
import { readCalibrate } from './calibrate.ts';
import { refuseEaten } from './eaten.ts';
import { didYouMean } from './nearest.ts';
import { ALL, scenarioNamed } from './scenarios.ts';
import { badValue, failOn, refuseMore, wholeNumber } from './values.ts';
import type { Words } from './words.ts';
import { wordsOf } from './words.ts';

/** What the person asked for, checked as far as the words alone allow. */
export type Request =
  | { readonly command: 'help' }
  | { readonly command: 'list' }
  | {
      readonly command: 'scenario';
      /** "all": every one. */
      readonly name: string;
      /** Names of devices.json; none means the default bench. */
      readonly devices: readonly string[];
      readonly browsers: readonly string[];
      /** null: as the scenario says. */
      readonly replicates: number | null;
      /** null: a new one. */
      readonly seed: string | null;
      /** The run to go on with: its name or folder, 'latest', or null for a new run. */
      readonly resume: string | null;
      readonly failOn: 'leaks' | 'change' | null;
      /** A Mocha reporter's name; null means our own. */
      readonly reporter: string | null;
    }
  | { readonly command: 'judge'; readonly run: string }
  | { readonly command: 'doctor'; readonly gateway: boolean }
  | {
      readonly command: 'compare';
      /** Runs, devices, app versions, ROM builds or dates. */
      readonly a: string;
      readonly b: string;
      readonly json: boolean;
      readonly failOn: 'leaks' | 'change' | null;
    }
  | { readonly command: 'restore'; readonly devices: readonly string[] }
  | {
      readonly command: 'detect';
      readonly capture: string;
      readonly canaries: string;
      /** A file with one salt a line, or null. */
      readonly salts: string | null;
      /** A file with keys that are known, or null. */
      readonly keys: string | null;
      readonly json: boolean;
      readonly explain: boolean;
    }
  | { readonly command: 'truth'; readonly profile: string; readonly scenario: string }
  | CalibrateRequest;

/**
 * Reads the command line. Whatever it does not understand is a Fault that shows what was probably meant; nothing is
 * guessed. `scenarios` are the names that exist.
 */
export function parseRequest(
  argv: readonly string[],
  given: { readonly env: NodeJS.ProcessEnv; readonly scenarios: readonly string[] },
): Request {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || rest.concat(name).some(asksForHelp)) {
    return { command: 'help' };
  }
  const command = COMMANDS.get(name);
  if (!command) {
    throw new Fault(
      'unknown-command',
      `there is no command "${name}".${didYouMean(name, [...COMMANDS.keys()])}`,
      `Use one of: ${[...COMMANDS.keys()].join(', ')} (npm run leaklab -- help).`,
    );
  }
  refuseEaten(name, rest, given.env, OUR_OPTIONS);
  return command.read(wordsOf(name, command.options, rest), given.scenarios);
}

interface Command {
  readonly options: ParseArgsOptionsConfig;
  read(words: Words, scenarios: readonly string[]): Request;
}

const DEVICES = { device: { type: 'string', multiple: true } } as const;

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'scenario',
    {
      options: {
        ...DEVICES,
        browser: { type: 'string', multiple: true },
        replicates: { type: 'string' },
        seed: { type: 'string' },
        resume: { type: 'string' },
        'fail-on': { type: 'string' },
        reporter: { type: 'string' },
        list: { type: 'boolean' },
      },
      read: (words, scenarios) => readScenario(words, scenarios),
    },
  ],
  [
    'compare',
    {
      options: { json: { type: 'boolean' }, 'fail-on': { type: 'string' } },
      read: (words) => readCompare(words),
    },
  ],
  [
    'judge',
    { options: {}, read: ({ positionals }) => ({ command: 'judge', run: theRun(positionals) }) },
  ],
  [
    'detect',
    {
      options: {
        canaries: { type: 'string' },
        salts: { type: 'string' },
        keys: { type: 'string' },
        json: { type: 'boolean' },
        explain: { type: 'boolean' },
      },
      read: (words) => readDetect(words),
    },
  ],
  [
    'doctor',
    {
      options: { gateway: { type: 'boolean' } },
      read: (words) => {
        refuseMore('doctor', words.positionals, 0);
        return { command: 'doctor', gateway: words.one('gateway') !== null };
      },
    },
  ],
  [
    'restore',
    {
      options: DEVICES,
      read: (words) => {
        refuseMore('restore', words.positionals, 0);
        return { command: 'restore', devices: words.all('device') };
      },
    },
  ],
  [
    'truth',
    {
      options: { scenario: { type: 'string' } },
      read: (words, scenarios) => {
        const [profile, ...more] = words.positionals;
        if (profile === undefined) {
          const advice = 'Name it, or its file: npm run leaklab -- truth lineage-17';
          throw new Fault('no-profile', 'which ROM profile?', advice);
        }
        refuseMore(`truth ${profile}`, more, 0);
        const asked = words.one('scenario');
        const scenario = scenarioNamed(asked === null ? [] : [asked], scenarios);
        return { command: 'truth', profile, scenario };
      },
    },
  ],
  [
    'calibrate',
    {
      options: {
        roms: { type: 'string' },
        profile: { type: 'string', multiple: true },
        scenario: { type: 'string', multiple: true },
        replicates: { type: 'string' },
        seed: { type: 'string' },
        resume: { type: 'string' },
        minutes: { type: 'string' },
        reporter: { type: 'string' },
        'min-sensitivity': { type: 'string' },
        'min-specificity': { type: 'string' },
      },
      read: (words, scenarios) => readCalibrate(words, scenarios),
    },
  ],
]);

const OUR_OPTIONS: ReadonlySet<string> = new Set(
  [...COMMANDS.values()].flatMap(({ options }) => Object.keys(options)),
);

function asksForHelp(word: string): boolean {
  return word === '--help' || word === '-h';
}

function readScenario(words: Words, scenarios: readonly string[]): Request {
  if (words.one('list') !== null) {
    refuseMore('scenario --list', words.positionals, 0);
    return { command: 'list' };
  }
  const [first] = words.positionals;
  const known = first === ALL ? [...scenarios, ALL] : scenarios;
  const resume = words.one('resume');
  if (first === ALL && resume !== null) {
    throw new Fault(
      'bad-value',
      '--resume goes with one scenario',
      'Name it: npm run scenario incognito -- --resume',
    );
  }
  return {
    command: 'scenario',
    name: scenarioNamed(words.positionals, known),
    devices: words.all('device').flatMap((names) => names.split(',')),
    browsers: words.all('browser'),
    replicates: wholeNumber(words.one('replicates')),
    seed: words.one('seed'),
    resume,
    failOn: failOn(words.one('fail-on')),
    reporter: words.one('reporter'),
  };
}

function theRun(positionals: readonly string[]): string {
  const [run, ...more] = positionals;
  if (run === undefined) {
    throw new Fault(
      'no-run',
      'which run?',
      'Name its folder: npm run leaklab -- judge results/<run>',
    );
  }
  refuseMore(`judge ${run}`, more, 0);
  return run;
}

function readCompare({ positionals, one }: Words): Request {
  const [a, b, ...more] = positionals;
  if (a === undefined || b === undefined) {
    const advice =
      'Write npm run compare -- 3.4.0 3.4.3 (runs, devices, app versions, ROM builds or dates).';
    const message =
      a === undefined ? 'what is to be compared?' : `with what is "${a}" to be compared?`;
    throw new Fault('no-sides', message, advice);
  }
  refuseMore(`compare ${a} ${b}`, more, 0);
  const fail = failOn(one('fail-on'));
  if (fail === 'leaks') {
    const advice = 'Give it change; leaks are for npm run scenario.';
    throw badValue('--fail-on', 'cannot be "leaks" here.', advice);
  }
  return { command: 'compare', a, b, json: one('json') !== null, failOn: fail };
}

function readDetect({ positionals, one }: Words): Request {
  const [capture, ...more] = positionals;
  const usage = 'Write npm run leaklab -- detect capture.har --canaries canaries.json';
  if (capture === undefined) throw new Fault('no-capture', 'which capture?', usage);
  refuseMore(`detect ${capture}`, more, 0);
  const canaries = one('canaries');
  if (canaries === null) throw new Fault('no-canaries', 'which canaries are looked for?', usage);
  const [json, explain] = [one('json') !== null, one('explain') !== null];
  const [salts, keys] = [one('salts'), one('keys')];
  return { command: 'detect', capture, canaries, salts, keys, json, explain };
}
