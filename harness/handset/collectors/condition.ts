import type { Circumstances } from '../phone/circumstances.ts';
import type { All, Condition } from './rules/condition.ts';

/** Everything that a condition may ask of the moment. */
export interface Moment extends Circumstances {
  readonly state: ReadonlyMap<string, string>;
  readonly stimulus: ReadonlyMap<string, string>;
  readonly memory: ReadonlyMap<string, string>;
  /** `secure.upload_log_pref` → its value. */
  readonly setting: (name: string) => string | undefined;
  readonly region: string;
  readonly version: string;
  /** Whole days since the app was installed or cleared. */
  readonly days: number;
  /** Uniform in [0, 1), drawn anew for each question. */
  readonly draw: () => number;
}

/** Whether the moment meets a condition; none is always met, a piece of state that is missing meets nothing. */
export function holds(condition: Condition | undefined, moment: Moment): boolean {
  if (condition === undefined) return true;
  return [condition].flat().some((all) => allHold(all, moment));
}

const WORDS = [
  'account',
  'experience',
  'msa',
  'sync',
  'cloud',
  'cloudMessaging',
  'network',
] as const;

function allHold(all: All, moment: Moment): boolean {
  const { region, version, days, chance } = all;
  return (
    WORDS.every((name) => among(all[name], moment[name])) &&
    eachIn(all.state, (name) => moment.state.get(name)) &&
    eachIn(all.stimulus, (name) => moment.stimulus.get(name)) &&
    eachIn(all.memory, (name) => moment.memory.get(name)) &&
    eachIn(all.settings, moment.setting) &&
    among(region, moment.region) &&
    (version?.from === undefined || compareVersions(moment.version, version.from) >= 0) &&
    (version?.below === undefined || compareVersions(moment.version, version.below) < 0) &&
    (days?.from === undefined || moment.days >= days.from) &&
    (days?.below === undefined || moment.days < days.below) &&
    // Last, so that nothing is drawn for a rule that is out of the question.
    (chance === undefined || moment.draw() < chance)
  );
}

type Wanted = string | null | readonly (string | null)[];

function among(wanted: Wanted | undefined, value: string | undefined): boolean {
  return wanted === undefined || [wanted].flat().includes(value ?? null);
}

function eachIn(
  wanted: Readonly<Record<string, Wanted>> | undefined,
  value: (name: string) => string | undefined,
): boolean {
  return Object.entries(wanted ?? {}).every(([name, one]) => among(one, value(name)));
}

/** Number by number: 3.4.10 is newer than 3.4.9; a missing number is 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/\D+/).map(Number));
  const count = Math.max(left?.length ?? 0, right?.length ?? 0);
  for (let at = 0; at < count; at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
