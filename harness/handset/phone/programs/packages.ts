import { createHash } from 'node:crypto';
import type { Rom, RomService } from '../../roms/rom.ts';
import type { Files } from '../storage/files.ts';

export interface InstalledPackage {
  readonly package: string;
  readonly versionName: string;
  readonly versionCode: number;
  /** Part of the ROM: cannot be uninstalled. */
  readonly system: boolean;
  /** Class that the launcher starts, in full; null when there is none. */
  readonly activity: string | null;
  /** First eight hex digits of the signing certificate's SHA-256, as dumpsys shows a signature. */
  readonly signer: string;
  readonly sha256: string;
  readonly size: number;
  readonly path: string;
  readonly uid: number;
  readonly minSdk: number;
  readonly targetSdk: number;
  readonly permissions: readonly string[];
  readonly granted: Set<string>;
  readonly instrumentation: { readonly runner: string; readonly target: string } | null;
}

/** What an APK says of itself, as far as `pm` needs it. */
export type Apk = Omit<InstalledPackage, 'system' | 'path' | 'uid' | 'granted'>;

/** The installed apps. Of an APK only hash and size stay, as a sealed file under /data/app. */
export class Packages {
  readonly #files: Files;
  readonly #installed = new Map<string, InstalledPackage>();
  readonly #rom: string;
  #nextUid = 10_100;

  constructor(rom: Pick<Rom, 'name' | 'apps' | 'services'>, files: Files) {
    this.#files = files;
    this.#rom = rom.name;
    for (const app of rom.apps) this.#add(builtIn(rom.name, app), app.system);
    for (const service of rom.services) this.#add(builtIn(rom.name, service), true);
  }

  get(packageName: string): InstalledPackage | undefined {
    return this.#installed.get(packageName);
  }

  list(): readonly InstalledPackage[] {
    return [...this.#installed.values()].toSorted((a, b) => (a.package < b.package ? -1 : 1));
  }

  instrumentation(component: string): InstalledPackage | undefined {
    return this.list().find(
      (app) => app.instrumentation && `${app.package}/${app.instrumentation.runner}` === component,
    );
  }

  /** Installs or replaces; refuses, in Android's words, an older version and another signer. */
  install(apk: Apk): 'Success' | `Failure [${string}]` {
    const before = this.#installed.get(apk.package);
    if (before && before.signer !== apk.signer) {
      return `Failure [INSTALL_FAILED_UPDATE_INCOMPATIBLE: Package ${apk.package} signatures do not match previously installed version; ignoring!]`;
    }
    if (before && before.versionCode > apk.versionCode)
      return 'Failure [INSTALL_FAILED_VERSION_DOWNGRADE]';
    this.#add(apk, before?.system ?? false);
    return 'Success';
  }

  /** A newer version of an app that the ROM profile describes. */
  upgrade(app: Rom['apps'][number]): void {
    this.#add(builtIn(this.#rom, app), app.system);
  }

  /** False when there is no such app, or the ROM owns it. */
  uninstall(packageName: string): boolean {
    const app = this.#installed.get(packageName);
    if (!app || app.system) return false;
    this.#files.remove(app.path.replace(/\/[^/]*$/, ''));
    return this.#installed.delete(packageName);
  }

  #add(apk: Apk, system: boolean): void {
    const path = `/data/app/${apk.package}/base.apk`;
    const before = this.#installed.get(apk.package);
    const uid = before?.uid ?? this.#nextUid++;
    this.#files.seal(path, { sha256: apk.sha256, size: apk.size });
    this.#installed.set(apk.package, {
      ...apk,
      system,
      path,
      uid,
      granted: before?.granted ?? new Set(),
    });
  }
}

/** Hash and signer of a built-in app follow from ROM, package and version, so that they are the same every time. */
function builtIn(romName: string, app: RomService & { readonly activity?: string }): Apk {
  const { package: name, versionName, versionCode } = app;
  const hash = (...words: readonly string[]): string =>
    createHash('sha256').update(words.join('\n')).digest('hex');
  const sha256 = hash('apk', romName, name, versionName, String(versionCode));
  return {
    package: name,
    versionName,
    versionCode,
    activity: app.activity === undefined ? null : fullClass(name, app.activity),
    signer: hash('signer', name).slice(0, 8),
    sha256,
    size: 1_000_000 + (Number.parseInt(sha256.slice(0, 6), 16) % 20_000_000),
    minSdk: 26,
    targetSdk: 28,
    permissions: ['android.permission.INTERNET'],
    instrumentation: null,
  };
}

/** `P/.A`, `.A` and `P/C` name the same kind of thing as the class in full, which is what is kept. */
export function fullClass(packageName: string, activity: string): string {
  const name = activity.slice(activity.indexOf('/') + 1);
  return name.startsWith('.') ? `${packageName}${name}` : name;
}
