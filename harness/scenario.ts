import type { Canary, Mold } from './canary.ts';
import type { Browser } from './gather/browsers/browser.ts';
import type { Deed, PhoneHands } from './gather/errands/deed.ts';
import { handsOf } from './gather/errands/deed.ts';

export type { Engine } from './gather/browsers/browser.ts';
export type { Mold } from './canary.ts';

/** A level that any factor of a browser has: nobody touches it after the data were cleared. */
export const AS_DELIVERED = 'as delivered';

/** The words that a scenario file may use. Data first; the steps are the same under every condition. */
export interface ScenarioWords<
  Canaries extends Readonly<Record<string, Mold>>,
  Factors extends Readonly<Record<string, readonly [string, string, ...string[]]>>,
> {
  readonly name: string;
  readonly question: string;
  /** The sentences of press, maker or researchers that are put to the test, with their source. */
  readonly claims: readonly string[];
  /** Factor → levels, in the words on the phone's screen. */
  readonly factors: Factors;
  /** Crossings of levels that say nothing more than others do: left out of every plan, which says why. */
  readonly leavesOut?: readonly {
    readonly condition: { readonly [factor in keyof Factors]?: Factors[factor][number] };
    readonly why: string;
  }[];
  readonly canaries: Canaries;
  /** Page canary → the canary that is its title. */
  readonly titles?: { readonly [page in keyof Canaries]?: keyof Canaries };
  /** Photo canary → the canary in its Exif. */
  readonly captions?: { readonly [photo in keyof Canaries]?: keyof Canaries };
  /**
   * Who must see a canary for the browser to work at all; ".example.org" means every host under it, too, and
   * "anyone, encrypted" whoever gets it over TLS: then a leak is only what goes in clear.
   */
  readonly mayReach: { readonly [canary in keyof Canaries]: readonly string[] };
  readonly recipientClasses: readonly RecipientClass[];
  /** Declared contrasts, the primary first; where an installation lacks its factor, the next one is primary. */
  readonly contrasts: readonly ContrastWords<Factors>[];
  /** Follow-up window in seconds of phone time: longer than the batching it must outlast. */
  readonly followUpSeconds: number;
  /**
   * The page canary that carries doses: where bytes to somebody grow with it, he is told of it, though nobody can read
   * him. Adds arms to the primary contrast's first condition, and makes the steps of all trials last equally long.
   */
  readonly doses?: PagesOf<Canaries>;
  readonly replicates?: number;
  readonly steps: (hands: Hands<Canaries>) => Promise<void>;
}

/** The names of the canaries that are pages. */
type PagesOf<Canaries> = {
  readonly [name in keyof Canaries & string]: Canaries[name] extends 'page' ? name : never;
}[keyof Canaries & string];

export const RECIPIENT_CLASSES = [
  'maker',
  'processor',
  'page',
  'search engine',
  'platform',
  'unknown',
] as const;

export type RecipientClass = (typeof RECIPIENT_CLASSES)[number];

/**
 * What a trial is counted by. Of canaries: `presence` (a sighting or none) and `delay` (from planting to leaving). Of
 * recipients, read or not: how many `exchanges` and `bytes` they get, and when they are first told (`first contact`).
 */
export type Statistic = 'presence' | 'delay' | 'exchanges' | 'bytes' | 'first contact';

/** `levels[0]` against `levels[1]` of one factor, the other factors held at the levels named. */
export interface ContrastWords<
  Factors extends Readonly<Record<string, readonly [string, string, ...string[]]>>,
> {
  readonly factor: keyof Factors & string;
  readonly levels: readonly [string, string];
  readonly held: { readonly [factor in keyof Factors]?: Factors[factor][number] };
  /** Unless said, `presence`. */
  readonly statistic?: Statistic;
}

/** What the steps hold: a browser, the phone around it, and the canaries' values. */
export interface Hands<Canaries> {
  readonly browser: Browser;
  readonly phone: PhoneHands;
  readonly canary: { readonly [name in keyof Canaries]: string };
}

/** A scenario as the rest of the harness reads it: the same words, with the names as plain strings. */
export interface Scenario {
  readonly name: string;
  readonly question: string;
  readonly claims: readonly string[];
  readonly factors: ReadonlyMap<string, readonly string[]>;
  readonly leavesOut: readonly {
    readonly condition: Readonly<Record<string, string>>;
    readonly why: string;
  }[];
  readonly canaries: Readonly<Record<string, Mold>>;
  readonly titles: ReadonlyMap<string, string>;
  readonly captions: ReadonlyMap<string, string>;
  readonly mayReach: Readonly<Record<string, readonly string[]>>;
  readonly recipientClasses: readonly RecipientClass[];
  readonly contrasts: readonly {
    readonly factor: string;
    readonly levels: readonly [string, string];
    readonly held: Readonly<Record<string, string>>;
    readonly statistic: Statistic;
  }[];
  readonly followUpMs: number;
  readonly doses: string | null;
  readonly replicates: number;
  /** `act` carries out what happens outside the browser. */
  steps(
    browser: Browser,
    canaries: readonly Canary[],
    act: (deed: Deed) => Promise<void>,
  ): Promise<void>;
}

/**
 * Declares a scenario. A misspelt canary, factor or level is a compile error here; where nobody compiled it, an error that
 * says what is missing.
 */
export function scenario<
  const Canaries extends Readonly<Record<string, Mold>>,
  const Factors extends Readonly<Record<string, readonly [string, string, ...string[]]>>,
>(words: ScenarioWords<Canaries, Factors>): Scenario {
  refuseLacking(words);
  const names = Object.keys(words.canaries);
  return {
    name: words.name,
    question: words.question,
    claims: words.claims,
    factors: new Map(Object.entries(words.factors)),
    leavesOut: (words.leavesOut ?? []).map(({ condition, why }) => ({
      condition: plain(condition),
      why,
    })),
    canaries: words.canaries,
    titles: pairs(names, (page) => words.titles?.[page]),
    captions: pairs(names, (photo) => words.captions?.[photo]),
    mayReach: words.mayReach,
    recipientClasses: words.recipientClasses,
    contrasts: words.contrasts.map(({ factor, levels, held, statistic = 'presence' }) => ({
      factor,
      levels,
      held: plain(held),
      statistic,
    })),
    followUpMs: words.followUpSeconds * 1000,
    doses: words.doses ?? null,
    replicates: words.replicates ?? 12,
    steps: (browser, canaries, act) =>
      words.steps({
        browser,
        phone: handsOf(act),
        canary: valuesOf(words.canaries, canaries),
      }),
  };
}

const NEEDED = [
  'name',
  'question',
  'claims',
  'factors',
  'canaries',
  'mayReach',
  'recipientClasses',
  'contrasts',
  'followUpSeconds',
  'steps',
] as const;
const MAY_BE_ABSENT = ['leavesOut', 'titles', 'captions', 'doses', 'replicates'] as const;

function refuseLacking(words: object): void {
  const known: readonly string[] = [...NEEDED, ...MAY_BE_ABSENT];
  const strange = Object.keys(words).filter((word) => !known.includes(word));
  const lacking = NEEDED.filter((word) => !(word in words));
  const said = [
    ...(lacking.length > 0 ? [`it lacks ${lacking.join(', ')}`] : []),
    ...(strange.length > 0 ? [`no such word: ${strange.join(', ')}`] : []),
  ];
  if (said.length > 0) throw new Error(said.join('; '));
}

function pairs(
  names: readonly string[],
  of: (name: string) => PropertyKey | undefined,
): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) => {
      const other = of(name);
      return other === undefined ? [] : [[name, String(other)] as const];
    }),
  );
}

/** The canaries' values under the names that the scenario gave them. */
function valuesOf<Canaries extends Readonly<Record<string, Mold>>>(
  molds: Canaries,
  canaries: readonly Canary[],
): { readonly [name in keyof Canaries]: string } {
  const values: Partial<Record<keyof Canaries, string>> = {};
  const known = Object.keys(molds);
  for (const name in molds) {
    const canary = canaries.find((one) => one.name === name);
    if (!canary) throw new Error(`the trial has no canary called ${name}`);
    values[name] = canary.value;
  }
  return new Proxy(complete(values), {
    get: (all, name, self): unknown => {
      // Whoever did not compile the file would type "undefined" into the phone.
      if (typeof name === 'string' && !known.includes(name))
        throw new Error(`there is no canary "${name}": ${known.join(', ')}`);
      return Reflect.get(all, name, self);
    },
  });
}

function complete<Names extends PropertyKey>(
  values: Partial<Record<Names, string>>,
): Record<Names, string> {
  const whole = (all: Partial<Record<Names, string>>): all is Record<Names, string> =>
    Object.values(all).every((value) => typeof value === 'string');
  if (!whole(values)) throw new Error('a canary has no value');
  return values;
}

function plain(held: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(held).flatMap(([factor, level]) =>
      level === undefined ? [] : [[factor, level]],
    ),
  );
}
