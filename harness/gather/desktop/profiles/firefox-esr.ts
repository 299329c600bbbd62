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
      sign: { privateWindow: ['incognito', 'private'] },
    },
    {
      name: 'search suggestions',
      levels: ['off', 'on', 'on, private windows too'],
      since: null,
      switches: new Map(),
      // "Show search suggestions", "… in address bar results" and "… in Private Windows" of the settings.
      preferences: new Map([
        ['off', suggestions({ anywhere: false, inPrivate: false })],
        ['on', suggestions({ anywhere: true, inPrivate: false })],
        ['on, private windows too', suggestions({ anywhere: true, inPrivate: true })],
      ]),
      sign: 'preferences',
    },
  ],
};

function suggestions(on: { anywhere: boolean; inPrivate: boolean }): ReadonlyMap<string, boolean> {
  return new Map([
    ['browser.search.suggest.enabled', on.anywhere],
    ['browser.urlbar.suggest.searches', on.anywhere],
    ['browser.search.suggest.enabled.private', on.inPrivate],
  ]);
}
