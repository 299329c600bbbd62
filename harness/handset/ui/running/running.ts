import type { Row } from '../../phone/owner/belongings.ts';
import type { AppData, AppScreen, List } from '../app.ts';
import type { AppAction } from '../actions.ts';
import type { BrowserPage } from '../browser/browser.ts';
import { compose } from '../tree/compose.ts';
import { layOut } from '../tree/layout.ts';
import type { Display, Layout } from '../tree/layout.ts';
import { flatten } from '../tree/node.ts';
import type { UiNode } from '../tree/node.ts';
import { holds, layered, prefixed } from '../values.ts';
import type { Values } from '../values.ts';
import { perform } from './deeds.ts';
import type { Actor, AppHost } from './deeds.ts';
import { Pieces } from './state.ts';
import { Visits } from './visits.ts';

/** The phone around one app. */
export interface AppPhone extends AppHost {
  readonly display: Display;
  /** What is named beside the app's own state: settings, properties, network … */
  readonly values: Values;
  /** `argument` is the folder for files. */
  rows(list: List, argument: string): readonly Row[];
}

/** One installed app: its state, the way through its screens, and what a finger does there. */
export class App {
  readonly data: AppData;
  readonly #page: BrowserPage | undefined;
  readonly #phone: AppPhone;
  readonly #pieces: Pieces;
  readonly #visits: Visits;

  constructor(data: AppData, page: BrowserPage | undefined, phone: AppPhone) {
    this.data = data;
    this.#page = page;
    this.#phone = phone;
    this.#pieces = new Pieces(data.state);
    this.#visits = new Visits(data.package);
  }

  get running(): boolean {
    return this.#visits.current !== undefined;
  }

  /** The app's state in the words of its data file, as collectors' conditions read it. */
  get state(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#pieces.all);
  }

  get dark(): boolean {
    const { darkWhen } = this.data.screens;
    return darkWhen !== undefined && holds(darkWhen, this.#values());
  }

  get screen(): AppScreen | undefined {
    return this.data.screens.all[this.#visits.current?.screen ?? ''];
  }

  /** Whether a question stands in front of the app. */
  get dialog(): boolean {
    return this.screen?.dialog ?? false;
  }

  /** Names the screen that is shown; another visit has another name. */
  get visit(): string {
    return this.#visits.current?.key ?? '';
  }

  start(): void {
    if (this.running) return;
    const first = this.data.screens.start.find(({ when }) => holds(when, this.#values()));
    if (first) this.#enter(first.screen);
  }

  /** Opens one screen on top of where the app is, as an intent does. */
  show(screen: string, args: ReadonlyMap<string, string>): void {
    this.start();
    this.#enter(screen, args);
  }

  /** Opens a screen with no way back but out of it: a question of the system. */
  pose(screen: string, args: ReadonlyMap<string, string>): void {
    this.#visits.end();
    this.#enter(screen, args);
  }

  /** The process ends: pages, fields and the state that is kept until then are gone. */
  stop(): void {
    this.#page?.close();
    this.#visits.end();
    this.#pieces.reset('until-stop');
  }

  clear(): void {
    this.stop();
    this.#pieces.reset('until-clear');
  }

  /** Takes over what an older version of the app had set, as far as it is known here. */
  inherit(older: App): void {
    for (const [name, value] of older.#pieces.all) this.#pieces.set(name, value);
  }

  layout(): Layout {
    const visit = this.#visits.current;
    const values = this.#values();
    const views = compose(this.screen?.nodes ?? [], {
      package: this.data.package,
      visit: this.visit,
      values,
      choices: this.#pieces.choices(),
      rows: (list) => this.#phone.rows(list, visit?.args.get('folder') ?? ''),
      typed: visit?.typed ?? new Map<string, string>(),
      focused: visit?.focused,
    });
    const frame = { package: this.data.package, key: visit?.key ?? this.data.package };
    return layOut(views, this.#phone.display, frame, visit?.scrolled);
  }

  tap(node: UiNode): void {
    const visit = this.#visits.current;
    if (node.editable && visit) visit.focused = node.key;
    this.#perform(node.onTap, node.given);
  }

  /** Types into the field that has the focus, at its end, letter by letter; a line break is the Enter key. */
  type(text: string): void {
    for (const piece of text.split(/(\n)/u)) {
      if (piece === '\n') this.enter();
      else if (piece !== '')
        this.#edit((before) =>
          [...piece].map((_, at, all) => before + all.slice(0, at + 1).join('')),
        );
    }
  }

  erase(letters: number): void {
    this.#edit((before) => [
      [...before].slice(0, Math.max(0, [...before].length - letters)).join(''),
    ]);
  }

  enter(): void {
    const node = this.#focused();
    if (node) this.#perform(node.onEnter, new Map([...node.given, ['input', node.text]]));
  }

  /** False when this was the app's first screen. */
  back(): boolean {
    const left = this.#visits.back();
    if (left && left.screen === this.data.screens.browser?.page) this.#page?.close();
    return left !== undefined;
  }

  /** Moves the content by pixels; whether there is more that way. */
  scroll(by: number): boolean {
    const { scrollRange } = this.layout();
    const visit = this.#visits.current;
    if (!visit) return false;
    visit.scrolled = Math.min(scrollRange, Math.max(0, visit.scrolled + by));
    return by < 0 ? visit.scrolled > 0 : visit.scrolled < scrollRange;
  }

  /** Loads a page that something else asks for; false where a first-run screen stands in the way. */
  open(url: string): boolean {
    if (this.#visits.first?.screen !== this.data.screens.browser?.home) return false;
    this.#showPage((page) => page.open(url));
    return true;
  }

  #perform(actions: readonly AppAction[], given: ReadonlyMap<string, string>): void {
    if (actions.length === 0) return;
    const fields = prefixed(
      'field',
      flatten(this.layout().root)
        .filter(({ editable }) => editable)
        .map(({ resourceId, text }) => [resourceId.replace(/^.*\//u, ''), text]),
    );
    perform(actions, layered(given, fields, this.#values()), this.#actor());
  }

  #actor(): Actor {
    return {
      pieces: this.#pieces,
      page: this.#page,
      host: this.#phone,
      engine: this.#engine(),
      enter: (screen, args) => {
        this.#enter(screen, args);
      },
      reset: (screen) => {
        this.#visits.end();
        this.#enter(screen);
      },
      back: () => {
        if (!this.back()) this.#phone.leave();
      },
      showPage: (load) => {
        this.#showPage(load);
      },
    };
  }

  #showPage(load: (page: BrowserPage) => Promise<void>): void {
    const { browser } = this.data.screens;
    if (!this.#page || !browser) return;
    this.#visits.end();
    this.#visits.enter(browser.home);
    this.#enter(browser.page);
    void load(this.#page);
  }

  #engine(): { readonly name: string; readonly url: string } {
    const engines = Object.entries(this.data.engines);
    const chosen = engines.find(([name]) => name === this.#pieces.all.get('engine')) ?? engines[0];
    return { name: chosen?.[0] ?? '', url: chosen?.[1] ?? '' };
  }

  #enter(screen: string, args?: ReadonlyMap<string, string>): void {
    this.#visits.enter(screen, args);
    this.#phone.tell('screen-opened', { screen });
    const { onOpen = [] } = this.data.screens.all[screen] ?? {};
    perform(onOpen, this.#values(), this.#actor());
  }

  /** Each text that the field goes through is told: an app hears of every keystroke. */
  #edit(change: (before: string) => readonly string[]): void {
    const node = this.#focused();
    if (!node) return;
    const field = node.resourceId.replace(/^.*\//u, '');
    for (const text of change(node.text)) {
      if (text.length > LONGEST_FIELD) return;
      this.#visits.current?.typed.set(node.key, text);
      this.#phone.tell('text-typed', { text, field });
    }
  }

  #focused(): UiNode | undefined {
    return flatten(this.layout().root).find(
      (node) => node.focused && node.editable && node.enabled,
    );
  }

  #values(): Values {
    const page = Object.entries(this.#page?.shown ?? {});
    return layered(
      this.#pieces.all,
      prefixed(
        'page',
        page.map(([name, value]) => [name, String(value)]),
      ),
      prefixed('arg', this.#visits.current?.args ?? []),
      this.#phone.values,
    );
  }
}

const LONGEST_FIELD = 20_000;
