import { fullClass } from '../phone/programs/packages.ts';
import type { StimulusKind } from '../phone/stimulus.ts';
import type { RomApp } from '../roms/rom.ts';
import type { AppData, Role } from './app.ts';
import { launcher } from './running/launcher.ts';
import { outfit } from './running/outfit.ts';
import type { Around } from './running/outfit.ts';
import type { App } from './running/running.ts';
import { fill } from './values.ts';

/** An intent that is not to open a page. */
export interface Wish {
  readonly action: string;
  readonly data: string;
  readonly package: string | undefined;
  readonly extras: ReadonlyMap<string, string>;
}

/** The apps of one phone: one of them in front, and what the system has laid over it. */
export class Desk {
  readonly #around: Around;
  readonly #apps: Map<string, App>;
  readonly #home: App;
  #front: App;
  /** The pulled-down shade or a question of the system: it hides the app, which does not hear of it. */
  #over: App | undefined;
  readonly clipboard = { text: '' };

  constructor(around: Around) {
    this.#around = around;
    const { apps } = around.rom;
    this.#apps = new Map(apps.map((data) => [data.package, this.#install(data)]));
    const home = apps.find(({ roles }) => roles?.includes('home'));
    this.#home = (home && this.#apps.get(home.package)) ?? this.#install(launcher(apps));
    this.#home.start();
    this.#front = this.#home;
  }

  /** What is touched and seen. */
  get shown(): App {
    return this.#over ?? this.#front;
  }

  /** What Android calls the top activity: the shade is none. */
  get foreground(): { readonly package: string; readonly activity: string } {
    const app = this.#over?.data.roles?.includes('shade') ? this.#front : this.shown;
    const { package: name, activity } = app.data;
    return { package: name, activity: fullClass(name, app.screen?.activity ?? activity) };
  }

  launch(
    packageName: string,
    activity?: string,
    { stop = false }: { readonly stop?: boolean } = {},
  ): boolean {
    const app = this.#find(packageName);
    if (!app) return false;
    const { data } = app;
    const wanted = activity === undefined ? undefined : fullClass(packageName, activity);
    const screen =
      wanted === undefined || wanted === fullClass(packageName, data.activity)
        ? undefined
        : screenWhere(data, (one) => one.activity === wanted);
    if (
      screen === undefined &&
      wanted !== undefined &&
      wanted !== fullClass(packageName, data.activity)
    )
      return false;
    if (stop) this.stop(packageName);
    this.#bringToFront(app);
    if (screen === undefined) app.start();
    else app.show(screen, new Map());
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

  /** The screen of an app that answers the intent; false when none does. */
  wish({ action, data, package: name, extras }: Wish): boolean {
    const wanted = (app: App): string | undefined =>
      screenWhere(app.data, ({ intents }) => intents?.includes(action) ?? false);
    const candidates = [...this.#apps.values()].filter(
      (app) => name === undefined || app.data.package === name,
    );
    const app = candidates.find((one) => wanted(one) !== undefined);
    const screen = app && wanted(app);
    if (!app || screen === undefined || !this.#find(app.data.package)) return false;
    const values = new Map([
      ['data', data],
      ['data.rest', decoded(data.replace(/^[a-z][a-z0-9+.-]*:/iu, ''))],
      ...[...extras].map(([key, value]): [string, string] => [`extra.${key}`, value]),
    ]);
    const takes = Object.entries(app.data.screens.all[screen]?.takes ?? {});
    this.#bringToFront(app);
    app.show(screen, new Map(takes.map(([key, text]) => [key, fill(text, values)])));
    return true;
  }

  home(): void {
    this.#bringToFront(this.#home);
  }

  /** Back: out of what lies over the app, out of a screen, out of the app. */
  back(): void {
    if (this.#over) {
      if (!this.#over.dialog) this.uncover();
    } else if (!this.#front.back()) this.home();
  }

  /** Lays the system's own screen over whatever is there: `screen` of the app with this role; its first by default. */
  cover(role: Role, screen?: string, args: ReadonlyMap<string, string> = new Map()): boolean {
    const app = this.withRole(role);
    const first = screen ?? app?.data.screens.start[0]?.screen;
    if (!app || first === undefined || !Object.hasOwn(app.data.screens.all, first)) return false;
    this.#over = app;
    app.pose(first, args);
    return true;
  }

  uncover(): void {
    this.#over?.stop();
    this.#over = undefined;
  }

  stop(packageName: string): void {
    this.#around.processes.stop(packageName);
    this.#around.collectors.stop(packageName);
    this.#apps.get(packageName)?.stop();
    if (this.#front.data.package === packageName) this.#front = this.#home;
  }

  clear(packageName: string): void {
    this.stop(packageName);
    this.#around.collectors.clear(packageName);
    this.#apps.get(packageName)?.clear();
  }

  /** Everything ends, and the phone shows its home screen. */
  restart(): void {
    this.uncover();
    for (const name of this.#apps.keys()) this.stop(name);
    this.#home.start();
    this.tell('boot');
  }

  /** Puts a newer version in place of an installed app; its state goes on. False when the ROM has none ready. */
  update(packageName: string): boolean {
    const newer = this.#newer(packageName);
    const older = this.#apps.get(packageName);
    if (!newer || !older) return false;
    this.stop(packageName);
    this.#around.packages.upgrade(newer);
    this.#around.collectors.replace(newer);
    const app = this.#install(newer);
    app.inherit(older);
    this.#apps.set(packageName, app);
    return true;
  }

  /** Told of the app that has the role, or of the phone itself. */
  tell(kind: StimulusKind, role?: Role, values: Readonly<Record<string, string>> = {}): void {
    const app = role && this.withRole(role);
    this.#around.collectors.notify({
      kind,
      package: app?.data.package ?? PHONE,
      values,
      state: app?.state ?? {},
    });
  }

  withRole(role: Role): App | undefined {
    return [...this.#apps.values()].find(({ data }) => data.roles?.includes(role));
  }

  #newer(packageName: string): RomApp | undefined {
    const installed = this.#around.packages.get(packageName)?.versionCode;
    return this.#around.rom.updates
      .filter((app) => app.package === packageName)
      .findLast((app) => installed !== undefined && app.versionCode > installed);
  }

  #find(packageName: string): App | undefined {
    return this.#around.packages.get(packageName) && this.#apps.get(packageName);
  }

  /** An app that was killed cannot say that it closed; one that is left can. */
  #bringToFront(app: App): void {
    this.#around.processes.start(app.data.package);
    if (!this.#over?.dialog) this.uncover();
    const left = this.#front;
    if (left === app) {
      app.start();
      return;
    }
    this.#front = app;
    this.#notify('app-closed', left, {});
    this.#notify('app-opened', app, {});
    app.start();
  }

  #notify(kind: StimulusKind, app: App, values: Readonly<Record<string, string>>): void {
    this.#around.collectors.notify({ kind, package: app.data.package, values, state: app.state });
  }

  #install(data: AppData): App {
    const app: App = outfit(data, this.#around, {
      tell: (kind, values) => {
        this.#notify(kind, app, values);
      },
      launch: (packageName, action) => {
        const extras = new Map<string, string>();
        if (app === this.#over) this.uncover();
        if (action !== undefined) this.wish({ action, data: '', package: packageName, extras });
        else if (packageName === '') this.home();
        else this.launch(packageName);
      },
      leave: () => {
        if (app === this.#over) this.uncover();
        else if (app === this.#front) this.home();
      },
      update: (packageName) => {
        this.update(packageName);
      },
      newer: (packageName) => this.#newer(packageName),
      clipboard: this.clipboard,
    });
    return app;
  }
}

function screenWhere(
  { screens }: AppData,
  test: (screen: AppData['screens']['all'][string]) => boolean,
): string | undefined {
  return Object.entries(screens.all).find(([, screen]) => test(screen))?.[0];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The package that stands for the phone itself. */
const PHONE = 'android';
