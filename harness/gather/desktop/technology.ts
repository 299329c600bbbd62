import type { Child } from '../../lib/children.ts';
import type { Insight } from './insight.ts';
import type { DesktopProfile } from './profile.ts';
import type { Account } from './seat/account.ts';

/** What differs from one family of desktop browsers to the next: how it is led to the tap, and looked into. */
export interface Technology extends AsyncDisposable {
  /** Folder of the certificate store (NSS) that a browser with this home reads. */
  store(home: string): string;
  /** Makes ready in the home what the browser reads as it starts; its switches beside the condition's. */
  prepare(start: Start): Promise<readonly string[]>;
  /** Looks into a browser that is starting in this home; null when it ended instead. */
  look(browser: Child, home: string): Promise<Insight | null>;
}

export interface Start {
  readonly home: string;
  readonly account: Account;
  /** Null where everything that it sends is led to the tap anyway. */
  readonly proxy: { readonly host: string; readonly port: number } | null;
  /** What a person would change in its settings: preference → value. */
  readonly preferences: ReadonlyMap<string, boolean>;
}

/** What a technology is opened with: its own helpers run as the browser's user, in a folder of theirs. */
export interface Surroundings {
  readonly account: Account;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  /** The address at which what a browser listens with on its loopback is reached. */
  readonly at: string;
}

export type OpenTechnology = (around: Surroundings) => Promise<Technology>;

export type TechnologyName = DesktopProfile['technology'];
