import { Fault, messageOf } from '../../lib/fault.ts';
import { faultOf } from '../devices/faults.ts';
import { freePort } from '../devices/server.ts';
import type { DeviceLink } from '../devices/phone.ts';
import type { Session } from '../../lib/webdriver.ts';
import { openSession } from '../../lib/webdriver.ts';

/** The phone's automation as the hands use it: look, tap, type. Every call is one round trip, and waits for nothing. */
export interface Driver extends AsyncDisposable {
  /** All that is on the screen now and fits, in the order of the tree. */
  find(where: Where): Promise<readonly Thing[]>;
  /** Scrolls what can be scrolled until this text is in sight, or to its end. */
  scrollTo(text: string): Promise<void>;
  /** Brings an app to the front, starting it if need be. */
  activate(packageName: string, activity: string | null): Promise<void>;
  /** Ends an app, as a swipe in the list of those that were used last does. */
  terminate(packageName: string): Promise<void>;
  enter(): Promise<void>;
  back(): Promise<void>;
  /** UI tree, XML. */
  source(): Promise<string>;
  /** PNG. */
  screenshot(): Promise<Buffer>;
}

export type Where =
  | { readonly id: string }
  | { readonly text: string }
  | { readonly description: string }
  | { readonly xpath: string };

/** One thing on the screen. Any call may throw `Vanished`: screens change under the finger. */
export interface Thing {
  tap(): Promise<void>;
  /** Replaces what is in an edit field. */
  type(text: string): Promise<void>;
  text(): Promise<string>;
}

/** The thing was there a moment ago. */
export class Vanished extends Error {}

/** Longer than any quiet time of a trial: the session must not end because nothing is asked of it. */
const QUIET_SECONDS = 3600;
/** A session may have to install its server first. */
const OPEN_MS = 180_000;
/** Far above the slowest screen: a phone that takes longer answers nothing any more. */
const CALL_MS = 60_000;
const GOODBYE_MS = 10_000;

/**
 * Opens a session with the phone's automation through Appium. It launches no app and resets nothing: the state of the
 * phone is the trial's. Faults: appium-gone, session-refused, session-lost.
 */
export async function openDriver(link: DeviceLink): Promise<Driver> {
  const work = openSession(link.webdriver, await capabilitiesFor(link), OPEN_MS);
  const session = await asked(link.name, work);
  session.options.connectionRetryTimeout = CALL_MS;
  const ask = <T>(call: Promise<T>): Promise<T> => asked(link.name, call);
  return {
    find: async (where) => {
      const found = await ask(session.findElements(...strategy(where)));
      return found.map((reference) => thing(session, reference[ELEMENT], ask));
    },
    scrollTo: async (text) => {
      const list = 'new UiScrollable(new UiSelector().scrollable(true))';
      const java = `${list}.scrollIntoView(new UiSelector().text(${JSON.stringify(text)}))`;
      await ask(session.findElements('-android uiautomator', java));
    },
    terminate: async (appId) => {
      await ask(session.executeScript('mobile: terminateApp', [{ appId }]));
    },
    activate: async (appId, activity) => {
      if (activity === null) await ask(session.executeScript('mobile: activateApp', [{ appId }]));
      else {
        const component = `${appId}/${activity}`;
        await ask(session.executeScript('mobile: startActivity', [{ component, wait: true }]));
      }
    },
    enter: async () => {
      await ask(session.executeScript('mobile: pressKey', [{ keycode: ENTER }]));
    },
    back: () => ask(session.back()),
    source: () => ask(session.getPageSource()),
    screenshot: async () => Buffer.from(await ask(session.takeScreenshot()), 'base64'),
    [Symbol.asyncDispose]: async () => {
      // A session that is lost cannot be ended; Appium itself ends with the lab.
      session.options.connectionRetryTimeout = GOODBYE_MS;
      await session.deleteSession().catch(() => undefined);
    },
  };
}

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const ENTER = 66;

function thing(session: Session, id: string, ask: <T>(call: Promise<T>) => Promise<T>): Thing {
  return {
    tap: () => ask(session.elementClick(id)),
    type: async (text) => {
      await ask(session.executeScript('mobile: replaceElementValue', [{ elementId: id, text }]));
    },
    text: () => ask(session.getElementText(id)),
  };
}

async function capabilitiesFor({ serial, adb }: DeviceLink): Promise<WebdriverIO.Capabilities> {
  return {
    platformName: 'Android',
    'appium:automationName': 'UiAutomator2',
    'appium:udid': serial,
    'appium:adbPort': adb.port,
    // Named even where it is this machine: an adb program that is told where its server is starts none by itself,
    // and one that Appium's adb started would outlive us.
    'appium:remoteAdbHost': adb.host,
    // A session of its own port: of those that the driver would choose from, another run may take the same one.
    'appium:systemPort': await freePort(0, 'port-taken'),
    // The adb server belongs to the lab, and other phones hang on it.
    'appium:suppressKillServer': true,
    'appium:noReset': true,
    'appium:newCommandTimeout': QUIET_SECONDS,
    'appium:uiautomator2ServerInstallTimeout': 90_000,
    'appium:uiautomator2ServerLaunchTimeout': 90_000,
  };
}

function strategy(where: Where): [using: string, value: string] {
  if ('xpath' in where) return ['xpath', where.xpath];
  if ('id' in where) return ['id', where.id];
  if ('description' in where) return ['accessibility id', where.description];
  return ['-android uiautomator', `new UiSelector().text(${JSON.stringify(where.text)})`];
}

async function asked<T>(where: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (/stale element|no such element|does not exist in DOM/i.test(messageOf(error))) {
      throw new Vanished('the thing is no longer on the screen', { cause: error });
    }
    const known = faultOf(error, where);
    throw known instanceof Fault ? known : error;
  }
}
