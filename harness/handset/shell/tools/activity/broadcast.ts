import type { Answer, Call } from '../../tool.ts';
import { intentOf, shownIntent } from './intent.ts';

/** `am broadcast`. Of the receivers only the clipboard's of io.appium.settings answers. */
export function broadcast({ phone }: Call, args: readonly string[]): Answer {
  const intent = intentOf(args);
  const clipboard = Buffer.from(phone.screen.clipboard.text).toString('base64');
  const result =
    intent.action === 'io.appium.settings.clipboard.get'
      ? `result=-1, data="${clipboard}"`
      : 'result=0';
  return `Broadcasting: ${shownIntent(intent)}\nBroadcast completed: ${result}\n`;
}
