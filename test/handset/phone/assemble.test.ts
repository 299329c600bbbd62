import assert from 'node:assert/strict';
import { EventEmitter, on, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { assemble } from '../../../harness/handset/phone/assemble.ts';
import { loadRom } from '../../../harness/handset/roms/load.ts';
import { HandsetScreen } from '../../../harness/handset/ui/screen.ts';
import { flatten } from '../../../harness/handset/ui/tree/node.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import { seeded } from '../../../harness/lib/seed.ts';
import type { RunningWorld } from '../world/running-world.ts';
import { runWorld } from '../world/running-world.ts';

const MINT = 'com.mi.globalbrowser.mini';

describe('a whole handset in its world', () => {
  let world: RunningWorld;
  before(async () => {
    world = await runWorld();
  });
  after(async () => {
    await world[Symbol.asyncDispose]();
  });

  it('visits a page in incognito with Mint 3.4.0, and the maker hears of it', async () => {
    await using handset = await phoneIn(world, 'miui-11-mint-3.4.0');
    const { phone, until, tap } = handset;
    assert.equal(phone.screen.launch(MINT), true);
    tap('Agree');
    tap('Menu');
    tap('Incognito mode');
    tap('Search or enter web address');
    phone.screen.type('https://example.org/');
    phone.screen.key(66);
    await until((line) => line.host === 'example.org' && line.path === '/');
    await until((line) => line.path === '/config/Android.conf');
    await until((line) => line.path === '/sa?project=global_browser_mini&r=FR');
    assert.deepEqual(phone.trace.unknown(), []);
  });
});

async function phoneIn(world: RunningWorld, profile: string) {
  const rom = await loadRom(profile);
  const assembled = await assemble({
    rom,
    clock: systemClock(1000),
    chance: seeded('test'),
    authorities: new Map([['0a1b2c3d.0', await readFile(world.root, 'utf8')]]),
  });
  const { phone, reverse } = assembled;
  const traffic = new EventEmitter();
  const set = reverse.attach({
    alive: true,
    open: async () => {
      const socket = connect(world.port, '127.0.0.1');
      socket.once('close', () => traffic.emit('closed'));
      await once(socket, 'connect');
      return socket;
    },
  });
  set.rules.set('tcp:8888', 'tcp:1');
  phone.settings.put('global', 'http_proxy', '127.0.0.1:8888');
  const closed = on(traffic, 'closed');
  type Line = Awaited<ReturnType<RunningWorld['received']>>[number];
  return {
    phone,
    /** Looks at what the world received each time a connection has ended. */
    until: async (arrived: (line: Line) => boolean): Promise<void> => {
      if ((await world.received()).some(arrived)) return;
      for await (const _ of closed) if ((await world.received()).some(arrived)) return;
    },
    tap: (words: string): void => {
      assert.ok(phone.screen instanceof HandsetScreen);
      const node = flatten(phone.screen.root()).find(
        (n) => n.text === words || n.description === words,
      );
      assert.ok(node, `${words} is not on the screen`);
      const { left, right, top, bottom } = node.bounds;
      phone.screen.tap((left + right) / 2, (top + bottom) / 2);
    },
    [Symbol.asyncDispose]: () => assembled[Symbol.asyncDispose](),
  };
}
