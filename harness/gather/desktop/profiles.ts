import type { DesktopProfile } from './profile.ts';
import { chromium } from './profiles/chromium.ts';

/** The desktop browsers that we can drive, by the name that devices.json gives them under "desktop". */
export const desktopProfiles: ReadonlyMap<string, DesktopProfile> = new Map(
  [chromium].map((profile) => [profile.name, profile]),
);
