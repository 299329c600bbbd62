import type { DesktopProfile } from './profile.ts';
import { chromium } from './profiles/chromium.ts';
import { firefoxEsr } from './profiles/firefox-esr.ts';

/** The desktop browsers that we can drive, by the name that devices.json gives them under "desktop". */
export const desktopProfiles: ReadonlyMap<string, DesktopProfile> = new Map(
  [chromium, firefoxEsr].map((profile) => [profile.name, profile]),
);
