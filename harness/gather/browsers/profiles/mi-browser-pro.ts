import type { BrowserProfile } from '../profile.ts';
import { miBrowser } from './mi-browser.ts';

/** The same browser from the Play Store: another package around the same code (`com.android.browser` inside). */
export const miBrowserPro: BrowserProfile = {
  ...miBrowser,
  name: 'mi-browser-pro',
  label: 'Mi Browser Pro',
  package: 'com.mi.globalbrowser',
};
