import type { Clock } from '../../../harness/lib/clock.ts';
import { Belongings } from '../../../harness/handset/phone/owner/belongings.ts';
import { happened } from '../../../harness/handset/phone/owner/happened.ts';
import { Settings } from '../../../harness/handset/phone/settings.ts';
import { Faults } from '../../../harness/handset/phone/faults/faults.ts';
import { Files } from '../../../harness/handset/phone/storage/files.ts';
import { Packages } from '../../../harness/handset/phone/programs/packages.ts';
import type {
  AppRequest,
  AppResponse,
  Collectors,
  Network,
  Stimulus,
} from '../../../harness/handset/phone/phone.ts';
import { Processes } from '../../../harness/handset/phone/programs/processes.ts';
import { loadRom } from '../../../harness/handset/roms/load.ts';
import type { Rom, RomApp } from '../../../harness/handset/roms/rom.ts';
import { HandsetScreen } from '../../../harness/handset/ui/screen.ts';
import { centre, flatten } from '../../../harness/handset/ui/tree/node.ts';
import type { UiNode } from '../../../harness/handset/ui/tree/node.ts';

export const MINT = 'com.mi.globalbrowser.mini';
export const JELLY = 'org.lineageos.jelly';

/** A screen with a pretend internet behind it, and hands that go by the words they read. */
export interface Bench {
  readonly rom: Rom;
  readonly screen: HandsetScreen;
  /** It stands still until a test moves it. */
  readonly clock: { now: Clock['now'] };
  readonly settings: Settings;
  readonly belongings: Belongings;
  readonly files: Files;
  readonly faults: Faults;
  readonly web: PretendWeb;
  readonly told: PretendCollectors;
  /** Every text and description on the screen. */
  words(): string[];
  /** The first node whose text, description or short id is this. */
  see(word: string): UiNode;
  tap(word: string): void;
}

export async function aBench(romName: string): Promise<Bench> {
  const rom = await loadRom(romName);
  const clock = { now: () => 0, wait: () => Promise.resolve(), scaled: (ms: number) => ms };
  const files = new Files(clock);
  const settings = new Settings(rom.settings);
  const belongings = new Belongings();
  const faults = new Faults();
  const web = new PretendWeb();
  const told = new PretendCollectors();
  const screen = new HandsetScreen({
    rom,
    clock,
    files,
    settings,
    belongings,
    faults,
    packages: new Packages(rom, files),
    processes: new Processes(),
    network: web,
    collectors: told,
  });
  belongings.watch((table, row) => {
    const what = happened(table, row, files);
    if (what) screen.tell(what.kind, what.role, what.values);
  });
  const see = (word: string): UiNode => {
    const node = flatten(screen.root()).find(
      ({ text, description, resourceId }) =>
        text === word || description === word || resourceId.endsWith(`/${word}`),
    );
    if (!node) throw new Error(`${word} is not on the screen:\n${screen.source()}`);
    return node;
  };
  return {
    rom,
    screen,
    clock,
    settings,
    belongings,
    faults,
    files,
    web,
    told,
    see,
    words: () =>
      flatten(screen.root())
        .flatMap(({ text, description }) => [text, description])
        .filter((word) => word !== ''),
    tap: (word) => {
      const { x, y } = centre(see(word).bounds);
      screen.tap(x, y);
    },
  };
}

/** Addresses and what they answer; anything else has no name in the DNS. */
export class PretendWeb implements Network {
  readonly answers = new Map<string, AppResponse>();
  readonly asked: AppRequest[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  /** Set to keep requests waiting until it settles. */
  gate: Promise<void> = Promise.resolve();

  tell(): Promise<AppResponse> {
    return Promise.reject(new Error('a browser says nothing but requests'));
  }

  async fetch(request: AppRequest, signal?: AbortSignal): Promise<AppResponse> {
    this.asked.push(request);
    this.signals.push(signal);
    await this.gate;
    return this.answers.get(request.url) ?? { ok: false, error: 'net::ERR_NAME_NOT_RESOLVED' };
  }

  get urls(): string[] {
    return this.asked.map(({ url }) => url);
  }

  serves(url: string, html: string, status = 200, headers: readonly [string, string][] = []): void {
    this.answers.set(url, {
      ok: true,
      status,
      headers: [['Content-Type', 'text/html; charset=utf-8'], ...headers],
      body: Buffer.from(html),
    });
  }
}

export class PretendCollectors implements Collectors {
  readonly stimuli: Stimulus[] = [];
  readonly deeds: string[] = [];
  #waiting: (() => void)[] = [];

  notify(stimulus: Stimulus): void {
    this.stimuli.push(stimulus);
    for (const resume of this.#waiting.splice(0)) resume();
  }

  clear(packageName: string): void {
    this.deeds.push(`clear ${packageName}`);
  }

  replace(app: RomApp): void {
    this.deeds.push(`replace ${app.package} ${app.versionName}`);
  }

  stop(packageName: string): void {
    this.deeds.push(`stop ${packageName}`);
  }

  reset(): void {
    this.deeds.push('reset');
  }

  of(kind: Stimulus['kind']): Stimulus[] {
    return this.stimuli.filter((stimulus) => stimulus.kind === kind);
  }

  /** Settles when this has happened once more than it had. */
  async next(kind: Stimulus['kind']): Promise<Stimulus> {
    const before = this.of(kind).length;
    for (;;) {
      const found = this.of(kind)[before];
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}

/** From the launcher past Mint's first-run screen. */
export function startMint({ screen, tap }: Bench): void {
  screen.launch(MINT);
  tap('Agree');
}
