import type { Call, Toolbox } from '../../tool.ts';
import { DONE, failed, unknown } from '../../tool.ts';
import { allow } from '../files/change.ts';

export const displayTools: Toolbox = {
  wm: ({ args: [what = ''], phone }) => {
    const { width, height, density } = phone.rom.display;
    if (what === 'size') return `Physical size: ${width}x${height}\n`;
    return what === 'density'
      ? `Physical density: ${density}\n`
      : unknown(`Unknown command: ${what}`);
  },
  screencap: async (call) => {
    const [file] = call.args.filter((word) => !word.startsWith('-'));
    const picture = await call.phone.screen.screenshot();
    if (file === undefined) return { out: picture };
    allow(call, call.path(file));
    call.phone.files.write(call.path(file), picture);
    return DONE;
  },
  ime,
};

/** The keyboards. Text comes through the automation server, so which one is chosen changes nothing. */
function ime({ args: [verb = '', name = ''], phone }: Call): ReturnType<Toolbox[string]> {
  const chosen = phone.settings.get('secure', 'default_input_method') ?? KEYBOARD;
  if (verb === 'list') return `${chosen}\n`;
  if (name === '' && verb !== 'reset') return failed('Error: Argument expected after command', 255);
  if (verb === 'enable') return `Input method ${name}: now enabled for user #0\n`;
  if (verb === 'disable') return `Input method ${name}: now disabled for user #0\n`;
  if (verb !== 'set' && verb !== 'reset') return unknown(`Unknown command: ${verb}`);
  phone.settings.put('secure', 'default_input_method', verb === 'set' ? name : KEYBOARD);
  return verb === 'set'
    ? `Input method ${name} selected for user #0\n`
    : `Reset current and enabled IMEs for user #0\nNewly selected IME: ${KEYBOARD}\n`;
}

const KEYBOARD = 'com.android.inputmethod.latin/.LatinIME';
