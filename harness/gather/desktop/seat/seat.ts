import type { Child } from '../../../lib/children.ts';
import { spawnChild } from '../../../lib/children.ts';
import type { Clock } from '../../../lib/clock.ts';
import { benchFault } from '../../devices/faults.ts';
import { tail } from '../../devices/server.ts';
import { freshFolder, makeHome } from '../../disk.ts';
import type { Ground } from '../../gateway/ground.ts';
import type { UndoJournal } from '../../undo.ts';
import { removeHomes } from '../../undo.ts';
import type { Account } from './account.ts';
import { ordinaryAccount } from './account.ts';
import { openChromium } from '../chromium/chromium.ts';
import { openFirefox } from '../firefox/firefox.ts';
import type { OpenTechnology, Technology, TechnologyName } from '../technology.ts';
import type { Display } from './display.ts';
import { openDisplay } from './display.ts';
import type { Insight } from '../insight.ts';
import type { DesktopProfile } from '../profile.ts';
import { patiently } from './patience.ts';
import { requirePrograms } from './programs.ts';
import { trustIn } from './trust.ts';

/**
 * Where a desktop browser sits: a screen, an ordinary user, and a home that is new in every trial. The two ports that
 * a trial holds meet here: what a phone does (wipe, trust, route) and what hands do (start, type, look).
 */
export interface Seat extends AsyncDisposable {
  readonly display: Display;
  readonly running: Running | null;
  /** The browser's home: everything that it keeps is under it. */
  readonly home: string;
  /** What the browser, or the one before it, said last. */
  log(): string;
  /** Ends the browser as a person would who closes it; what it kept stays in its home. */
  end(): Promise<void>;
  /** Ends the browser and empties its home, but for our CA; whether its store holds that. */
  clear(): Promise<boolean>;
  trust(caPem: string): Promise<boolean>;
  /** Leads the browser to this port; behind a gateway everything is led to the tap anyway. */
  routeThrough(tapPort: number): void;
  /** Where it sits, when that is a network of its own. */
  readonly ground: Ground | null;
  /** Starts the browser in a condition. Fault `desktop-gone`. */
  start(condition: Condition): Promise<Running>;
}

/** What sets a browser's condition before it starts. */
export interface Condition {
  readonly switches: readonly string[];
  readonly preferences: ReadonlyMap<string, boolean>;
}

/** A browser that runs. */
export interface Running {
  readonly child: Child;
  readonly insight: Insight;
  readonly said: () => string;
  /** Its window, as the display knows it. */
  readonly window: string;
  /** The switches that lead it, as they stand on its command line. */
  readonly led: readonly string[];
}

/**
 * Takes a seat for one device; what an earlier run left of it is removed first, and `journal` holds what a crash of
 * this one would leave. Faults: desktop-missing, desktop-gone.
 */
export async function openSeat(
  profile: DesktopProfile,
  journal: UndoJournal,
  { clock, ground = null }: { clock: Clock; ground?: Ground | null },
): Promise<Seat> {
  await requirePrograms(profile.name);
  await removeHomes(journal);
  await using held = new AsyncDisposableStack();
  const account = ordinaryAccount(process.getuid?.() ?? 0, process.getgid?.() ?? 0, process.pid);
  const base = await makeHome(account);
  held.defer(async () => {
    await removeHomes(journal);
  });
  await journal.note({ kind: 'home', path: base });
  const display = held.use(await openDisplay(base, account));
  const tools = await freshFolder(account, base, 'driver');
  const around = {
    ...{ account, env: environment(tools, display.env), folder: tools },
    at: ground?.bench.device ?? '127.0.0.1',
  };
  const technology = held.use(await TECHNOLOGIES[profile.technology](around));
  const home = await freshFolder(account, base, 'home');
  const parts = { clock, ground, profile, account, base, home, display, technology };
  return new OpenSeat(parts, held.move());
}

const TECHNOLOGIES: Readonly<Record<TechnologyName, OpenTechnology>> = {
  chromium: openChromium,
  firefox: openFirefox,
};

const WINDOW_MS = 20_000;

interface Parts {
  readonly clock: Clock;
  readonly ground: Ground | null;
  readonly profile: DesktopProfile;
  readonly account: Account;
  readonly base: string;
  readonly home: string;
  readonly display: Display;
  readonly technology: Technology;
}

class OpenSeat implements Seat {
  readonly display: Display;
  readonly home: string;
  readonly #parts: Parts;
  readonly #held: AsyncDisposableStack;
  #caPem: string | null = null;
  #tapPort: number | null = null;
  #running: Running | null = null;
  #log = '';

  constructor(parts: Parts, held: AsyncDisposableStack) {
    this.display = parts.display;
    this.home = parts.home;
    this.#parts = parts;
    this.#held = held;
  }

  get ground(): Ground | null {
    return this.#parts.ground;
  }

  get running(): Running | null {
    return this.#running;
  }

  log(): string {
    return this.#running?.said() ?? this.#log;
  }

  async clear(): Promise<boolean> {
    await this.end();
    const { account, base, home, display, technology } = this.#parts;
    await freshFolder(account, base, 'home');
    if (this.#caPem === null) return false;
    const env = environment(home, display.env);
    return await trustIn(technology.store(home), this.#caPem, account, env);
  }

  trust(caPem: string): Promise<boolean> {
    this.#caPem = caPem;
    return this.clear();
  }

  routeThrough(tapPort: number): void {
    this.#tapPort = tapPort;
  }

  async start({ switches, preferences }: Condition): Promise<Running> {
    await this.end();
    if (this.#tapPort === null) throw new Error('a browser is started after the tap');
    const { profile, account, home, display, technology, clock, ground } = this.#parts;
    const proxy = ground ? null : { host: '127.0.0.1', port: this.#tapPort };
    const led = await technology.prepare({ home, account, proxy, preferences });
    const command = account.as([profile.command, ...led, ...switches]);
    const [program, ...args] = ground ? ground.inside(command) : command;
    const env = environment(home, display.env);
    await using held = new AsyncDisposableStack();
    const child = held.use(await spawnChild(program, args, { env, cwd: home, graceMs: 5000 }));
    const said = tail(child);
    const insight = await technology.look(child, home);
    if (!insight) throw benchFault('desktop-gone', `${profile.label} ended at once: ${said()}`);
    held.use(insight);
    const window = await patiently(
      clock,
      async () => (await display.windows(profile.window))[0] ?? null,
      () => benchFault('browser-not-at-home', `${profile.label} shows no window`),
      WINDOW_MS,
    );
    held.move();
    this.#running = { child, insight, said, window, led };
    return this.#running;
  }

  async end(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (!running) return;
    this.#log = running.said();
    await running.insight[Symbol.asyncDispose]();
    await running.child[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using held = this.#held;
    held.defer(() => this.end());
    await Promise.resolve();
  }
}

/** What a program of the seat's finds around itself: its own home, the display, and nothing of ours. */
function environment(home: string, display: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    HOME: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    ...display,
  };
}
