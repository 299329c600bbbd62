import { fullClass } from '../../../phone/programs/packages.ts';
import type { Phone } from '../../../phone/phone.ts';
import type { Answer, Call } from '../../tool.ts';
import { intentOf, shownIntent } from './intent.ts';
import type { Intent } from './intent.ts';

/** `am start`: brings an app or a page to the front, or starts an app that has no screen of its own. */
export function start({ phone }: Call, args: readonly string[]): Answer {
  const intent = intentOf(args);
  const starting = `Starting: ${shownIntent(intent)}\n`;
  if (!begun(phone, intent)) return { out: starting, err: notFound(intent), code: 1 };
  const { package: name, activity } = phone.screen.foreground();
  phone.processes.start(intent.package === '' ? name : intent.package);
  if (!intent.wait) return starting;
  const shown =
    intent.activity === undefined
      ? `${name}/${fullClass(name, activity)}`
      : `${intent.package}/${intent.activity}`;
  return `${starting}Status: ok\nLaunchState: COLD\nActivity: ${shown}\nTotalTime: 120\nWaitTime: 125\nComplete\n`;
}

function begun(phone: Phone, intent: Intent): boolean {
  const { package: name, activity, data } = intent;
  if (name !== '' && !phone.packages.get(name)) return false;
  if (intent.stopFirst && name !== '') {
    phone.screen.stop(name);
    phone.processes.stop(name);
  }
  if (data !== undefined && /^https?:/i.test(data))
    return phone.screen.open(data, name === '' ? undefined : name);
  if (wished(phone, intent)) return true;
  if (name === '') return home(phone, intent);
  const wanted = activity === undefined ? undefined : fullClass(name, activity);
  if (phone.screen.launch(name, wanted, { stop: intent.stopFirst })) return true;
  if (phone.rom.apps.some((app) => app.package === name)) return false;
  // An app that was installed over adb has no screens here: it runs as a foreground service, unseen.
  phone.processes.start(name, { service: true });
  return true;
}

/** Intents that some app's screen answers; MAIN is the launcher's and names an app or nothing. */
function wished(phone: Phone, { action, data = '', package: name, extras }: Intent): boolean {
  if (action === undefined || action === 'android.intent.action.MAIN') return false;
  return phone.screen.wish({ action, data, package: name === '' ? undefined : name, extras });
}

function home(phone: Phone, { action }: Intent): boolean {
  if (action !== 'android.intent.action.MAIN') return false;
  phone.screen.key(3);
  return true;
}

function notFound(intent: Intent): string {
  const { package: name, activity } = intent;
  if (activity === undefined)
    return `Error: Activity not started, unable to resolve ${shownIntent(intent)}\n`;
  return `Error type 3\nError: Activity class {${name}/${fullClass(name, activity)}} does not exist.\n`;
}
