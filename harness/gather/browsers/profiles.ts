import type { BrowserProfile } from './profile.ts';
import { jelly } from './profiles/jelly.ts';
import { mint } from './profiles/mint.ts';

/** The browsers that we can drive, by the name they have in devices.json. A new one is one file and one line. */
export const profiles: ReadonlyMap<string, BrowserProfile> = new Map(
  [mint, jelly].map((profile) => [profile.name, profile]),
);
