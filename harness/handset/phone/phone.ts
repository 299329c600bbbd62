import type { Duplex } from 'node:stream';
import type { Clock } from '../../lib/clock.ts';
import type { Chance } from '../../lib/seed.ts';
import type { Rom, RomApp } from '../roms/rom.ts';
import type { Faults } from './faults/faults.ts';
import type { Files } from './storage/files.ts';
import type { LogBuffer } from './log.ts';
import type { Packages } from './programs/packages.ts';
import type { Processes } from './programs/processes.ts';
import type { Settings } from './settings.ts';
import type { Belongings } from './owner/belongings.ts';
import type { StimulusKind } from './stimulus.ts';
import type { Trace } from './trace.ts';

/**
 * One emulated phone: state that the adb side, the screen and the apps share. State lives in memory and ends
 * with the program. Nothing in here knows what the experiment hopes to find.
 */
export interface Phone {
  readonly rom: Rom;
  readonly clock: Clock;
  readonly chance: Chance;
  /** What `getprop` answers. */
  readonly properties: ReadonlyMap<string, string>;
  readonly settings: Settings;
  readonly belongings: Belongings;
  /** What is wrong with it now, on purpose. */
  readonly faults: Faults;
  readonly packages: Packages;
  readonly processes: Processes;
  readonly files: Files;
  readonly log: LogBuffer;
  readonly reverse: ReverseRules;
  readonly network: Network;
  /** The program that renders pages, where the ROM profile asks for a real one. */
  readonly engine?: { readonly devtools: number | undefined } | undefined;
  readonly screen: Screen;
  /** A broadcast to one app, which asks it to send each value by the way named; the ways that it takes, in that order. */
  ask(packageName: string, values: ReadonlyMap<string, string>): readonly string[];
  readonly automation: Automation;
  /** Every service, shell command and HTTP call, for golden files; what is unknown is marked so. */
  readonly trace: Trace;
}

/** The way out through adb: rules set by the host with `adb reverse`, one set for each transport. */
export interface ReverseRules {
  /** Opens a stream to whatever the host put behind the phone's `tcp:port`; rejects when there is no rule. */
  connect(port: number): Promise<Duplex>;
}

/** What apps use to reach the internet: the phone's own proxy setting and trust store. */
export interface Network {
  fetch(request: AppRequest, signal?: AbortSignal): Promise<AppResponse>;
  /** An answer of status 200 means that it was taken; nobody may have. */
  tell(message: AppMessage, signal?: AbortSignal): Promise<AppResponse>;
}

export interface AppRequest {
  readonly package: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  /** In the order and case in which they go out. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Buffer;
  /** Past the phone's proxy setting, where the network that it is on leads. */
  readonly direct?: boolean;
  /** Certificates that were added to the phone are not believed, whatever the ROM says. */
  readonly onlyShippedCa?: boolean;
}

/** Bytes that leave in another way than as an HTTP request. Names and QUIC go past the proxy whatever it is set to. */
export type AppMessage = Pick<AppRequest, 'package' | 'direct' | 'onlyShippedCa'> & {
  readonly host: string;
} & (
    | { readonly as: 'dns' }
    | { readonly as: 'quic' }
    | {
        readonly as: 'tcp' | 'websocket';
        readonly port: number;
        readonly secure: boolean;
        /** Of a WebSocket: with the query. */
        readonly path: string;
        readonly headers: readonly (readonly [string, string])[];
        readonly payload: Buffer;
      }
  );

export type AppResponse =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      readonly body: Buffer;
    }
  /** `error` in Chromium's words, e.g. net::ERR_CERT_AUTHORITY_INVALID, net::ERR_PROXY_CONNECTION_FAILED. */
  | { readonly ok: false; readonly error: string };

/** Something that happened on the phone which a collector may report. The list, with values: stimulus.ts. */
export interface Stimulus {
  readonly kind: StimulusKind;
  /** The app it happened in; `android` for what happens to the phone itself. */
  readonly package: string;
  /** What happened, under the names that stimulus.ts lists for the kind. */
  readonly values: Readonly<Record<string, string>>;
  /** The app's state then, for the collector's conditions: mode, toggles … in the words of the app's data file. */
  readonly state: Readonly<Record<string, string>>;
}

/** Told of every stimulus; sends what the ROM profile's rules say. */
export interface Collectors {
  notify(stimulus: Stimulus): void;
  /** `pm clear`: forgets queue and per-install identifiers of the package. */
  clear(packageName: string): void;
  /** `am force-stop`: the process is gone; what was queued in memory or on disk follows the profile. */
  stop(packageName: string): void;
  /** A newer version took an app's place: its collectors go on with the older one's identifiers and unsent rows. */
  replace(app: RomApp): void;
  /** Factory reset: all is forgotten but what the hardware is. */
  reset(): void;
}

/** The user interface as the shell tools and the automation server drive it. */
export interface Screen {
  foreground(): { readonly package: string; readonly activity: string };
  /** Brings an app to the front, starting it if need be; false when there is no such app or activity. */
  launch(packageName: string, activity?: string, options?: { readonly stop?: boolean }): boolean;
  /** An ACTION_VIEW intent. */
  open(url: string, packageName?: string): boolean;
  /** Any other intent: the screen of an app that answers it; false when none does. */
  wish(wish: {
    readonly action: string;
    readonly data: string;
    readonly package: string | undefined;
    readonly extras: ReadonlyMap<string, string>;
  }): boolean;
  /** Pulls the shade down from the status bar, or lets it up. */
  shade(down: boolean): void;
  /** Lays a question of the system over whatever is there; false when the ROM has no such question. */
  ask(question: string, args?: ReadonlyMap<string, string>): boolean;
  /** Puts the newer version that the ROM profile has ready in place of an app; false when there is none. */
  update(packageName: string): boolean;
  /** The phone starts anew: every app ends, and what boots is told. */
  restart(): void;
  /** Calls back each time it has. */
  whenRestarted(callback: () => void): void;
  readonly clipboard: { text: string };
  /** Ends the app's process: `am force-stop`. */
  stop(packageName: string): void;
  /** Ends it and forgets its data: `pm clear`. */
  clear(packageName: string): void;
  tap(x: number, y: number): void;
  drag(
    from: { readonly x: number; readonly y: number },
    to: { readonly x: number; readonly y: number },
  ): void;
  type(text: string): void;
  /** Android key code: 3 home, 4 back, 66 enter … */
  key(code: number): void;
  screenshot(): Promise<Buffer>;
}

/** The UiAutomator2 server's process: bound to device port 6790 while `am instrument` runs. */
export interface Automation {
  /** Starts it; `ended` settles when it stops. A second start ends the first, and never unbinds the second. */
  start(): { readonly ended: Promise<void>; stop(): void };
  /** Hands over one connection to port 6790; false while nothing listens there. */
  accept(stream: Duplex): boolean;
  readonly listening: boolean;
}
