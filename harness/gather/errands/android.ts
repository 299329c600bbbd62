import type { ScreenReading } from '../browsers/browser.ts';
import { readFactor, setFactor } from '../browsers/factors.ts';
import type { Finger } from '../browsers/finger.ts';
import type { Hands } from '../browsers/hands.ts';
import type { AdbDevice } from '../devices/adb.ts';
import { benchFault } from '../devices/faults.ts';
import type { Tap } from '../tap/tap.ts';
import type { Change, UndoJournal } from '../undo.ts';
import { settingNow, undo } from '../undo.ts';
import type { Deed } from './deed.ts';
import { deeds } from './deeds.ts';
import type { Errands } from './errands.ts';
import type { AccountScreens, PhoneFactor, SettingSwitch, Together } from './factors.ts';
import { PHONE_FACTORS } from './factors.ts';

/** What errands on an Android phone are run with. */
export interface Workbench {
  readonly device: AdbDevice;
  readonly journal: UndoJournal;
  readonly family: string;
  /** Starts the phone anew; resolves when it is led through the tap again. */
  restart(signal: AbortSignal): Promise<void>;
}

type ErrandHands = Pick<Hands, 'on' | 'start' | 'look' | 'renew'>;

/** Accounts on the bench are test accounts: this one exists nowhere. */
const TEST_ACCOUNT = 'leaklab-test-account';

/** Errands on a phone behind adb: its own screens through the browser's hands, its files and tables through the shell. */
export class AndroidErrands implements Errands {
  readonly #bench: Workbench;
  readonly #hands: ErrandHands;
  readonly #tap: Pick<Tap, 'withhold' | 'withholds'>;
  /** Of this trial, in the order in which it was made. */
  #left: Change[] = [];
  /** Settings whose value before us is in the journal. */
  readonly #noted = new Set<string>();
  /** Factor → the level that our hands led it to: some levels differ only in how they were reached. */
  readonly #levels = new Map<string, Led>();

  constructor(bench: Workbench, hands: ErrandHands, tap: Pick<Tap, 'withhold' | 'withholds'>) {
    this.#bench = bench;
    this.#hands = hands;
    this.#tap = tap;
  }

  async washOut(): Promise<void> {
    for (const change of this.#left.toReversed()) await undo(change, this.#bench.device);
    this.#left = [];
    this.#levels.clear();
    this.#tap.withhold(false);
  }

  async run(deed: Exclude<Deed, { do: 'idle' }>, signal: AbortSignal): Promise<void> {
    await deeds(deed, {
      ...this.#bench,
      restart: () => this.#bench.restart(signal),
      hands: this.#hands,
      leave: async (change) => {
        await this.#bench.journal.note(change);
        this.#left.push(change);
      },
    });
  }

  knows(factor: string): boolean {
    return PHONE_FACTORS.some(({ name }) => name === factor);
  }

  async set(factor: string, level: string): Promise<void> {
    const { name, control } = factorNamed(factor);
    if (control.kind === 'replies') {
      this.#tap.withhold(level === 'withheld');
      return;
    }
    if (control.kind === 'together') {
      for (const [part, at] of Object.entries(control.ways[level] ?? {})) await this.set(part, at);
      return;
    }
    await this.#note(control.setting);
    if (control.kind === 'account') {
      await this.#signInOrOut(control, level === 'signed in');
      this.#levels.set(factor, { level, shows: level });
      return;
    }
    const way = wayOf(name, control, level);
    const [namespace, key] = control.setting;
    if (way.anew) await this.#bench.device.ask(['settings', 'delete', namespace, key]);
    for (const position of way.through) await this.#put(name, control, position);
    const { says, through } = way;
    this.#levels.set(factor, { level, says, shows: through.at(-1) ?? 'on' });
  }

  async read(factor: string): Promise<ScreenReading> {
    const { name, control } = factorNamed(factor);
    if (control.kind === 'replies') {
      const level = this.#tap.withholds() ? 'withheld' : 'as sent';
      return { level, caption: 'what the tap does', ...(await this.#hands.look()) };
    }
    if (control.kind === 'together') return await this.#readAll(control);
    const led = this.#levels.get(factor);
    const [namespace, key] = control.setting;
    const now = await this.#bench.device.ask(['settings', 'get', namespace, key]);
    const says = now === 'null' || now === '' ? null : now;
    const seen = control.kind === 'account' ? await this.#seeAccount(control) : null;
    const reading =
      seen ??
      (await this.#onScreen(asSwitch(control), (finger) => readFactor(finger, one(name, control))));
    const found = `${reading.level}, ${namespace} ${key} ${says ?? 'absent'}`;
    const there =
      led?.shows === reading.level && (led.says === undefined || led.says === says) ? led : null;
    return { ...reading, level: there?.level ?? found, caption: `${reading.caption} · ${found}` };
  }

  async #readAll({ ways }: Together): Promise<ScreenReading> {
    const readings = new Map<string, ScreenReading>();
    for (const part of Object.keys(Object.values(ways)[0] ?? {})) {
      readings.set(part, await this.read(part));
    }
    const fits = Object.entries(ways).find(([, parts]) =>
      Object.entries(parts).every(([part, at]) => readings.get(part)?.level === at),
    );
    const [last] = [...readings.values()].reverse();
    if (!last) throw new Error('a factor of no parts');
    const each = [...readings].map(([part, { level }]) => `${part} ${level}`).join(', ');
    return { ...last, level: fits?.[0] ?? each, caption: each };
  }

  async halfTime(condition: Readonly<Record<string, string>>): Promise<void> {
    for (const [factor, level] of Object.entries(condition)) {
      const known = PHONE_FACTORS.find(({ name }) => name === factor);
      if (known?.control.kind !== 'switch') continue;
      const { later } = wayOf(factor, known.control, level);
      if (later === undefined) continue;
      await this.#put(factor, known.control, later);
      this.#levels.set(factor, { level, shows: later });
    }
  }

  async #put(name: string, control: SettingSwitch, position: 'on' | 'off'): Promise<void> {
    await this.#onScreen(control, (finger) => setFactor(finger, one(name, control), position));
  }

  async #onScreen<T>(
    { screen, package: app }: Pick<SettingSwitch, 'screen' | 'package'>,
    work: (finger: Finger) => Promise<T>,
  ): Promise<T> {
    await this.#bench.device.ask(['am', 'start', '-W', ...screen]);
    return await this.#hands.on(app, work);
  }

  async #signInOrOut(control: AccountScreens, wanted: boolean): Promise<void> {
    const { package: app } = control;
    const isIn = [{ id: 'account_id' }];
    await this.#hands.on(app, async (finger) => {
      await finger.activate(null);
      const screen = await finger.until(
        async () => {
          const now = await finger.look();
          return now.sees([...isIn, { id: 'et_account_name' }]) ? now : null;
        },
        () =>
          benchFault('switch-not-found', 'the account app shows no account and no way to sign in'),
      );
      if (screen.sees(isIn) === wanted) return;
      if (wanted) {
        await finger.type([{ id: 'et_account_name' }], TEST_ACCOUNT);
        await finger.type([{ id: 'et_account_password' }], 'none');
        await finger.tap([{ id: 'sign_in' }, { text: 'Sign in' }]);
      } else {
        await finger.tap([{ id: 'sign_out' }, { text: 'Sign out' }]);
        await finger.tap([{ id: 'android:id/button1' }]);
      }
    });
  }

  async #seeAccount({ package: app }: AccountScreens): Promise<ScreenReading> {
    return await this.#hands.on(app, async (finger) => {
      await finger.activate(null);
      const screen = await finger.look();
      const name = screen.look([{ id: 'account_id' }]);
      const level = name ? 'signed in' : 'signed out';
      return { level, caption: name?.text ?? 'no account', ...(await finger.evidenceOf(screen)) };
    });
  }

  /** Once for each setting: what it was before any of our hands is what it is put back to. */
  async #note(setting: readonly ['global' | 'secure', string]): Promise<void> {
    const [, key] = setting;
    if (this.#noted.has(key)) return;
    await this.#bench.journal.note(await settingNow(this.#bench.device, setting, null));
    this.#noted.add(key);
  }
}

/** Where our hands led a switch: levels that end alike are told apart by the way, as long as the phone stands at its end. */
interface Led {
  readonly level: string;
  /** What the screen then shows. */
  readonly shows: string;
  /** What the setting then says, where that tells more. */
  readonly says?: string | null | undefined;
}

function factorNamed(name: string): PhoneFactor {
  const factor = PHONE_FACTORS.find((one) => one.name === name);
  if (!factor) throw new Error(`the phone has no factor "${name}"`);
  return factor;
}

function wayOf(
  name: string,
  { ways }: SettingSwitch,
  level: string,
): SettingSwitch['ways'][string] {
  const way = ways[level];
  if (!way) throw benchFault('switch-not-found', `"${name}" has no level "${level}"`);
  return way;
}

function asSwitch(
  control: SettingSwitch | AccountScreens,
): Pick<SettingSwitch, 'screen' | 'package'> {
  return control.kind === 'switch' ? control : { screen: [], package: control.package };
}

/** The row in the words that browsers' switches are set in. */
function one(
  name: string,
  control: SettingSwitch | AccountScreens,
): Parameters<typeof setFactor>[1] {
  const captions = control.kind === 'switch' ? control.captions : [];
  return {
    name,
    levels: ['off', 'on'],
    since: null,
    control: { kind: 'switch', route: [], captions, checked: 'on', unchecked: 'off' },
  };
}
