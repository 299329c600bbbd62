import type { Answer, Call } from '../../tool.ts';
import { intentOf, shownIntent } from './intent.ts';

/** `am broadcast`. Of the receivers only the clipboard's of io.appium.settings answers, with nothing in it. */
export function broadcast(_call: Call, args: readonly string[]): Answer {
  const intent = intentOf(args);
  const result =
    intent.action === 'io.appium.settings.clipboard.get' ? 'result=-1, data=""' : 'result=0';
  return `Broadcasting: ${shownIntent(intent)}\nBroadcast completed: ${result}\n`;
}
