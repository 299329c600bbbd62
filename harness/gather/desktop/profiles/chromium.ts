import type { DesktopProfile } from '../profile.ts';

/** Debian's Chromium. Its private window is called Incognito; scenarios about several browsers say "private". */
export const chromium: DesktopProfile = {
  name: 'chromium',
  label: 'Chromium',
  package: 'chromium',
  technology: 'chromium',
  command: 'chromium',
  binary: '/usr/lib/chromium/chromium',
  window: ' - Chromium$',
  // chrome://settings/searchEngines: "type its shortcut in the address bar followed by your preferred keyboard shortcut"
  engines: new Map([
    ['Google', { shortcut: 'google.com', key: 'Tab' }],
    ['DuckDuckGo', { shortcut: 'duckduckgo.com', key: 'Tab' }],
  ]),
  factors: [
    {
      name: 'mode',
      levels: ['normal', 'incognito', 'private'],
      since: null,
      switches: new Map([
        ['normal', []],
        ['incognito', ['--incognito']],
        ['private', ['--incognito']],
      ]),
      preferences: new Map(),
      sign: { privateWindow: ['incognito', 'private'] },
    },
    {
      name: 'search suggestions',
      levels: ['off', 'on'],
      since: null,
      switches: new Map(),
      // "Improve search suggestions" of the settings; Debian's packages come with it off.
      preferences: new Map([
        ['off', new Map([['search.suggest_enabled', false]])],
        ['on', new Map([['search.suggest_enabled', true]])],
      ]),
      sign: 'preferences',
    },
  ],
};
