import assert from 'node:assert/strict';
import { quietLibraries } from '../../../harness/cli/show/quiet.ts';

function aConsole(): {
  console: Pick<Console, 'debug' | 'error' | 'info' | 'log' | 'warn'>;
  said: unknown[];
} {
  const said: unknown[] = [];
  const say = (...words: unknown[]): void => void said.push(words);
  return { console: { debug: say, error: say, info: say, log: say, warn: say }, said };
}

describe('what libraries say by themselves', () => {
  it('reaches a terminal only when asked for, and made safe then', () => {
    for (const [env, expected] of [
      [{}, ''],
      [{ NODE_DEBUG: 'http,libraries' }, 'Not forwarding \\u{1b}]0;owned\\u{07}\nsecond line\n'],
    ] as const) {
      let shown = '';
      const { console, said } = aConsole();
      {
        using _quiet = quietLibraries({ write: (text) => (shown += text) }, env, console);
        console.warn('Not forwarding %s', '\u001b]0;owned\u0007\nsecond line');
      }
      assert.equal(shown, expected);
      assert.deepEqual(said, []);
      console.log('ours');
      assert.deepEqual(said, [['ours']]);
    }
  });
});
