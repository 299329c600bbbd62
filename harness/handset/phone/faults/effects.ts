import type { Clock } from '../../../lib/clock.ts';
import type { Files } from '../storage/files.ts';
import type { ReverseRules, Screen } from '../phone.ts';
import type { Settings } from '../settings.ts';
import type { Faults } from './faults.ts';

/** The clock as the phone believes it; waiting takes as long as ever. */
export function phoneClock(real: Clock, faults: Faults): Clock {
  return {
    now: () => real.now() + (faults.is('clock-wrong')?.byMs ?? 0),
    wait: (ms, signal) => real.wait(ms, signal),
    scaled: (ms) => real.scaled(ms),
  };
}

/** The settings as apps on the network read them: a proxy may be one that was set earlier. */
export interface SettingsForApps {
  get: Settings['get'];
  /** What was held back is believed from now on: the phone has started anew. */
  refresh(): void;
}

export function settingsForApps(settings: Settings, faults: Faults): SettingsForApps {
  const now = (): string | undefined => settings.get('global', 'http_proxy');
  let believed = now();
  faults.watch(({ fault }, begins) => {
    if (fault === 'proxy-stale' && begins) believed = now();
  });
  return {
    get: (namespace, key) =>
      namespace === 'global' && key === 'http_proxy' && faults.is('proxy-stale')
        ? believed
        : settings.get(namespace, key),
    refresh: () => {
      believed = now();
    },
  };
}

/** Brings about those faults that change the phone itself when they begin and end. */
export function takeEffect(
  faults: Faults,
  {
    properties,
    files,
    screen,
    reverse,
    forApps,
  }: {
    properties: Map<string, string>;
    files: Pick<Files, 'fill'>;
    screen: Pick<Screen, 'ask' | 'whenRestarted'>;
    reverse: ReverseRules & { forget(): void };
    forApps: SettingsForApps;
  },
): void {
  screen.whenRestarted(() => {
    forApps.refresh();
  });
  const serial = properties.get('ro.serialno') ?? '';
  faults.watch((fault, begins) => {
    if (fault.fault === 'storage-full') files.fill(begins);
    else if (fault.fault === 'same-serial')
      properties.set('ro.serialno', begins ? fault.serial : serial);
    else if (fault.fault === 'dialog' && begins) screen.ask(fault.question);
    else if (fault.fault === 'reverse-lost' && begins) reverse.forget();
  });
}

/** What MIUI answers to a finger that is not the owner's. */
export const NO_INJECTION =
  'java.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission';

/** And to a setting that the shell would change. */
export const NO_SETTINGS =
  'java.lang.SecurityException: Permission denial: writing to settings requires:android.permission.WRITE_SECURE_SETTINGS';

/** The owner's two switches for what a host may do over USB; absent is on. MIUI's own keys are not public. */
export function usbMay(
  what: 'input' | 'install',
  { settings, faults }: { settings: Settings; faults: Faults },
): boolean {
  if (what === 'input' && faults.is('security-settings-off')) return false;
  if (what === 'install' && faults.is('install-refused')) return false;
  return settings.get('secure', `adb_${what}`) !== '0';
}
