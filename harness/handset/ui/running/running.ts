import type { AppAction, AppData, PageAction } from '../app.ts';
import type { BrowserPage } from '../browser/browser.ts';
import { compose } from '../tree/compose.ts';
import { layOut } from '../tree/layout.ts';
import type { Display, Layout } from '../tree/layout.ts';
import { flatten } from '../tree/node.ts';
import type { UiNode } from '../tree/node.ts';
import { fill, holds } from '../values.ts';
import type { Values } from '../values.ts';
import { Pieces } from './state.ts';
import { Visits } from './visits.ts';

/** What an app asks of the phone around it. */
export interface AppHost {
  readonly display: Display;
  launch(packageName: string): void;
  screenOpened(screen: string): void;
}

/** One installed app: its state, the way through its screens, and what a finger does there. */
export class App {
  readonly data: AppData;
  readonly #page: BrowserPage | undefined;
  readonly #host: AppHost;
  readonly #pieces: Pieces;
  readonly #visits: Visits;

  constructor(data: AppData, page: BrowserPage | undefined, host: AppHost) {
    this.data = data;
    this.#page = page;
    this.#host = host;
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

  /** Whether a question stands in front of the app. */
  get dialog(): boolean {
    return this.data.screens.all[this.#visits.current?.screen ?? '']?.dialog ?? false;
  }

  start(): void {
    if (this.running) return;
    const first = this.data.screens.start.find(({ when }) => holds(when, this.#values()));
    if (first) this.#enter(first.screen);
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

  layout(): Layout {
    const visit = this.#visits.current;
    const views = compose(this.data.screens.all[visit?.screen ?? '']?.nodes ?? [], {
      package: this.data.package,
      visit: visit?.key ?? '',
      values: this.#values(),
      choices: this.#pieces.choices(),
      typed: visit?.typed ?? new Map<string, string>(),
      focused: visit?.focused,
    });
    const frame = { package: this.data.package, key: visit?.key ?? this.data.package };
    return layOut(views, this.#host.display, frame, visit?.scrolled);
  }

  tap(node: UiNode): void {
    const visit = this.#visits.current;
    if (node.editable && visit) visit.focused = node.key;
    this.#perform(node.onTap, '');
  }

  /** Types into the field that has the focus, at its end; a line break is the Enter key. */
  type(text: string): void {
    for (const piece of text.split(/(\n)/u)) {
      if (piece === '\n') this.enter();
      else if (piece !== '') this.#edit((before) => before + piece);
    }
  }

  erase(letters: number): void {
    this.#edit((before) =>
      [...before].slice(0, Math.max(0, [...before].length - letters)).join(''),
    );
  }

  enter(): void {
    const node = this.#focused();
    if (node) this.#perform(node.onEnter, node.text);
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

  #perform(actions: readonly AppAction[], input: string): void {
    for (const action of actions) this.#act(action, input);
  }

  #act(action: AppAction, input: string): void {
    if ('go' in action) this.#enter(action.go);
    else if ('reset' in action) {
      this.#visits.end();
      this.#enter(action.reset);
    } else if ('back' in action) this.back();
    else if ('toggle' in action) this.#pieces.toggle(action.toggle);
    else if ('launch' in action) this.#host.launch(action.launch);
    else if ('set' in action) {
      for (const [name, value] of Object.entries(action.set)) this.#pieces.set(name, value);
    } else this.#actOnPage(action, input);
  }

  #actOnPage(action: PageAction, input: string): void {
    const values = new Map([...this.#values(), ['input', input]]);
    if ('closePages' in action) this.#page?.close();
    else if ('reload' in action) this.#showPage((page) => page.reload());
    else if ('open' in action) this.#showPage((page) => page.open(fill(action.open, values)));
    else this.#showPage((page) => page.browse(fill(action.browse, values), this.#engine()));
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

  #enter(screen: string): void {
    this.#visits.enter(screen);
    this.#host.screenOpened(screen);
  }

  #edit(change: (before: string) => string): void {
    const node = this.#focused();
    if (node) this.#visits.current?.typed.set(node.key, change(node.text).slice(0, LONGEST_FIELD));
  }

  #focused(): UiNode | undefined {
    return flatten(this.layout().root).find(
      (node) => node.focused && node.editable && node.enabled,
    );
  }

  #values(): Values {
    const page = Object.entries(this.#page?.shown ?? {});
    return new Map([
      ...this.#pieces.all,
      ...page.map(([name, value]): [string, string] => [`page.${name}`, String(value)]),
    ]);
  }
}

const LONGEST_FIELD = 20_000;
