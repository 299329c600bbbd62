import type { Canary } from '../canary.ts';
import { mint, mintBeacon, mintDecoy } from '../canary.ts';
import type { Disturbed, SteadyClock } from '../lib/clock.ts';
import { Fault, messageOf, rootError } from '../lib/fault.ts';
import type { TrialFolder } from '../record/archive.ts';
import type { PlannedTrial } from '../record/plan.ts';
import type { Stamp } from '../record/stamp.ts';
import type { Check, Reading, TrialRecord } from '../record/trial.ts';
import type { Scenario } from '../scenario.ts';
import type { Browser, BrowserSession } from './browsers/browser.ts';
import type { AppIdentity, Phone, PhoneIdentity } from './devices/phone.ts';
import { steady } from './steady.ts';
import type { Coverage } from './tap/packets/coverage.ts';
import type { Capture, Tap } from './tap/tap.ts';

/** What the trials of one block share. */
export interface Bench {
  readonly device: string;
  readonly browserName: string;
  readonly scenario: Scenario;
  readonly phone: Phone;
  readonly browser: BrowserSession;
  readonly tap: Tap;
  readonly clock: SteadyClock;
  /** As read when the block began: a trial after which they differ is void (`changed-under-test`). */
  readonly identity: PhoneIdentity;
  readonly app: AppIdentity;
  readonly reach: TrialRecord['reach'];
  readonly soleWayOut: boolean;
  readonly stamp: Stamp;
  readonly run: string;
  readonly seed: string;
}

/** How long the positive control may take to show, in ms on the wall: it is a local page load. */
const BEACON_PATIENCE_MS = 10_000;

/**
 * One trial: connect → wash out → listen → make ready → beacon → steps → follow-up window, the same under every
 * condition. A Fault on the way makes the trial void with its reason; it never makes it disappear. Draws no
 * conclusion about canaries.
 */
export async function runTrial(
  bench: Bench,
  planned: PlannedTrial,
  folder: TrialFolder,
  signal: AbortSignal,
): Promise<TrialRecord> {
  const { phone, browser, tap, clock, scenario } = bench;
  const notes = new Notes(bench, planned, folder);
  let capture: Capture | null = null;
  let ended: unknown = null;
  try {
    notes.stage('connect');
    if (!(await phone.routeStands())) {
      await phone.reroute(signal);
      notes.check('clean-start', false, 'the way through the tap had been lost, and was put back');
    } else notes.check('clean-start', true, 'proxy and reverse rule stood as set');

    notes.stage('wash out');
    await phone.clear(bench.app.package);

    notes.stage('listen');
    for (const [page, title] of notes.titles()) tap.title(new URL(page).pathname, title);
    capture = await tap.capture(folder);

    notes.stage('make ready');
    await browser.start();
    for (const factor of browser.inOrder(Object.keys(planned.condition))) {
      await browser.set(factor, planned.condition[factor] ?? '');
    }
    await notes.readBack('before');

    notes.stage('beacon');
    await browser.open(`https://${notes.beacon.value}.beacon.leaklab.test/`);
    await notes.positiveControl(capture, signal);

    notes.stage('steps');
    await scenario.steps(notes.timed(browser), notes.canaries, (ms) => clock.wait(ms, signal));
    notes.check('steps', true, 'every page asked for was the page shown');

    notes.stage('follow-up');
    await clock.wait(scenario.followUpMs, signal);
    await notes.readBack('after');
    await notes.unchanged();
    if (!(await phone.routeStands())) {
      notes.check('accounted', false, 'the way through the tap was lost during the trial');
    }
  } catch (error) {
    if (signal.aborted) throw error;
    ended = rootError(error);
    if (ended instanceof Fault) ended = (await phone.trouble().catch(faultOnly)) ?? ended;
    if (!(ended instanceof Fault)) notes.bug(ended);
    await notes.lastLook();
  }
  return await notes.close(capture, ended instanceof Fault ? ended : null);
}

function faultOnly(error: unknown): Fault | null {
  return error instanceof Fault ? error : null;
}

/** Everything that is written down about one trial while it runs. */
class Notes {
  readonly beacon: Canary;
  readonly canaries: Canary[];
  readonly #decoys: Canary[];
  readonly #bench: Bench;
  readonly #planned: PlannedTrial;
  readonly #folder: TrialFolder;
  readonly #checks: Check[] = [];
  readonly #readings: Reading[] = [];
  readonly #timings: Record<string, number> = {};
  readonly #planted: Record<string, number> = {};
  readonly #before: Disturbed;

  constructor(bench: Bench, planned: PlannedTrial, folder: TrialFolder) {
    this.#bench = bench;
    this.#planned = planned;
    this.#folder = folder;
    this.#before = bench.clock.disturbed();
    const from = { run: bench.run, seed: bench.seed, trial: planned.id };
    this.canaries = mint(bench.scenario.canaries, from);
    this.beacon = mintBeacon(from);
    this.#decoys = [mintDecoy(from)];
  }

  stage(name: string): void {
    this.#timings[name] = this.#bench.clock.now();
  }

  check(name: Check['name'], held: boolean, found: string): void {
    this.#checks.push({ name, held, found });
  }

  /** Page canary's value → the value of the canary that is its title. */
  titles(): [string, string][] {
    return [...this.#bench.scenario.titles].flatMap(([page, title]): [string, string][] => {
      const value = this.canaries.find((one) => one.name === page)?.value;
      const text = this.canaries.find((one) => one.name === title)?.value;
      return value !== undefined && text !== undefined ? [[value, text]] : [];
    });
  }

  /** The browser for the steps, noting when each canary was planted. */
  timed(browser: Browser): Browser {
    const plant = (text: string): void => {
      for (const { name, value } of this.canaries) {
        if (!text.includes(value)) continue;
        this.#planted[name] = this.#bench.clock.now();
        const title = this.#bench.scenario.titles.get(name);
        if (title !== undefined) this.#planted[title] = this.#bench.clock.now();
      }
    };
    return {
      open: async (url) => {
        plant(url);
        await browser.open(url);
      },
      search: async (engine, words) => {
        plant(words);
        await browser.search(engine, words);
      },
      type: async (text) => {
        plant(text);
        await browser.type(text);
      },
    };
  }

  /** Manipulation check: every factor read back from the screen, with a picture and the UI tree. */
  async readBack(when: Reading['when']): Promise<void> {
    const wrong: string[] = [];
    for (const [factor, asked] of Object.entries(this.#planned.condition)) {
      const { level, caption, picture, tree } = await this.#bench.browser.read(factor);
      const name = `${when}-${factor.replaceAll(/[^a-z]+/g, '-')}`;
      this.#readings.push({
        when,
        factor,
        level,
        caption,
        picture: await this.#folder.attach(`screen-${name}.png`, picture),
        tree: await this.#folder.attach(`ui-${name}.xml`, tree),
      });
      if (level !== asked) wrong.push(`${factor} reads ${level}, asked for ${asked}`);
    }
    const found = wrong.join('; ') || 'the screen shows the condition that was asked for';
    this.check(
      when === 'before' ? 'condition-before' : 'condition-after',
      wrong.length === 0,
      found,
    );
  }

  /** The beacon must be seen, and the known leak must be reported: else silence would mean nothing. */
  async positiveControl(capture: Capture, signal: AbortSignal): Promise<void> {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(BEACON_PATIENCE_MS)]);
    const settled = async (name: 'beacon' | 'known-leak', seen: Promise<void>): Promise<void> => {
      const held = await seen.then(
        () => true,
        () => false,
      );
      this.check(
        name,
        held,
        held ? 'seen by the tap' : `missing after ${BEACON_PATIENCE_MS / 1000} s`,
      );
    };
    await settled('beacon', capture.seen(`${this.beacon.value}.beacon.leaklab.test`, patience));
    await settled('known-leak', capture.reported(this.beacon.value, patience));
    signal.throwIfAborted();
  }

  /** ROM build and app package, read again: a phone that updates itself half-way is another phone. */
  async unchanged(): Promise<void> {
    const { phone, identity, app } = this.#bench;
    const now = { ...(await phone.identity()), ...(await phone.app(app.package)) };
    const changed = Object.entries({ ...identity, ...app }).filter(
      ([fact, before]) => Reflect.get(now, fact) !== before,
    );
    const found = changed.map(([fact]) => `${fact} is no longer what it was`).join('; ');
    this.check(
      'unchanged',
      changed.length === 0,
      found || 'ROM build and app package as at the start',
    );
  }

  /** The screen and the phone's log when something went wrong; what cannot be had is left out. */
  async lastLook(): Promise<void> {
    await this.#bench.browser.look().then(
      async ({ picture, tree }) => {
        await this.#folder.attach('screen-fault.png', picture);
        await this.#folder.attach('ui-fault.xml', tree);
      },
      () => undefined,
    );
    await this.#bench.phone.log().then(
      (log) => this.#folder.attach('logcat.txt', log),
      () => undefined,
    );
  }

  /** A bug of ours voids the trial as a Fault does; its stack stays with the trial. */
  bug(error: unknown): void {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.check('steps', false, `a bug of ours: ${messageOf(error)}`);
    this.#bug = stack;
  }

  #bug: string | null = null;

  async close(capture: Capture | null, fault: Fault | null): Promise<TrialRecord> {
    const { bench, planned } = { bench: this.#bench, planned: this.#planned };
    if (this.#bug !== null) await this.#folder.attach('bug.txt', this.#bug);
    const books = await capture?.finish();
    const unaccounted = books?.unaccounted ?? 0;
    const coverage = books?.coverage ?? null;
    this.check(
      'accounted',
      books !== undefined && unaccounted === 0 && coverage?.holds !== false,
      books === undefined
        ? 'the tap was not listening'
        : [
            `${books.connections} connections to the tap, ${unaccounted} of them unexplained`,
            ...(coverage === null ? [] : [bytesRead(coverage), ...coverage.why]),
          ].join('; '),
    );
    this.#checks.push(steady(this.#before, bench.clock.disturbed()));
    this.stage('ended');
    const reasons = [
      ...(fault ? [`${fault.code}: ${fault.message}`] : []),
      ...this.#checks.filter(({ held }) => !held).map(({ name, found }) => `${name}: ${found}`),
      ...MUST.filter((name) => !fault && !this.#checks.some((one) => one.name === name)).map(
        (name) => `${name}: not checked`,
      ),
    ];
    const record: TrialRecord = {
      id: planned.id,
      stamp: bench.stamp,
      device: bench.device,
      browser: bench.browserName,
      replicate: planned.replicate,
      arm: planned.arm,
      condition: planned.condition,
      readings: this.#readings,
      canaries: this.canaries,
      beacon: this.beacon,
      decoys: this.#decoys,
      checks: this.#checks,
      timings: this.#timings,
      planted: this.#planted,
      sound: reasons.length === 0,
      void: reasons,
      fault: fault && { code: fault.code, message: fault.message, advice: fault.advice },
      cutShort: false,
      connections: {
        total: books?.connections ?? 0,
        unaccounted,
        bytesUp: books?.bytesUp ?? 0,
        bytesDown: books?.bytesDown ?? 0,
        truncated: books?.truncated ?? 0,
      },
      coverage: coverage && {
        bytes: coverage.bytes,
        byClass: coverage.byClass,
        read: coverage.read,
        holds: coverage.holds,
        why: [...coverage.why],
      },
      reach: bench.reach,
      soleWayOut: bench.soleWayOut,
    };
    await this.#folder.finish(record, bench.clock.now());
    return record;
  }
}

function bytesRead({ read, bytes }: Coverage): string {
  return `${(Math.floor(read * 1000) / 10).toFixed(1)} % of ${bytes} bytes read`;
}

/** The controls that every sound trial has passed. */
const MUST: readonly Check['name'][] = [
  'clean-start',
  'condition-before',
  'beacon',
  'known-leak',
  'steps',
  'condition-after',
  'unchanged',
  'accounted',
  'clock',
];
