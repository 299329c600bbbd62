import type { Canary } from '../../canary.ts';
import { mint, mintBeacon, mintDecoy } from '../../canary.ts';
import type { Disturbed } from '../../lib/clock.ts';
import type { Fault } from '../../lib/fault.ts';
import { messageOf } from '../../lib/fault.ts';
import type { TrialFolder } from '../../record/archive.ts';
import type { Aside } from '../../record/aside.ts';
import type { PlannedTrial } from '../../record/plan/plan.ts';
import type { Check, Climbed, Reading, TrialRecord } from '../../record/trial.ts';
import { AS_DELIVERED } from '../../scenario.ts';
import type { ScreenReading } from '../browsers/browser.ts';
import type { Coverage } from '../tap/packets/coverage.ts';
import type { Capture } from '../tap/tap.ts';
import { DOMAIN } from '../tap/sites/pages.ts';
import { underDomain } from '../tap/sites/public.ts';
import type { Bench } from './bench.ts';
import { steady } from './steady.ts';

/** How long the positive control may take to show, in ms on the wall: it is a local page load. */
const BEACON_PATIENCE_MS = 10_000;

/** What is written down of needs nobody's hands, where no screen is read. */
export type Noted = Omit<Bench, 'browser' | 'errands'> & {
  readonly browser: Bench['browser'] | null;
  readonly errands: Bench['errands'] | null;
};

/** Everything that is written down about one trial while it runs. */
export class Notes {
  readonly beacon: Canary;
  readonly canaries: Canary[];
  readonly #decoys: Canary[];
  readonly #bench: Noted;
  readonly #planned: PlannedTrial;
  readonly #folder: TrialFolder;
  readonly #checks: Check[] = [];
  readonly #readings: Reading[] = [];
  readonly #timings: Record<string, number> = {};
  readonly #planted: Record<string, number> = {};
  readonly #rungs: Climbed[] = [];
  readonly #before: Disturbed;
  /** Where this is no trial. */
  aside: Aside | null = null;

  constructor(bench: Noted, planned: PlannedTrial, folder: TrialFolder) {
    this.#bench = bench;
    this.#planned = planned;
    this.#folder = folder;
    this.#before = bench.clock.disturbed();
    const from = { run: bench.run, seed: bench.seed, trial: planned.id };
    const { canaries, captions, doses } = bench.scenario;
    const { dose } = planned;
    const dosed = doses === null || dose === undefined ? null : { canary: doses, dose };
    this.canaries = mint(canaries, from, captions, dosed).map((one) => ({
      ...one,
      value: underDomain(one.value, bench.site),
    }));
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

  /** Notes that the steps did something by which identifiers are renewed, when it begins. */
  climb(rung: Exclude<Climbed['rung'], 'clock'>): void {
    this.#rungs.push({ at: this.#bench.clock.now(), rung });
  }

  /** Notes that the steps set the phone's clock on by so many days. */
  turn(days: number): void {
    this.#rungs.push({ at: this.#bench.clock.now(), rung: 'clock', days });
  }

  /** Notes when each canary was planted: it is in one of these texts, or belongs to one that is. */
  plant(texts: readonly string[]): void {
    const { titles, captions } = this.#bench.scenario;
    for (const { name, value } of this.canaries) {
      if (!texts.some((text) => text.includes(value))) continue;
      for (const planted of [name, titles.get(name), captions.get(name)]) {
        if (planted !== undefined) this.#planted[planted] = this.#bench.clock.now();
      }
    }
  }

  /** The steps take so long in every trial, in phone time: where they took longer, bytes are counted over another time. */
  async lasting(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#bench;
    const taken = (clock.now() - (this.#timings['steps'] ?? 0)) / clock.scaled(1);
    if (taken < ms) await clock.wait(ms - taken, signal);
    const said = `took ${(taken / 1000).toFixed(1)} of ${(ms / 1000).toFixed(0)} s of phone time`;
    this.check('steps', taken <= ms, `every page asked for was the page shown; ${said}`);
  }

  /** Manipulation check: every factor read back from the screen, with a picture and the UI tree. */
  async readBack(when: Reading['when']): Promise<void> {
    const wrong: string[] = [];
    for (const [factor, asked] of Object.entries(this.#planned.condition)) {
      const { browser, errands } = this.#bench;
      if (!browser || !errands) throw new Error('nobody is there to read the screen');
      const read = await (errands.knows(factor) ? errands.read(factor) : browser.read(factor));
      const { level, caption, picture, tree } = asDelivered(asked, read);
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
    await this.#bench.browser?.look().then(
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
            books.deaf
              ? 'the tap was closed meanwhile, and heard nobody from then on'
              : `${books.connections} connections to the tap, ${unaccounted} of them unexplained`,
            ...(coverage === null ? [] : [bytesRead(coverage), ...coverage.why]),
          ].join('; '),
    );
    this.#checks.push(steady(this.#before, bench.clock.disturbed()));
    this.stage('ended');
    const must = this.aside === null ? MUST : MUST_ASIDE;
    const reasons = [
      ...(fault ? [`${fault.code}: ${fault.message}`] : []),
      ...this.#checks.filter(({ held }) => !held).map(({ name, found }) => `${name}: ${found}`),
      ...must
        .filter((name) => !fault && !this.#checks.some((one) => one.name === name))
        .map((name) => `${name}: not checked`),
    ];
    const record: TrialRecord = {
      aside: this.aside,
      id: planned.id,
      stamp: bench.stamp,
      device: bench.device,
      browser: bench.browserName,
      replicate: planned.replicate,
      arm: planned.arm,
      condition: planned.condition,
      ...(planned.dose === undefined ? {} : { dose: planned.dose }),
      readings: this.#readings,
      canaries: this.canaries,
      beacon: this.beacon,
      decoys: this.#decoys,
      checks: this.#checks,
      timings: this.#timings,
      rungs: this.#rungs,
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
        shortened: coverage.shortened,
        recount: coverage.recount,
        accepted: [...coverage.accepted],
        tls: [...coverage.tls],
      },
      reach: bench.reach,
      ...(bench.site === DOMAIN ? {} : { site: bench.site }),
      soleWayOut: bench.soleWayOut,
    };
    return await this.#folder.finish(record, bench.clock.now());
  }
}

/** Whatever is shown where nobody touched it is how the maker delivers it; the caption says what that is. */
function asDelivered(asked: string, read: ScreenReading): ScreenReading {
  if (asked !== AS_DELIVERED) return read;
  return { ...read, level: AS_DELIVERED, caption: `${read.caption} (shows: ${read.level})` };
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

const MUST_ASIDE: typeof MUST = ['clean-start', 'steps', 'accounted', 'clock'];
