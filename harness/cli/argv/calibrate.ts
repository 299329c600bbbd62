import { ALL, scenarioNamed } from './scenarios.ts';
import { badValue, refuseMore, share, wholeNumber } from './values.ts';
import type { Words } from './words.ts';

export interface CalibrateRequest {
  readonly command: 'calibrate';
  /** null: the profiles that are shipped. */
  readonly roms: string | null;
  /** Of these only: names or files; none: all. */
  readonly profiles: readonly string[];
  /** None: incognito. */
  readonly scenarios: readonly string[];
  readonly replicates: number | null;
  readonly seed: string | null;
  /** The calibration to go on with: its name, 'latest', or null for a new one. */
  readonly resume: string | null;
  /** After so many no further run is begun; null: until all is done. */
  readonly minutes: number | null;
  /** Shares, 0 to 1; null: no gate. */
  readonly minSensitivity: number | null;
  readonly minSpecificity: number | null;
  readonly reporter: string | null;
}

/** Reads the words behind `leaklab calibrate`. */
export function readCalibrate(words: Words, scenarios: readonly string[]): CalibrateRequest {
  refuseMore('calibrate', words.positionals, 0);
  const resume = words.one('resume');
  const fixed = ['roms', 'profile', 'scenario', 'replicates', 'seed'].filter(
    (option) => words.one(option) !== null,
  );
  if (resume !== null && fixed.length > 0) {
    const advice = 'Leave it out: an interrupted calibration goes on as it was begun.';
    throw badValue(`--${fixed[0] ?? ''}`, 'does not go with --resume.', advice);
  }
  return {
    command: 'calibrate',
    roms: words.one('roms'),
    profiles: words.all('profile').flatMap((names) => names.split(',')),
    scenarios: words
      .all('scenario')
      .flatMap((names) => names.split(','))
      .flatMap((name) => (name === ALL ? scenarios : scenarioNamed([name], scenarios))),
    replicates: wholeNumber(words.one('replicates')),
    seed: words.one('seed'),
    resume,
    minutes: wholeNumber(words.one('minutes'), '--minutes'),
    minSensitivity: share('--min-sensitivity', words.one('min-sensitivity')),
    minSpecificity: share('--min-specificity', words.one('min-specificity')),
    reporter: words.one('reporter'),
  };
}
