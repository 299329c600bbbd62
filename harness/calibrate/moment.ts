import type { Moment } from '../handset/collectors/condition.ts';
import { circumstancesOf } from '../handset/phone/circumstances.ts';
import type { Rom, RomApp } from '../handset/roms/rom.ts';
import type { Condition } from '../record/plan.ts';
import type { Happening } from './replay.ts';

/**
 * Everything a rule may ask of the moment at which something happens in a browser under a condition. A factor is
 * the app's piece of state of the same name ("enhanced incognito" is `enhancedIncognito`); what no factor sets is
 * as the profile leaves the factory.
 */
export function momentOf(
  rom: Rom,
  app: RomApp,
  home: Pick<RomApp, 'package' | 'versionName'>,
  condition: Condition,
  { values }: Happening,
): Moment {
  const settings: ReadonlyMap<string, string> = new Map(
    Object.entries(rom.settings).flatMap(([namespace, words]) =>
      Object.entries(words).map(([key, value]) => [`${namespace}.${key}`, value] as const),
    ),
  );
  const state = new Map(Object.entries(app.state).map(([name, piece]) => [name, piece.default]));
  for (const [factor, level] of Object.entries(condition)) {
    const name = pieceOf(factor);
    if (state.has(name)) state.set(name, level);
  }
  // Whoever browses has been through the first-run screens.
  if (state.has('consented')) state.set('consented', 'yes');
  return {
    ...circumstancesOf({ get: (namespace, key) => settings.get(`${namespace}.${key}`) }),
    state,
    stimulus: new Map([['package', app.package], ...Object.entries(values)]),
    memory: new Map(),
    setting: (name) => settings.get(name),
    region: rom.properties['ro.miui.region'] ?? rom.region,
    version: home.versionName,
    days: 0,
    draw: () => 0,
  };
}

/** "enhanced incognito" → `enhancedIncognito`. */
function pieceOf(factor: string): string {
  return factor.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}
