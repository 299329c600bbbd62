import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { run, spawnChild } from '../../../lib/children.ts';
import { tail } from '../../devices/server.ts';
import { benchFault } from '../../devices/faults.ts';
import type { Owner } from '../../disk.ts';
import { writeFor } from '../../disk.ts';
import { firstMatch } from './said.ts';

/** A screen with a keyboard that no person sits at: real windows, real key strokes, real pictures. */
export interface Display extends AsyncDisposable {
  /** What a program needs to show its windows here. */
  readonly env: Readonly<Record<string, string>>;
  /** The windows that can be seen and whose titles fit (xdotool's regular expressions). */
  windows(title: string): Promise<readonly string[]>;
  /** Titles of all windows that can be seen. */
  titles(): Promise<readonly string[]>;
  /** Gives a window the keyboard and strikes keys, one after the other. */
  strike(window: string, ...strokes: readonly Stroke[]): Promise<void>;
  /** What was copied last. */
  copied(): Promise<string>;
  forget(): Promise<void>;
  /** PNG of all that is on the screen. */
  picture(): Promise<Buffer>;
}

/** Keys by their names ("ctrl+l", "Return"), or a text key by key with a pause in ms, half of it from key to key. */
export type Stroke =
  { readonly keys: readonly string[] } | { readonly text: string; readonly pauseMs: number };

/** As `pauseMs`, for keys that have a name. */
const PRESS_PAUSE_MS = 5;

const SIZE = '1280x800x24';
const ASK_MS = 20_000;

/** Opens a display of our own (Xvfb); the cookie that opens it lies in `home` and is `owner`'s alone. */
export async function openDisplay(home: string, owner: Owner): Promise<Display> {
  const authority = join(home, '.Xauthority');
  await writeFor(owner, authority, cookie());
  const server = await spawnChild('Xvfb', [
    ...['-displayfd', '1', '-screen', '0', SIZE],
    ...['-nolisten', 'tcp', '-noreset', '-auth', authority],
  ]);
  const said = tail(server);
  const number = await firstMatch(server, server.stdout, /^(\d+)\n/m);
  if (number === null) {
    await server[Symbol.asyncDispose]();
    throw benchFault('desktop-gone', `Xvfb does not start: ${said()}`);
  }
  const env = { DISPLAY: `:${number}`, XAUTHORITY: authority };
  const ask = async (program: string, args: readonly string[]): Promise<Buffer> => {
    const { code, stdout, stderr } = await run(program, args, {
      env: { ...process.env, ...env },
      timeoutMs: ASK_MS,
    });
    if (code === 0) return stdout;
    throw benchFault(
      'desktop-gone',
      `${program} ${args.join(' ')} ended with ${code}: ${stderr.trim()}`,
    );
  };
  const xdotool = async (...args: readonly string[]): Promise<string> =>
    (await ask('xdotool', args)).toString('utf8');
  return {
    env,
    windows: async (title) => {
      // It fails where nothing fits, and where a window goes while it looks.
      const found = await xdotool('search', '--onlyvisible', '--name', title).catch(() => '');
      return found.split('\n').filter(Boolean);
    },
    titles: async () => {
      const args = ['search', '--onlyvisible', '--name', '.', 'getwindowname', '%@'];
      return (await xdotool(...args).catch(() => '')).split('\n').filter(Boolean);
    },
    strike: async (window, ...strokes) => {
      // There is no window manager here to give a window the keyboard.
      await xdotool('windowfocus', window, ...strokes.flatMap(wordsOf));
    },
    copied: async () => (await ask('xsel', ['--clipboard', '--output'])).toString('utf8'),
    forget: async () => {
      await ask('xsel', ['--clipboard', '--clear']);
    },
    picture: () => ask('maim', ['--format', 'png']),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function wordsOf(stroke: Stroke): readonly string[] {
  if ('keys' in stroke) return ['key', '--delay', String(PRESS_PAUSE_MS), ...stroke.keys];
  return ['type', '--delay', String(stroke.pauseMs), '--args', '1', '--', stroke.text];
}

/** An Xauthority file with one cookie for every display: a secret, and no draw of the experiment. */
function cookie(): Buffer {
  const counted = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const anyFamily = Buffer.from([0xff, 0xff]);
  const none = counted(Buffer.alloc(0));
  const name = counted(Buffer.from('MIT-MAGIC-COOKIE-1'));
  return Buffer.concat([anyFamily, none, none, name, counted(randomBytes(16))]);
}
