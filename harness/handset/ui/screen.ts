import type { Collectors, Network, Screen } from '../phone/phone.ts';
import type { StimulusKind } from '../phone/stimulus.ts';
import { fullClass } from '../phone/packages.ts';
import type { Packages } from '../phone/packages.ts';
import type { Processes } from '../phone/processes.ts';
import type { Rom } from '../roms/rom.ts';
import type { AppData } from './app.ts';
import { BrowserPage } from './browser/browser.ts';
import { pngOf } from './picture/png.ts';
import { svgOf } from './picture/svg.ts';
import { launcher } from './running/launcher.ts';
import { App } from './running/running.ts';
import { sourceOf } from './source.ts';
import { BARS } from './tree/layout.ts';
import type { Display } from './tree/layout.ts';
import { nodesAt } from './tree/node.ts';
import type { Bounds, UiNode } from './tree/node.ts';
import { fill } from './values.ts';

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

/** What the screen needs of the phone. */
export interface Around {
  readonly rom: Pick<Rom, 'apps' | 'display' | 'properties'>;
  readonly packages: Pick<Packages, 'get'>;
  readonly processes: Pick<Processes, 'start' | 'stop'>;
  readonly network: Network;
  readonly collectors: Collectors;
}

/** The screen of one phone: its apps, one of them in front. */
export class HandsetScreen implements TouchScreen {
  readonly display: Display;
  readonly #around: Around;
  readonly #apps: ReadonlyMap<string, App>;
  readonly #home: App;
  #front: App;

  constructor(around: Around) {
    this.#around = around;
    this.display = around.rom.display;
    this.#apps = new Map(around.rom.apps.map((data) => [data.package, this.#install(data)]));
    this.#home = this.#install(launcher(around.rom.apps));
    this.#home.start();
    this.#front = this.#home;
  }

  foreground(): { readonly package: string; readonly activity: string } {
    const { package: name, activity } = this.#front.data;
    return { package: name, activity: fullClass(name, activity) };
  }

  launch(
    packageName: string,
    activity?: string,
    { stop = false }: { readonly stop?: boolean } = {},
  ): boolean {
    const app = this.#find(packageName);
    if (!app) return false;
    const { data } = app;
    if (
      activity !== undefined &&
      fullClass(packageName, activity) !== fullClass(packageName, data.activity)
    )
      return false;
    if (stop) this.stop(packageName);
    this.#around.processes.start(packageName);
    this.#bringToFront(app);
    app.start();
    return true;
  }

  open(url: string, packageName?: string): boolean {
    const app =
      packageName === undefined
        ? [...this.#apps.values()].find(({ data }) => data.screens.browser !== undefined)
        : this.#find(packageName);
    if (!app?.data.screens.browser || !this.launch(app.data.package)) return false;
    app.open(url);
    return true;
  }

  stop(packageName: string): void {
    this.#around.processes.stop(packageName);
    this.#around.collectors.stop(packageName);
    this.#apps.get(packageName)?.stop();
    this.#leave(packageName);
  }

  clear(packageName: string): void {
    this.stop(packageName);
    this.#around.collectors.clear(packageName);
    this.#apps.get(packageName)?.clear();
  }

  tap(x: number, y: number): void {
    const { width, height, density } = this.display;
    const inNavigationBar = y >= height - BARS.bottom * (density / 160) && y < height;
    if (inNavigationBar) {
      if (x < width / 3) this.key(KEY.back);
      else if (x < (width * 2) / 3) this.key(KEY.home);
      return;
    }
    const node = nodesAt(this.root(), x, y).find(({ clickable }) => clickable);
    if (node?.enabled) this.#front.tap(node);
  }

  type(text: string): void {
    this.#front.type(text);
  }

  erase(letters: number): void {
    this.#front.erase(letters);
  }

  key(code: number): void {
    if (code === KEY.home) this.#bringToFront(this.#home);
    else if (code === KEY.back) {
      if (!this.#front.back()) this.#bringToFront(this.#home);
    } else if (code === KEY.enter) this.#front.enter();
    else if (code === KEY.delete) this.#front.erase(1);
  }

  scroll(by: number): boolean {
    return this.#front.scroll(by);
  }

  root(): UiNode {
    return this.#front.layout().root;
  }

  source(): string {
    return sourceOf(this.root(), this.display);
  }

  dialog(): boolean {
    return this.#front.dialog;
  }

  picture(area?: Bounds): Promise<Buffer> {
    return pngOf(svgOf(this.root(), this.display, { dark: this.#front.dark, area }));
  }

  screenshot(): Promise<Buffer> {
    return this.picture();
  }

  #install(data: AppData): App {
    const { browser } = data.screens;
    const properties = new Map(Object.entries(this.#around.rom.properties));
    const page =
      browser &&
      new BrowserPage(
        {
          package: data.package,
          userAgent: fill(browser.userAgent, properties),
          acceptLanguage: fill(browser.acceptLanguage, properties),
        },
        this.#around.network,
        ({ kind, values }) => {
          this.#notify(kind, app, values);
        },
      );
    const app: App = new App(data, page, {
      display: this.display,
      launch: (packageName) => {
        this.launch(packageName);
      },
      screenOpened: (screen) => {
        this.#notify('screen-opened', app, { screen });
      },
    });
    return app;
  }

  #find(packageName: string): App | undefined {
    return this.#around.packages.get(packageName) && this.#apps.get(packageName);
  }

  /** An app that was killed cannot say that it closed; one that is left can. */
  #bringToFront(app: App): void {
    const left = this.#front;
    if (left === app) return;
    this.#front = app;
    this.#notify('app-closed', left, {});
    this.#notify('app-opened', app, {});
  }

  #leave(packageName: string): void {
    if (this.#front.data.package === packageName) this.#front = this.#home;
  }

  #notify(kind: StimulusKind, app: App, values: Readonly<Record<string, string>>): void {
    this.#around.collectors.notify({ kind, package: app.data.package, values, state: app.state });
  }
}

const KEY = { home: 3, back: 4, enter: 66, delete: 67 };
