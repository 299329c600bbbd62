import type { Screen } from '../phone/phone.ts';
import type { StimulusKind } from '../phone/stimulus.ts';
import type { Faults } from '../phone/faults/faults.ts';
import { Desk } from './desk.ts';
import { Lateness } from './lateness.ts';
import type { Wish } from './desk.ts';
import type { Role } from './app.ts';
import { pngOf } from './picture/png.ts';
import { svgOf } from './picture/svg.ts';
import type { Around } from './running/outfit.ts';
import { sourceOf } from './source.ts';
import { BARS } from './tree/layout.ts';
import type { Display } from './tree/layout.ts';
import { nodesAt } from './tree/node.ts';
import type { Bounds, UiNode } from './tree/node.ts';

/** The phone's screen as the automation server needs it: everything a finger and an eye can do. */
export interface TouchScreen extends Screen {
  readonly display: Display;
  /** What is shown now, every node in its place. */
  root(): UiNode;
  /** The same as uiautomator's XML. */
  source(): string;
  /** Whether a question stands in front of the app. */
  dialog(): boolean;
  /** Drags the content by pixels, down for positive; whether there is more that way. */
  scroll(by: number): boolean;
  erase(letters: number): void;
  picture(area?: Bounds): Promise<Buffer>;
}

/** The glass of one phone: where a finger lands, and what an eye sees. */
export class HandsetScreen implements TouchScreen {
  readonly display: Display;
  readonly #desk: Desk;
  readonly #lateness: Lateness;
  readonly #faults: Faults;
  /** Apps that ask for consent at their next start. */
  readonly #walled = new Set<string>();
  readonly #onRestart = new Set<() => void>();

  constructor(around: Around & { readonly faults: Faults }) {
    this.display = around.rom.display;
    this.#faults = around.faults;
    this.#desk = new Desk(around);
    this.#lateness = new Lateness(this.#desk, around.faults, around.clock);
  }

  foreground(): { readonly package: string; readonly activity: string } {
    return this.#desk.foreground;
  }

  launch(packageName: string, activity?: string, options?: { readonly stop?: boolean }): boolean {
    const launched = this.#desk.launch(packageName, activity, options);
    if (launched && this.#walled.delete(packageName)) this.ask('consent');
    return launched;
  }

  open(url: string, packageName?: string): boolean {
    return this.#desk.open(url, packageName);
  }

  wish(wish: Wish): boolean {
    return this.#desk.wish(wish);
  }

  stop(packageName: string): void {
    this.#desk.stop(packageName);
  }

  clear(packageName: string): void {
    this.#desk.clear(packageName);
    if (this.#faults.is('consent-wall')) this.#walled.add(packageName);
  }

  restart(): void {
    this.#desk.restart();
    for (const callback of this.#onRestart) callback();
  }

  whenRestarted(callback: () => void): void {
    this.#onRestart.add(callback);
  }

  update(packageName: string): boolean {
    return this.#desk.update(packageName);
  }

  tell(kind: StimulusKind, role?: Role, values?: Readonly<Record<string, string>>): void {
    this.#desk.tell(kind, role, values);
  }

  shade(down: boolean): void {
    if (!down) this.#desk.uncover();
    else {
      this.#desk.tell('status-bar-opened');
      this.#desk.cover('shade');
    }
  }

  ask(question: string, args?: ReadonlyMap<string, string>): boolean {
    return this.#desk.cover('dialogs', question, args);
  }

  get clipboard(): { text: string } {
    return this.#desk.clipboard;
  }

  tap(x: number, y: number): void {
    const { width, height } = this.display;
    if (y >= height - this.#pixels(BARS.bottom) && y < height) {
      if (x < width / 3) this.key(KEY.back);
      else if (x < (width * 2) / 3) this.key(KEY.home);
      return;
    }
    if (this.#lateness.late()) return;
    const node = nodesAt(this.root(), x, y).find(({ clickable }) => clickable);
    if (node?.enabled) this.#desk.shown.tap(node);
  }

  /** Out of the status bar it pulls the shade down; elsewhere it moves the content. */
  drag(...[from, to]: Parameters<Screen['drag']>): void {
    const bar = this.#pixels(BARS.top);
    if (from.y <= bar && to.y > 3 * bar) this.shade(true);
    else this.scroll(from.y - to.y);
  }

  type(text: string): void {
    if (!this.#lateness.late()) this.#desk.shown.type(text);
  }

  erase(letters: number): void {
    this.#desk.shown.erase(letters);
  }

  key(code: number): void {
    const { shown } = this.#desk;
    if (code === KEY.home) this.#desk.home();
    else if (code === KEY.back) this.#desk.back();
    else if (code === KEY.enter) shown.enter();
    else if (code === KEY.delete) shown.erase(1);
    else {
      const letter = letterOf(code);
      if (letter !== undefined) shown.type(letter);
    }
  }

  scroll(by: number): boolean {
    return this.#desk.shown.scroll(by);
  }

  root(): UiNode {
    return this.#lateness.seen();
  }

  source(): string {
    return sourceOf(this.root(), this.display);
  }

  dialog(): boolean {
    return this.#desk.shown.dialog;
  }

  picture(area?: Bounds): Promise<Buffer> {
    return pngOf(svgOf(this.root(), this.display, { dark: this.#desk.shown.dark, area }));
  }

  screenshot(): Promise<Buffer> {
    return this.picture();
  }

  #pixels(dp: number): number {
    return (dp * this.display.density) / 160;
  }
}

const KEY = { home: 3, back: 4, enter: 66, delete: 67 };

/** Android's key codes for digits, letters and the commonest signs: android.view.KeyEvent. */
function letterOf(code: number): string | undefined {
  if (code >= 7 && code <= 16) return String(code - 7);
  if (code >= 29 && code <= 54) return String.fromCodePoint(97 + code - 29);
  return SIGNS.get(code);
}

const SIGNS: ReadonlyMap<number, string> = new Map([
  [55, ','],
  [56, '.'],
  [62, ' '],
  [69, '-'],
  [76, '/'],
  [77, '@'],
]);
