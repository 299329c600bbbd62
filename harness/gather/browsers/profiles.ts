import type { BrowserProfile } from './profile.ts';
import { jelly } from './profiles/jelly.ts';
import { miBrowserPro } from './profiles/mi-browser-pro.ts';
import { miBrowser } from './profiles/mi-browser.ts';
import { mint } from './profiles/mint.ts';

/** The browsers that we can drive, by the name they have in devices.json. A new one is one file and one line. */
export const profiles: ReadonlyMap<string, BrowserProfile> = new Map(
  [mint, miBrowser, miBrowserPro, jelly].map((profile) => [profile.name, profile]),
);
