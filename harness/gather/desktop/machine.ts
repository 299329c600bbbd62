import { release, type as system } from 'node:os';
import { run } from '../../lib/children.ts';
import { readText } from '../../record/disk.ts';
import { benchFault } from '../devices/faults.ts';
import type { AppIdentity, Phone, PhoneIdentity } from '../devices/phone.ts';
import { sha256Of } from '../disk.ts';
import type { DesktopProfile } from './profile.ts';
import type { Seat } from './seat/seat.ts';

/** This machine in a phone's place: what adb does for a phone, done for a browser that sits beside us. */
export class Machine implements Phone {
  readonly name: string;
  readonly #seat: Seat;
  readonly #profile: DesktopProfile;
  #tapPort: number | null = null;

  constructor(name: string, seat: Seat, profile: DesktopProfile) {
    this.name = name;
    this.#seat = seat;
    this.#profile = profile;
  }

  /** The system stands where a phone has its ROM. */
  async identity(): Promise<PhoneIdentity> {
    const about = new Map(
      ((await readText('/etc/os-release')) ?? '').split('\n').flatMap((line) => {
        const [, key, value] = /^([A-Z_]+)="?(.*?)"?$/.exec(line) ?? [];
        return key !== undefined && value !== undefined ? [[key, value] as const] : [];
      }),
    );
    const kernel = `${system()} ${release()} ${process.arch}`;
    return {
      model: 'desktop',
      romFamily: (about.get('NAME') ?? system()).split(' ')[0] ?? '',
      romRegion: 'global',
      romBuild: about.get('VERSION_ID') ?? '',
      android: '',
      sdk: 0,
      fingerprint: [about.get('PRETTY_NAME'), kernel].filter(Boolean).join(' · '),
      rooted: false,
    };
  }

  /** As the package manager says; the hash is that of the program itself. */
  async app(packageName: string): Promise<AppIdentity> {
    const { code, stdout } = await run('dpkg-query', ['-W', '-f', '${Version}', packageName]);
    const versionName = stdout.toString('utf8').trim();
    if (code !== 0 || versionName === '') {
      throw benchFault('app-not-installed', `${this.name}: there is no package ${packageName}`);
    }
    return {
      package: packageName,
      versionName,
      versionCode: Number.parseInt(versionName, 10) || 0,
      sha256: await sha256Of(this.#profile.binary),
      signer: null,
    };
  }

  async clear(): Promise<void> {
    if (await this.#seat.clear()) return;
    throw benchFault('desktop-gone', `${this.name}: the new home does not trust our CA`);
  }

  rest(): Promise<void> {
    return this.#seat.end();
  }

  routeThrough(tapPort: number): Promise<void> {
    this.#tapPort = tapPort;
    this.#seat.routeThrough(tapPort);
    return Promise.resolve();
  }

  /**
   * The network that the browser runs in, or the switches that it runs with, as the kernel has them; before its start
   * there is nothing to be lost.
   */
  async routeStands(): Promise<boolean> {
    const { running, ground } = this.#seat;
    if (!running) return this.#tapPort !== null;
    if (ground) return await ground.holds(running.child.pid);
    const line = await readText(`/proc/${String(running.child.pid)}/cmdline`).catch(() => null);
    const words = new Set(line?.split('\0'));
    return running.led.every((one) => words.has(one));
  }

  /** A browser that was started another way, or is gone, is not led back: the next trial starts a new one. */
  async reroute(): Promise<void> {
    await this.clear();
  }

  /** There is no cable between us and a browser on this machine. */
  trouble(): Promise<null> {
    return Promise.resolve(null);
  }

  trust(caPem: string): Promise<boolean> {
    return this.#seat.trust(caPem);
  }

  /** Our own app is one for phones. */
  leak(): Promise<null> {
    return Promise.resolve(null);
  }

  visit(): Promise<void> {
    const message = `${this.name}: a program of this machine takes no intents`;
    return Promise.reject(benchFault('errand-impossible', message));
  }

  log(): Promise<string> {
    return Promise.resolve(this.#seat.log());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#seat[Symbol.asyncDispose]();
  }
}
