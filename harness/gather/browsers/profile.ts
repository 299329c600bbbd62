import { AS_DELIVERED } from '../../scenario.ts';

/** What plan and record must know of a browser, whatever moves its hands. */
export interface KnownBrowser {
  /** As said on the command line and in devices.json. */
  readonly name: string;
  readonly label: string;
  readonly package: string;
  readonly factors: readonly KnownFactor[];
}

export interface KnownFactor {
  /** The factor's name in scenarios: the words on the screen. */
  readonly name: string;
  readonly levels: readonly string[];
  /** The first version that has it; null: all have it. */
  readonly since: string | null;
}

/**
 * A browser as the hands know it: its screens, in data. One file a browser; versions and languages of one browser
 * are candidates in order, since the same place is spelt differently from one to the next.
 */
export interface BrowserProfile extends KnownBrowser {
  /** Null: the one that the phone resolves for the launcher. */
  readonly activity: string | null;
  /** Buttons of the first-run screens; tapped as they turn up until the address box shows. */
  readonly firstRun: readonly Mark[];
  readonly address: {
    /** What a finger taps, on the home screen and above a page; seeing it means that we are there. */
    readonly box: readonly Mark[];
    /** What is then typed into. */
    readonly field: readonly Mark[];
  };
  readonly page: {
    /** Its text is the address of the page shown. */
    readonly address: readonly Mark[];
    /** Its text is the title of the page shown. */
    readonly title: readonly Mark[];
    readonly loading: readonly Mark[];
    readonly error: readonly Mark[];
  };
  /** Where the search engine is chosen: taps from the address box on, then one of the captions. */
  readonly engine: { readonly route: Route };
  /** In the order in which they must be set. */
  readonly factors: readonly FactorProfile[];
}

/** How one thing on the screen is known. An id without a colon is one of the browser's own. */
export type Mark =
  { readonly id: string } | { readonly text: string } | { readonly description: string };

/** Places to tap, one after the other; each with its candidates. */
export type Route = readonly (readonly Mark[])[];

export interface FactorProfile extends KnownFactor {
  readonly levels: readonly [string, string];
  readonly control: SwitchRow | TwoRows;
}

/**
 * One row with a switch, looked up by its caption in the phone's language because no public source names an id.
 * The level says what the switch shows, and never what that does.
 */
export interface SwitchRow {
  readonly kind: 'switch';
  readonly route: Route;
  readonly captions: readonly string[];
  readonly checked: string;
  readonly unchecked: string;
}

/** One row a level in a menu; the level is seen by a sign on the browsing screen. */
export interface TwoRows {
  readonly kind: 'rows';
  readonly route: Route;
  readonly rows: ReadonlyMap<string, readonly Mark[]>;
  readonly sign: readonly Mark[];
  readonly shown: string;
  readonly hidden: string;
}

/** What an installed version has of the factors that a scenario asks for, and a sentence for each that it has not. */
export function factorsOf(
  profile: KnownBrowser,
  version: string,
  asked: ReadonlyMap<string, readonly string[]>,
): {
  readonly levels: ReadonlyMap<string, readonly string[]>;
  readonly dropped: readonly string[];
} {
  const levels = new Map<string, readonly string[]>();
  const dropped: string[] = [];
  for (const [name, wanted] of asked) {
    const factor = profile.factors.find((one) => one.name === name);
    if (!factor) dropped.push(`${profile.label} ${version} has no "${name}".`);
    else if (factor.since !== null && olderThan(version, factor.since)) {
      dropped.push(`${profile.label} ${version} has no "${name}": it came with ${factor.since}.`);
    } else {
      const had = wanted.filter((level) => level === AS_DELIVERED || factor.levels.includes(level));
      if (had.length > 0) levels.set(name, had);
      for (const level of wanted.filter((one) => !had.includes(one))) {
        dropped.push(`${profile.label} ${version} has no level "${level}" of "${name}".`);
      }
    }
  }
  return { levels, dropped };
}

/** The condition's factors in the order in which this browser's must be set; unknown ones last. */
export function settingOrder(profile: KnownBrowser, factors: readonly string[]): string[] {
  const place = (factor: string): number => {
    const at = profile.factors.findIndex(({ name }) => name === factor);
    return at < 0 ? profile.factors.length : at;
  };
  return factors.toSorted((a, b) => place(a) - place(b));
}

/** The captions by which the browser's menus and settings are known: where one shows, "back" leads out of it. */
export function captionsOf({ engine, factors }: BrowserProfile): readonly string[] {
  const routes = [engine.route, ...factors.map(({ control }) => control.route)];
  const marks = routes.flatMap((route) => route.slice(1).flat());
  const rows = factors.flatMap(({ control }) =>
    control.kind === 'switch' ? control.captions : texts([...control.rows.values()].flat()),
  );
  return [...new Set([...texts(marks), ...rows])];
}

function texts(marks: readonly Mark[]): string[] {
  return marks.flatMap((mark) => ('text' in mark ? mark.text : []));
}

/** Number by number, so that 3.10 is newer than 3.9; what is no number counts as 0. */
function olderThan(version: string, other: string): boolean {
  const [mine, theirs] = [version, other].map((one) =>
    one.split('.').map((part) => parseInt(part, 10) || 0),
  );
  if (!mine || !theirs) return false;
  for (let at = 0; at < Math.max(mine.length, theirs.length); at++) {
    const difference = (mine[at] ?? 0) - (theirs[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
