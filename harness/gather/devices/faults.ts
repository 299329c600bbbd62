import { Fault, messageOf } from '../../lib/fault.ts';

/** What the person at the bench can do about it, by code: the one list of what a phone's side can answer. */
const ADVICE = {
  'adb-missing': 'Install it: apt-get install adb',
  'adb-too-old': 'Install adb 29 or newer: apt-get install adb',
  'adb-gone':
    'It is started again when it is next wanted, by the next trial or by --resume. If it happens often, look at the free memory of this machine.',
  'port-taken': 'End the program that listens there, or let a free port be chosen.',
  'phone-not-attached': 'Plug the phone in and switch USB debugging on, then look at: adb devices',
  'phone-unauthorised': 'Unlock the phone and accept this computer under "Allow USB debugging?".',
  'phone-offline': 'Unplug the phone and plug it in again; for one on Wi-Fi, connect it again.',
  'phone-mute': 'Look at the phone: it is attached and answers nothing. Restart it if it stays so.',
  'phone-refused':
    'Switch "USB debugging (Security settings)" on in the developer settings, restart the phone.',
  'app-not-installed': 'Install the browser on the phone, or take it out of devices.json.',
  'not-as-expected': 'Put the phone right, or write down in devices.json what it is now.',
  'android-home-missing': 'Install adb and aapt (apt-get install adb aapt), or set ANDROID_HOME.',
  'appium-port-taken': 'End the program that listens there, or let a free port be chosen.',
  'appium-gone':
    'It is started again when it is next wanted, by the next trial or by --resume. If it happens often, look at the end of .leaklab/work/<run>/appium.log.',
  'route-lost':
    'Nothing to do: it is put back before the next trial. If it happens often, take another cable or USB port.',
  'session-lost':
    'Nothing to do: the next trial opens a new session. If it happens often, restart the phone.',
  'session-refused':
    'Unlock the phone, keep its screen on, and look at the Appium log named in the message.',
  'desktop-gone':
    'Look at what it said; if it happens twice, start the browser by hand as an ordinary user.',
  'browser-not-at-home':
    'Look at the saved screen: a dialog that nobody expected may be in the way.',
  'switch-not-found':
    'Compare the saved screen with the browser profile: a caption may have changed.',
  'errand-impossible': 'Run the scenario on another device, or leave that step out.',
  'page-not-shown': 'Look at the saved screen; check that the network behind the tap answers.',
} as const;

export type BenchFault = keyof typeof ADVICE;

export function benchFault(code: BenchFault, message: string, cause?: unknown): Fault {
  return new Fault(code, message, ADVICE[code], cause === undefined ? undefined : { cause });
}

/** What adb, Appium and TLS say, and what it means at the bench. The first row that fits is taken. */
const FOREIGN: readonly (readonly [says: RegExp, code: BenchFault, inOurWords?: string])[] = [
  [
    /\/bin\/false .*start-server|cannot connect to daemon/,
    'adb-gone',
    'no adb server answers there',
  ],
  [
    /instrumentation process is not running/i,
    'session-lost',
    'the automation server on the phone has ended (crashed, or was ended with the app)',
  ],
  [/device unauthorized|state.*unauthorized/i, 'phone-unauthorised'],
  [/device still authorizing/i, 'phone-unauthorised'],
  [/device offline|state.*offline/i, 'phone-offline'],
  [/device '.*' not found|device not found|no devices\/emulators/i, 'phone-not-attached'],
  [/list of connected devices|find a connected Android device/i, 'phone-not-attached'],
  [/INJECT_EVENTS|WRITE_SECURE_SETTINGS|Permission denial/i, 'phone-refused'],
  [/cut short|^(Failure: ')?closed'?$|Premature end of stream|device is gone/i, 'phone-offline'],
  [/ADB binary|start-server|adb server .*(killed|version)|protocol fault/i, 'adb-gone'],
  [/aborted due to timeout/i, 'phone-mute'],
  [/A new session could not be created/i, 'session-refused'],
  [
    /instrumentation process|socket hang up|invalid session id|session is either terminated/i,
    'session-lost',
  ],
  [/cannot be proxied to UiAutomator2|Could not proxy command/i, 'session-lost'],
  [/ECONNREFUSED|ECONNRESET|UND_ERR|Unable to connect to "http/i, 'appium-gone'],
];

/**
 * The Fault that a foreign error stands for, `where` naming the phone; anything unknown is a bug and comes back as
 * it is, with its stack.
 */
export function faultOf(error: unknown, where: string): unknown {
  if (error instanceof Fault) return error;
  const said = messageOf(error);
  const row = FOREIGN.find(([says]) => says.test(said));
  return row ? benchFault(row[1], `${where}: ${row[2] ?? firstLine(said)}`, error) : error;
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 300);
}
