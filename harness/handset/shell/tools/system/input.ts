import type { Call, Toolbox } from '../../tool.ts';
import { NO_INJECTION, usbMay } from '../../../phone/faults/effects.ts';
import { DONE, failed, unknown } from '../../tool.ts';

/** Fingers and keys from the shell. */
export const inputTools: Toolbox = {
  input: (call) => {
    const [verb = '', ...args] = call.args.filter((word) => !SOURCES.has(word));
    const act = GESTURES.get(verb);
    if (!usbMay('input', call.phone)) return failed(NO_INJECTION, 255);
    return act ? act(call, args) : unknown(`Error: Unknown command: ${verb}`);
  },
  monkey: ({ args, phone }) => {
    const name = args[args.indexOf('-p') + 1] ?? '';
    if (!args.includes('-p') || !phone.screen.launch(name)) {
      return failed('** No activities found to run, monkey aborted.', 252);
    }
    phone.processes.start(name);
    return 'Events injected: 1\n';
  },
};

function swipe({ phone }: Call, args: readonly string[]): ReturnType<Toolbox[string]> {
  const [x = 0, y = 0, toX = 0, toY = 0] = args.map(Number);
  if (x === toX && y === toY) phone.screen.tap(x, y);
  else phone.screen.drag({ x, y }, { x: toX, y: toY });
  return DONE;
}

const SOURCES = new Set(['touchscreen', 'keyboard', 'mouse', 'touchpad']);

const GESTURES = new Map<
  string,
  (call: Call, args: readonly string[]) => ReturnType<Toolbox[string]>
>([
  [
    'tap',
    ({ phone }, [x, y]) => {
      phone.screen.tap(Number(x), Number(y));
      return DONE;
    },
  ],
  // A swipe that stays where it is, is a long press.
  ['swipe', swipe],
  ['draganddrop', swipe],
  [
    'text',
    ({ phone }, words) => {
      phone.screen.type(words.join(' ').replaceAll('%s', ' '));
      return DONE;
    },
  ],
  [
    'keyevent',
    ({ phone }, keys) => {
      for (const key of keys.filter((word) => !word.startsWith('--'))) {
        const code = Number(KEYS.get(key.replace(/^KEYCODE_/, '')) ?? key);
        if (!Number.isInteger(code)) return failed(`Error: Unknown keycode: ${key}`, 255);
        phone.screen.key(code);
      }
      return DONE;
    },
  ],
]);

const KEYS = new Map<string, number>([
  ['HOME', 3],
  ['BACK', 4],
  ['POWER', 26],
  ['TAB', 61],
  ['SPACE', 62],
  ['ENTER', 66],
  ['DEL', 67],
  ['MENU', 82],
  ['APP_SWITCH', 187],
  ['SLEEP', 223],
  ['WAKEUP', 224],
]);
