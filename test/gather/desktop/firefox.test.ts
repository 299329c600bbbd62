import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorld } from '../../../harness/cli/bench/programs.ts';
import { DesktopHands } from '../../../harness/gather/desktop/hands.ts';
import { Machine } from '../../../harness/gather/desktop/machine.ts';
import { firefoxEsr } from '../../../harness/gather/desktop/profiles/firefox-esr.ts';
import { patiently } from '../../../harness/gather/desktop/seat/patience.ts';
import { requirePrograms } from '../../../harness/gather/desktop/seat/programs.ts';
import { openSeat } from '../../../harness/gather/desktop/seat/seat.ts';
import type { Seat } from '../../../harness/gather/desktop/seat/seat.ts';
import { openTap } from '../../../harness/gather/tap/open.ts';
import { undoJournal } from '../../../harness/gather/undo.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import type { Archive } from '../../../harness/record/archive.ts';
import { openArchive } from '../../../harness/record/archive.ts';
import { nearAddress } from '../../../harness/record/near.ts';
import { holds, pageProcesses } from './found.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Debian's Firefox ESR, by the same hands at the same seat: a second family of browsers behind the ports. */
describe('a real Firefox', function realFirefox() {
  this.timeout(120_000);
  const held = new AsyncDisposableStack();
  let seat: Seat;
  let hands: DesktopHands;
  let machine: Machine;
  let archive: Archive;
  before(async function installed() {
    try {
      await requirePrograms('firefox-esr');
    } catch (error) {
      process.stderr.write(`    SKIPPED, nothing of a real Firefox was tested: ${String(error)}\n`);
      this.skip();
    }
    const folder = await mkdtemp(join(tmpdir(), 'leaklab-firefox-'));
    held.defer(() => rm(folder, { recursive: true, force: true }));
    const clock = systemClock();
    const { ready: world } = held.use(await startWorld(ROOT, join(folder, 'world')));
    const tap = held.use(await openTap({ device: 'firefox-esr', world, clock }));
    archive = await openArchive(join(folder, 'run'));
    await tap.capture(await archive.trial('seat'));
    seat = await openSeat(firefoxEsr, undoJournal(join(folder, 'undo'), 'seat'), { clock });
    machine = held.use(new Machine('seat', seat, firefoxEsr));
    hands = new DesktopHands(seat, firefoxEsr, clock);
    assert.equal(await machine.trust(tap.caPem), true);
    await machine.routeThrough(tap.port);
  });
  after(() => held.disposeAsync());

  it('keeps a visit of a normal window, and nothing of a private one, its pages in its own sandbox', async () => {
    const kept: boolean[] = [];
    for (const [mode, suggestions] of [
      ['normal', 'on'],
      ['private', 'off'],
    ] as const) {
      const path = `kept-or-not-${mode}-q7`;
      await machine.clear();
      await hands.start();
      await hands.set('mode', mode);
      await hands.set('search suggestions', suggestions);
      assert.equal((await hands.read('mode')).level, mode);
      assert.equal((await hands.read('search suggestions')).level, suggestions);
      await hands.open(`https://visited.leaklab.test/${path}`);
      assert.ok(await machine.routeStands());
      // A process that has only just begun is about to step into its sandbox.
      const statuses = await patiently(
        systemClock(),
        async () => {
          const all = await pageProcesses(seat.home, '-isForBrowser');
          const inside = all.every((status) => /^Seccomp:\t2$/m.test(status));
          return all.length > 0 && inside ? all : null;
        },
        () => new Error('there is a page process outside the sandbox'),
        10_000,
      );
      for (const status of statuses) {
        assert.doesNotMatch(status, /^Uid:\t0\b/m);
      }
      await seat.end();
      kept.push(await holds(seat.home, path));
    }
    assert.deepEqual(kept, [true, false]);
  });

  it('comes to the tap where a page looks for doors in its network, loopback too, and is refused', async () => {
    await machine.clear();
    await hands.start();
    await hands.set('mode', 'normal');
    await hands.open('http://magazine.example/doors');
    while ((await seat.running?.insight.shown())?.title !== 'Knocked at every door');
    const lines = await Array.fromAsync(archive.exchanges('seat'));
    assert.deepEqual(
      lines.flatMap((line) => (nearAddress(line) === null ? [] : (line.why ?? ''))).sort(),
      [
        'refused: 127.0.0.1 is 127.0.0.1, in the network of the lab',
        'refused: 127.0.0.1 is 127.0.0.1, in the network of the lab',
        'refused: 192.168.1.1 is 192.168.1.1, in the network of the lab',
        'refused: ::ffff:a00:1 is ::ffff:a00:1, in the network of the lab',
      ],
    );
  });

  it('searches with the engine that is asked for, one after the other', async () => {
    await machine.clear();
    await hands.start();
    await hands.set('mode', 'private');
    await hands.search('Google', 'green onion one');
    await hands.search('DuckDuckGo', 'green onion two');
    const urls: string[] = [];
    for await (const { url } of archive.exchanges('seat')) urls.push(url ?? '');
    assert.ok(
      urls.some((url) => /^https:\/\/www\.google\.com\/search\?.*green\+onion\+one/.test(url)),
    );
    assert.ok(urls.some((url) => /^https:\/\/duckduckgo\.com\/\?.*green\+onion\+two/.test(url)));
    // Public knowledge: Firefox fetches its remote settings by itself.
    assert.ok(urls.some((url) => url.startsWith('https://firefox.settings.services.mozilla.com/')));
  });
});
