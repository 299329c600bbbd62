import type { Fault } from '../../lib/fault.ts';

/** A phone at the bench, as a trial holds it: everything that adb does for the experiment. */
export interface Phone extends AsyncDisposable {
  /** The key in devices.json. */
  readonly name: string;
  identity(): Promise<PhoneIdentity>;
  /** The installed app; Fault `app-not-installed` when it is absent. */
  app(packageName: string): Promise<AppIdentity>;
  /** `pm clear`: back to the state after installation. */
  clear(packageName: string): Promise<void>;
  /** Sends the phone's traffic to `tapPort` of this machine, journalled for undo; nothing to do where its network does. */
  routeThrough(tapPort: number): Promise<void>;
  /** Ends what is closed when its user leaves, so that its last words are the trial's own; on a phone, apps live on. */
  rest(): Promise<void>;
  /** Whether the route still stands (reverse rules vanish on reconnect); `false` voids the trial. */
  routeStands(): Promise<boolean>;
  /** Puts the route back after a loss, and waits a while for a phone that is gone to come back. */
  reroute(signal: AbortSignal): Promise<void>;
  /** What is wrong between us and the phone now: whatever else goes wrong then goes wrong for that reason. */
  trouble(): Promise<Fault | null>;
  /** Puts the CA into the system store of a rooted phone, journalled; `false` on an unrooted one. */
  trust(caPem: string): Promise<boolean>;
  /**
   * Asks our own app there (docs/known-leak-app.md) to send each value by the way named, in the background. What it says it
   * sends; null where it is not installed.
   */
  leak(values: ReadonlyMap<string, string>): Promise<Leaked | null>;
  /** Ends an app and has it open an address by an intent, which needs nobody's hands. */
  visit(url: string, packageName: string): Promise<void>;
  /** The last lines of the phone's log, for the record of a void trial. */
  log(): Promise<string>;
}

/** What our own app says: its version, and the ways by which it sends. */
export interface Leaked {
  readonly version: string;
  readonly ways: readonly string[];
}

export interface PhoneIdentity {
  readonly model: string;
  /** "MIUI", "LineageOS", "AOSP" … as the properties say. */
  readonly romFamily: string;
  readonly romRegion: string;
  readonly romBuild: string;
  readonly android: string;
  readonly sdk: number;
  readonly fingerprint: string;
  readonly rooted: boolean;
}

export interface AppIdentity {
  readonly package: string;
  readonly versionName: string;
  readonly versionCode: number;
  /** SHA-256 of the base APK, hex; null where the phone does not let it be read. */
  readonly sha256: string | null;
  readonly signer: string | null;
}

/** Where the hands reach one device: everything that differs between a phone on USB and a reference handset. */
export interface DeviceLink {
  readonly name: string;
  readonly serial: string;
  readonly adb: { readonly host: string; readonly port: number };
  readonly webdriver: { readonly hostname: string; readonly port: number };
  readonly reference: boolean;
  /** Its network leads through us; no proxy setting need lead it. */
  readonly air: boolean;
  /** Returns when the programs of this machine that lead to it run: started again where they had ended. */
  readonly upkeep: () => Promise<void>;
  /** What stands for the internet behind the tap: null means the real one. */
  readonly world: World | null;
}

export interface World {
  /** `http://127.0.0.1:N`: an HTTP proxy (CONNECT too) that answers for every host. */
  readonly proxy: string;
  /** PEM file of the root that the handset's ROM ships. */
  readonly root: string;
  /** Certificate and key (PEM files) for leaklab.test that the phone trusts without us. */
  readonly site: { readonly cert: string; readonly key: string };
}
