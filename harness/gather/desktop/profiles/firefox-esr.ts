import type { DesktopProfile } from '../profile.ts';

/** Debian's Firefox ESR. */
export const firefoxEsr: DesktopProfile = {
  name: 'firefox-esr',
  label: 'Firefox ESR',
  package: 'firefox-esr',
  technology: 'firefox',
  command: 'firefox-esr',
  binary: '/usr/lib/firefox-esr/libxul.so',
  window: 'Mozilla Firefox',
  // Settings, search: "@" and the engine's name stand for it in the address field.
  engines: new Map([
    ['Google', { shortcut: '@google', key: 'space' }],
    ['DuckDuckGo', { shortcut: '@duckduckgo', key: 'space' }],
  ]),
  factors: [
    {
      name: 'mode',
      levels: ['normal', 'incognito', 'private'],
      since: null,
      switches: new Map([
        ['incognito', ['--private-window']],
        ['private', ['--private-window']],
      ]),
      preferences: new Map(),
      sign: 'private window',
      meaning: ['incognito', 'private'],
    },
    {
      name: 'search suggestions',
      levels: ['off', 'on'],
      since: null,
      switches: new Map(),
      // "Show search suggestions" of the settings, and "… in address bar results" beside it.
      preferences: new Map([
        ['off', new Map([['browser.search.suggest.enabled', false]])],
        [
          'on',
          new Map([
            ['browser.search.suggest.enabled', true],
            ['browser.urlbar.suggest.searches', true],
          ]),
        ],
      ]),
      sign: { preference: 'browser.search.suggest.enabled' },
      meaning: ['on'],
    },
  ],
};
