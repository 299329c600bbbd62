import type { Clock } from '../../lib/clock.ts';
import { Fault } from '../../lib/fault.ts';
import { settingNow, undoAll, undoJournal } from '../undo.ts';
import type { Workbench } from '../errands/android.ts';
import type { UndoJournal } from '../undo.ts';
import { openAdb } from './adb.ts';
import type { AdbDevice } from './adb.ts';
import { absence, attach, reattach } from './way/attach.ts';
import { benchFault } from './faults.ts';
import { readApp, readIdentity } from './identity/identity.ts';
import type { AppIdentity, DeviceLink, Leaked, Phone, PhoneIdentity } from './phone.ts';
import { rootOf } from './root/root.ts';
import type { Root } from './root/root.ts';
import type { Route } from './way/route.ts';
import { overUsb, throughTheAir } from './way/route.ts';
import { addSystemCa, hasSystemCa } from './root/trust.ts';

/**
 * Takes a phone into use: attached, put back as it was found should an earlier run have left anything changed,
 * and put back again at the end. `undoDir` is `.leaklab/undo`. Faults: phone-not-attached, -unauthorised, -offline.
 */
export async function openPhone(
  link: DeviceLink,
  { undoDir, clock }: { undoDir: string; clock: Clock },
): Promise<Phone & { readonly workbench: Omit<Workbench, 'family'> }> {
  const adb = openAdb(link.adb);
  await link.upkeep();
  const device = await attach(adb, link.serial, clock);
  const back = async (signal: AbortSignal): Promise<void> => {
    await link.upkeep();
    await reattach(adb, link.serial, { clock, signal });
  };
  const journal = undoJournal(undoDir, link.name);
  await undoAll(journal, device);
  await noteAutomation(journal, device);
  return new AndroidPhone(link.name, device, journal, await rootOf(device), {
    back,
    pause: (signal) => clock.wait(500 / clock.scaled(1), signal),
    absence: () => absence(adb, link.serial),
    route: (tapPort) =>
      link.air ? throughTheAir(device, journal) : overUsb(device, journal, tapPort),
  });
}

/** What the automation switches on while it runs and off when it ends, should it end before it can. */
async function noteAutomation(journal: UndoJournal, device: AdbDevice): Promise<void> {
  for (const key of [
    'hidden_api_policy_pre_p_apps',
    'hidden_api_policy_p_apps',
    'hidden_api_policy',
  ]) {
    await journal.note(await settingNow(device, ['global', key], '1'));
  }
}

/** Ours: docs/known-leak-app.md. */
export const OUR_APP = 'lab.leaklab.known';

/** What is between adb and the phone. */
interface Cable {
  /** Returns when adb holds the phone again. */
  back(signal: AbortSignal): Promise<void>;
  /** A moment between two looks at a phone that is starting. */
  pause(signal: AbortSignal): Promise<void>;
  absence(): Promise<Fault | null>;
  /** The way to the tap. */
  route(tapPort: number): Route;
}

class AndroidPhone implements Phone {
  readonly name: string;
  readonly #device: AdbDevice;
  readonly #journal: UndoJournal;
  readonly #root: Root | null;
  readonly #cable: Cable;
  readonly #cleared = new Set<string>();
  #route: Route | null = null;
  /** Ours, where the phone took it. */
  #ca: string | null = null;

  constructor(
    name: string,
    device: AdbDevice,
    journal: UndoJournal,
    root: Root | null,
    cable: Cable,
  ) {
    this.name = name;
    this.#device = device;
    this.#journal = journal;
    this.#root = root;
    this.#cable = cable;
  }

  get workbench(): Omit<Workbench, 'family'> {
    return {
      device: this.#device,
      journal: this.#journal,
      restart: (signal) => this.#restart(signal),
    };
  }

  identity(): Promise<PhoneIdentity> {
    return readIdentity(this.#device, this.#root !== null);
  }

  app(packageName: string): Promise<AppIdentity> {
    return readApp(this.#device, packageName);
  }

  async clear(packageName: string): Promise<void> {
    if (!this.#cleared.has(packageName)) {
      await this.#journal.note({ kind: 'app', package: packageName });
      this.#cleared.add(packageName);
    }
    const said = await this.#device.ask(['pm', 'clear', packageName], 60_000);
    if (!said.includes('Success')) {
      throw benchFault('phone-refused', `${this.name}: pm clear ${packageName} said: ${said}`);
    }
  }

  rest(): Promise<void> {
    return Promise.resolve();
  }

  async routeThrough(tapPort: number): Promise<void> {
    const route = this.#cable.route(tapPort);
    await route.note();
    this.#route = route;
    await this.#lay(route);
  }

  async routeStands(): Promise<boolean> {
    if (!this.#route) return false;
    try {
      return await this.#route.stands();
    } catch (error) {
      // A phone that adb has lost has no way out at all; rerouting finds out whether it is back.
      if (error instanceof Fault && GONE.has(error.code)) return false;
      throw error;
    }
  }

  async trouble(): Promise<Fault | null> {
    const absent = await this.#cable.absence();
    if (absent || !this.#route || (await this.routeStands())) return absent;
    return benchFault('route-lost', `${this.name}: the way through the tap was lost`);
  }

  async reroute(signal: AbortSignal): Promise<void> {
    if (!this.#route) throw new Error('there is no route to put back');
    await this.#cable.back(signal);
    await this.#lay(this.#route);
  }

  async trust(caPem: string): Promise<boolean> {
    if (!this.#root) return false;
    const { sdk } = await this.identity();
    const took = await addSystemCa(caPem, {
      device: this.#device,
      root: this.#root,
      journal: this.#journal,
      sdk,
    });
    if (took) this.#ca = caPem;
    return took;
  }

  async leak(values: ReadonlyMap<string, string>): Promise<Leaked | null> {
    const app = await this.app(OUR_APP).catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'app-not-installed') return null;
      throw error;
    });
    if (app === null) return null;
    const extras = [...values].flatMap(([way, value]) => ['--es', way, value]);
    // An app that was installed and never opened is stopped, and hears nothing without that flag.
    const to = ['--include-stopped-packages', '-a', `${OUR_APP}.TELL`, '-n', `${OUR_APP}/.Tell`];
    const said = await this.#device.ask(['am', 'broadcast', ...to, ...extras], 60_000);
    const [, ways = ''] = /\bresult=-1, data="([^"]*)"/.exec(said) ?? [];
    return {
      version: app.versionName,
      ways: ways.split(',').filter((way) => values.has(way)),
    };
  }

  async visit(url: string, packageName: string): Promise<void> {
    const view = ['-a', 'android.intent.action.VIEW', '-d', url, packageName];
    await this.#device.ask(['am', 'start', '-S', '-W', ...view], 60_000);
  }

  async log(): Promise<string> {
    const { output } = await this.#device.shell(['logcat', '-d']);
    return output.slice(-LOG_CHARACTERS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await undoAll(this.#journal, this.#device);
  }

  /** Started anew, and led through the tap again; what it trusted of ours it trusts again. */
  async #restart(signal: AbortSignal): Promise<void> {
    await this.#device.reboot();
    for (let look = 1; !(await this.#isUp(signal, look >= MOST_LOOKS)); look++) {
      await this.#cable.pause(signal);
    }
    if (this.#ca !== null && !(await hasSystemCa(this.#ca, this.#device)))
      await this.trust(this.#ca);
  }

  /** For a moment adb holds the connection that is about to break: losing the phone then is part of it. */
  async #isUp(signal: AbortSignal, last: boolean): Promise<boolean> {
    try {
      await this.reroute(signal);
      return last || (await this.#device.ask(['getprop', 'sys.boot_completed'])) === '1';
    } catch (error) {
      if (last || !(error instanceof Fault && GONE.has(error.code))) throw error;
      return false;
    }
  }

  async #lay(route: Route): Promise<void> {
    await route.lay();
    if (!(await route.stands())) {
      throw benchFault('phone-refused', `${this.name}: the phone did not keep the proxy setting`);
    }
  }
}

/** Twice a second: longer than any phone takes to start. */
const MOST_LOOKS = 360;

const GONE: ReadonlySet<string> = new Set([
  'phone-offline',
  'phone-not-attached',
  'phone-unauthorised',
  'phone-mute',
  'adb-gone',
]);

const LOG_CHARACTERS = 256 * 1024;
