import type { Engine } from '../browsers/browser.ts';
import type { KnownBrowser, KnownFactor } from '../browsers/profile.ts';

/** A desktop browser as the hands know it, in data: one file a browser. */
export interface DesktopProfile extends KnownBrowser {
  /** Debian's package. */
  readonly package: string;
  readonly technology: 'chromium' | 'firefox';
  /** As typed into a shell; Debian's own start script, with the switches that Debian gives it. */
  readonly command: string;
  /** The program itself, whose hash says that it is still the same one. */
  readonly binary: string;
  /** A word that the titles of its windows hold and no other window's does (a regular expression of xdotool's). */
  readonly window: string;
  /** Engine → what is typed before the words, and struck after that, so that they go to this engine. */
  readonly engines: ReadonlyMap<Engine, { readonly shortcut: string; readonly key: string }>;
  readonly factors: readonly DesktopFactor[];
}

/** A factor that is set before the browser's first start, so that nothing is sent in another condition first. */
export interface DesktopFactor extends KnownFactor {
  /** Level → switches of the command line. */
  readonly switches: ReadonlyMap<string, readonly string[]>;
  /** Level → what a person would have changed in the settings. */
  readonly preferences: ReadonlyMap<string, ReadonlyMap<string, boolean>>;
  /** What the running browser is asked: whether its window is a private one, as in these levels, or for the preferences above. */
  readonly sign: { readonly privateWindow: readonly string[] } | 'preferences';
}
