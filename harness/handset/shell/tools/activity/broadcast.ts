import type { Phone } from '../../../phone/phone.ts';
import type { Answer, Call } from '../../tool.ts';
import type { Intent } from './intent.ts';
import { intentOf, shownIntent } from './intent.ts';

/** `am broadcast`. The clipboard's receiver of io.appium.settings answers, and that of our own app. */
export function broadcast({ phone }: Call, args: readonly string[]): Answer {
  const intent = intentOf(args);
  const data = answerTo(phone, intent);
  const result = data === null ? 'result=0' : `result=-1, data="${data}"`;
  return `Broadcasting: ${shownIntent(intent)}\nBroadcast completed: ${result}\n`;
}

function answerTo(phone: Phone, { action, package: name, extras }: Intent): string | null {
  if (action === 'io.appium.settings.clipboard.get')
    return Buffer.from(phone.screen.clipboard.text).toString('base64');
  if (action !== TELL || !phone.packages.get(name)) return null;
  return phone.ask(name, extras).join(',');
}

/** Of our own app (docs/known-leak-app.md). */
const TELL = 'lab.leaklab.known.TELL';
