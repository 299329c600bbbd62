import type { DesktopProfile } from '../profile.ts';

/** Debian's Chromium. Its private window is called Incognito; scenarios about several browsers say "private". */
export const chromium: DesktopProfile = {
  name: 'chromium',
  label: 'Chromium',
  package: 'chromium',
  command: 'chromium',
  binary: '/usr/lib/chromium/chromium',
  window: ' - Chromium$',
  // chrome://settings/searchEngines: "type its shortcut in the address bar followed by your preferred keyboard shortcut"
  engines: new Map([
    ['Google', 'google.com'],
    ['DuckDuckGo', 'duckduckgo.com'],
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
      sign: 'private window',
      meaning: ['incognito', 'private'],
    },
  ],
};
