import type { Moment } from '../handset/collectors/condition.ts';
import { circumstancesOf, KEYS } from '../handset/phone/circumstances.ts';
import type { Rom, RomApp } from '../handset/roms/rom.ts';
import type { Condition } from '../record/plan/plan.ts';
import { AS_DELIVERED } from '../scenario.ts';
import type { Happening } from './replay.ts';

/**
 * Everything a rule may ask of the moment at which something happens under a condition. A browser's factor is the app's
 * piece of state of the same name ("enhanced incognito" is `enhancedIncognito`), a phone's the setting behind it; what no
 * factor sets is as the profile leaves the factory.
 */
export function momentOf(
  rom: Rom,
  app: RomApp,
  home: Pick<RomApp, 'package' | 'versionName'>,
  condition: Condition,
  { values, in: where, settings: changed }: Happening,
): Moment {
  const settings: ReadonlyMap<string, string> = new Map([
    ...Object.entries(rom.settings).flatMap(([namespace, words]) =>
      Object.entries(words).map(([key, value]) => [`${namespace}.${key}`, value] as const),
    ),
  ]);
  const set = new Map([...settingsUnder(condition, settings), ...changed]);
  const inBrowser = where === 'browser';
  return {
    ...circumstancesOf({ get: (namespace, key) => set.get(`${namespace}.${key}`) }),
    state: inBrowser ? stateUnder(condition, app) : new Map(),
    stimulus: new Map([
      ['package', inBrowser ? app.package : 'android'],
      ...Object.entries(values),
    ]),
    memory: new Map(),
    setting: (name) => set.get(name),
    region: rom.properties['ro.miui.region'] ?? rom.region,
    version: home.versionName,
    days: 0,
    draw: () => 0,
  };
}

function stateUnder(condition: Condition, app: RomApp): Map<string, string> {
  const state = new Map(Object.entries(app.state).map(([name, piece]) => [name, piece.default]));
  for (const [factor, level] of Object.entries(condition)) {
    const name = pieceOf(factor);
    if (state.has(name) && level !== AS_DELIVERED) state.set(name, level);
  }
  // Whoever browses has been through the first-run screens.
  if (state.has('consented')) state.set('consented', 'yes');
  return state;
}

function settingsUnder(
  condition: Condition,
  delivered: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const settings = new Map(delivered);
  for (const [factor, level] of Object.entries(condition).flatMap(parts)) {
    const known = BEHIND.get(factor);
    if (!known) continue;
    const value = known.levels[level];
    if (value === undefined) continue;
    if (value === null) settings.delete(known.key);
    else settings.set(known.key, value);
  }
  return settings;
}

/** History is synchronised with an account, with sync and Mi Cloud on; without the latter two it is not. */
function parts([factor, level]: [string, string]): [string, string][] {
  if (factor !== 'history sync') return [[factor, level]];
  return [
    ['Mi Account', 'signed in'],
    ['sync', level],
    ['Mi Cloud', level],
  ];
}

/** Factor → the setting that a rule sees, and what it says at each level; null: nothing. */
const BEHIND: ReadonlyMap<
  string,
  { readonly key: string; readonly levels: Readonly<Record<string, string | null>> }
> = new Map([
  [
    'Mi Account',
    { key: KEYS.account.join('.'), levels: { 'signed out': null, 'signed in': 'somebody' } },
  ],
  [
    'User Experience Program',
    {
      key: KEYS.experience.join('.'),
      levels: { 'not yet asked': null, refused: '0', accepted: '1', withdrawn: '0' },
    },
  ],
  ['sync', { key: KEYS.sync.join('.'), levels: { off: '0', on: '1' } }],
  ['Mi Cloud', { key: KEYS.cloud.join('.'), levels: { off: '0', on: '1' } }],
  ['Cloud Messaging', { key: KEYS.cloudMessaging.join('.'), levels: { off: '0', on: '1' } }],
  ['Wi-Fi', { key: 'global.wifi_on', levels: { on: '1', off: '0', 'off, then on': '0' } }],
]);

/** "enhanced incognito" → `enhancedIncognito`. */
function pieceOf(factor: string): string {
  return factor.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}
