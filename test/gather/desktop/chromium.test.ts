import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { fileURLToPath } from 'node:url';
import { openLab } from '../../../harness/cli/bench/lab.ts';
import type { Lab } from '../../../harness/cli/bench/lab.ts';
import { installation } from '../../../harness/cli/bench/installations.ts';
import { openBench } from '../../../harness/cli/bench/open-bench.ts';
import { experiment } from '../../../harness/experiment.ts';
import { readBench } from '../../../harness/gather/devices/bench.ts';
import type { BenchEntry } from '../../../harness/gather/devices/bench.ts';
import { chromium } from '../../../harness/gather/desktop/profiles/chromium.ts';
import { DesktopHands } from '../../../harness/gather/desktop/hands.ts';
import { Machine } from '../../../harness/gather/desktop/machine.ts';
import { requirePrograms } from '../../../harness/gather/desktop/seat/programs.ts';
import { openSeat } from '../../../harness/gather/desktop/seat/seat.ts';
import type { Seat } from '../../../harness/gather/desktop/seat/seat.ts';
import { makePlan } from '../../../harness/gather/plan.ts';
import { openTap } from '../../../harness/gather/tap/open.ts';
import { undoJournal } from '../../../harness/gather/undo.ts';
import type { Judged } from '../../../harness/judge/judge.ts';
import { systemClock } from '../../../harness/lib/clock.ts';
import type { Archive } from '../../../harness/record/archive.ts';
import { openArchive } from '../../../harness/record/archive.ts';
import type { Exchange } from '../../../harness/record/exchange.ts';
import { scenario } from '../../../harness/scenario.ts';
import { holds, pageProcesses } from './found.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const reads = scenario({
  name: 'reads',
  question: 'Does a visited page stay with the site?',
  claims: [],
  factors: { mode: ['normal', 'incognito'], 'enhanced incognito': ['off', 'on'] },
  canaries: { 'visited page': 'page', 'search words': 'words' },
  mayReach: {
    'visited page': ['visited.leaklab.test', 'magazine.example'],
    'search words': ['duckduckgo.com', '.duckduckgo.com'],
  },
  recipientClasses: ['maker', 'unknown'],
  contrasts: [{ factor: 'mode', levels: ['normal', 'incognito'], held: {} }],
  followUpSeconds: 1,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['visited page']);
    await browser.search('DuckDuckGo', canary['search words']);
    await browser.open('http://magazine.example/doors');
  },
});

/** Debian's Chromium as its users have it: on a screen, as an ordinary user, its sandbox on, its own traffic unsilenced. */
const sightingLine = z.object({ canary: z.string(), host: z.string(), direction: z.string() });

describe('a real Chromium', function realChromium() {
  this.timeout(120_000);
  let folder = '';
  let entry: BenchEntry;
  let lab: Lab;
  let held = new AsyncDisposableStack();
  before(async function installed() {
    try {
      await requirePrograms('chromium');
    } catch (error) {
      process.stderr.write(`    SKIPPED, nothing of a real browser was tested: ${String(error)}\n`);
      this.skip();
    }
    held = new AsyncDisposableStack();
    folder = await mkdtemp(join(tmpdir(), 'leaklab-chromium-'));
    held.defer(() => rm(folder, { recursive: true, force: true }));
    const bench = readBench(await readFile(join(ROOT, 'devices.json'), 'utf8'), 'devices.json');
    const found = bench.find(({ name }) => name === 'chromium');
    assert.ok(found);
    entry = { ...found, listen: 'proxy' };
    const entries = new Map([['chromium', entry]]);
    lab = held.use(await openLab(entries, { root: ROOT, workDir: folder, seed: 'chromium' }));
  });
  after(() => held.disposeAsync());

  it('goes through plan, trial, tap, ledger and judge like a phone', async () => {
    const planned = installation(reads, 'chromium', entry, 'chromium', 'any');
    assert.deepEqual(planned.dropped, [
      'Chromium any has no "enhanced incognito".',
      'no bare arm and no aged arm: a browser on this machine takes no intents',
    ]);
    const given = { run: 'run', seed: 'chromium', replicates: 1, codeVersion: 'test' };
    const plan = makePlan(reads, [planned], given);
    const clock = systemClock();
    const { verdicts }: Judged = await experiment({
      scenario: reads,
      plan,
      archive: await openArchive(join(folder, 'run')),
      tools: lab.tools,
      open: () => {
        const device = lab.devices.get('chromium');
        assert.ok(device);
        const undoDir = join(folder, 'undo');
        return openBench(device, 'chromium', { scenario: reads, plan, workDir: folder, undoDir });
      },
      show: () => ({
        begin: () => undefined,
        end: (_block, _trial, record) => {
          assert.deepEqual(record.void, []);
        },
        stopped: (_block, error) => {
          throw error;
        },
      }),
      signal: new AbortController().signal,
      now: () => clock.now(),
    });

    // What was typed reached whom it was for, and nobody else.
    const lines = await readFile(join(folder, 'run', 'sightings.jsonl'), 'utf8');
    const reached = lines
      .trim()
      .split('\n')
      .map((line) => sightingLine.parse(JSON.parse(line)))
      .filter(({ direction }) => direction === 'up')
      .map(({ canary, host }) => `${canary} → ${host}`);
    assert.deepEqual([...new Set(reached)].sort(), [
      'search words → duckduckgo.com',
      'visited page → visited.leaklab.test',
    ]);
    // A proxy may be gone around: silence is no answer.
    for (const row of verdicts.verdicts) {
      assert.equal(row.answer, 'inconclusive');
      assert.ok(row.reasons.includes('unaccounted'));
      assert.equal(row.reference, false);
      assert.equal(row.stamp, 'DESKTOP BROWSER, WORLD EGRESS');
      assert.match(row.appVersion, /^\d+\.\d+\.\d+\.\d+/);
    }
    // A page that looked for doors in its reader's network is found out, loopback too; it was led to none of them.
    const looked = verdicts.probes.map(
      ({ condition, origin, page, address, range, ports, seen, sound }) =>
        `${condition['mode'] ?? ''}: ${origin} of ${page ?? '?'} → ${address} ${range} ${ports.join()}, ${String(seen)} of ${String(sound)}`,
    );
    assert.deepEqual(
      looked.sort(),
      [
        ['incognito', '1 of 1'],
        ['normal', '2 of 2'],
      ].flatMap(([mode = '', times = '']) =>
        ['10.0.0.1 private 80', '127.0.0.1 loopback 5037,5900', '192.168.1.1 private 8080'].map(
          (where) => `${mode}: page of magazine.example → ${where}, ${times}`,
        ),
      ),
    );
    // Public knowledge: Chromium looks for component updates and for accounts by itself, in either mode.
    const origins = (host: string): string[] =>
      verdicts.contacts
        .filter((one) => one.host === host)
        .map((one) => `${one.origin} ${one.trials}`);
    assert.deepEqual(origins('update.googleapis.com'), ['native 3']);
    assert.deepEqual(origins('accounts.google.com'), ['native 3']);
    assert.deepEqual(origins('visited.leaklab.test'), ['page 3']);
  });

  describe('at its seat', () => {
    let seat: Seat;
    let hands: DesktopHands;
    let machine: Machine;
    let archive: Archive;
    const opened = new AsyncDisposableStack();
    before(async () => {
      const clock = systemClock();
      const world = lab.devices.get('chromium')?.world ?? null;
      const tap = opened.use(await openTap({ device: 'chromium', world, clock }));
      archive = await openArchive(join(folder, 'seat'));
      await tap.capture(await archive.trial('seat'));
      seat = await openSeat(chromium, undoJournal(join(folder, 'undo'), 'seat'), { clock });
      machine = opened.use(new Machine('seat', seat, chromium));
      hands = new DesktopHands(seat, chromium, clock);
      assert.equal(await machine.trust(tap.caPem), true);
      await machine.routeThrough(tap.port);
    });
    after(() => opened.disposeAsync());

    const visit = async (mode: string, url: string): Promise<string> => {
      await machine.clear();
      await hands.start();
      await hands.set('mode', mode);
      const { level, tree, picture } = await hands.read('mode');
      assert.equal(level, mode);
      assert.match(tree, new RegExp(`private="${String(mode !== 'normal')}"`));
      assert.equal(picture.subarray(1, 4).toString('latin1'), 'PNG');
      await hands.open(url);
      return (await seat.running?.insight.shown())?.title ?? '';
    };

    it('runs as an ordinary user, its pages in its own sandbox', async () => {
      await visit('normal', 'https://magazine.example/');
      const statuses = await pageProcesses(seat.home, '--type=renderer');
      assert.ok(statuses.length > 0);
      for (const status of statuses) {
        assert.match(status, /^Seccomp:\t2$/m);
        assert.doesNotMatch(status, /^Uid:\t0\b/m);
        assert.match(status, /^CapEff:\t0+$/m);
      }
    });

    it('keeps a visit of a normal window, and nothing of an incognito one', async () => {
      const kept: boolean[] = [];
      for (const mode of ['normal', 'incognito']) {
        const path = `kept-or-not-${mode}-q7`;
        await visit(mode, `https://visited.leaklab.test/${path}`);
        await seat.end();
        kept.push(await holds(seat.home, path));
      }
      assert.deepEqual(kept, [true, false]);
    });

    it('tells the engine what is typed in a normal window with suggestions on, and not in a private one', async () => {
      const told: boolean[] = [];
      for (const mode of ['normal', 'private']) {
        await machine.clear();
        await hands.start();
        await hands.set('mode', mode);
        await hands.set('search suggestions', 'on');
        assert.equal((await hands.read('search suggestions')).level, 'on');
        await hands.type(`quiet onion ${mode}`);
        // What was on its way when the words stood there has come when a page has been fetched after them.
        await hands.open('https://magazine.example/');
        const lines = await Array.fromAsync(archive.exchanges('seat'));
        told.push(
          lines.some(
            ({ url }) => /duckduckgo\.com\/ac\/.*onion/.test(url ?? '') && url?.includes(mode),
          ),
        );
      }
      assert.deepEqual(told, [true, false]);
    });

    it('reads what the real web is made of: parts, frames, moved pictures, a worker, a file', async () => {
      await visit('incognito', 'https://magazine.example/story');
      await titled('A story with 3 items');
      await hands.open('https://magazine.example/worker');
      await titled('Answered by the worker');
      await hands.open('https://magazine.example/keep');
      // The browser asks where to keep it; its bytes have come by then.
      let asked = new Map<string, Exchange>();
      while (!asked.has('https://magazine.example/report.bin')) {
        await titled('A file to keep');
        const lines = await Array.fromAsync(archive.exchanges('seat'));
        asked = new Map(lines.map((line) => [line.url ?? '', line]));
      }
      const file = asked.get('https://magazine.example/report.bin')?.responseBody;
      assert.equal(file && 'bytes' in file ? file.bytes : 0, 100_000);
      for (const url of [
        'https://parts.example/plain.css',
        'https://parts.example/photo.png',
        'https://frames.example/box',
        'https://magazine.example/items.json',
        'https://magazine.example/older.png',
        'https://parts.example/moved.png',
        'https://magazine.example/worker.js',
      ]) {
        assert.ok(asked.has(url), url);
      }
      assert.ok(!asked.has('https://magazine.example/by-worker'));
    });

    const titled = async (title: string): Promise<void> => {
      while ((await seat.running?.insight.shown())?.title !== title);
    };

    it('leaves neither a process nor a file behind', async () => {
      const pid = seat.running?.child.pid ?? 0;
      const home = seat.home;
      await opened.disposeAsync();
      assert.equal(await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => ''), '');
      await assert.rejects(readdir(home), { code: 'ENOENT' });
      assert.deepEqual(await undoJournal(join(folder, 'undo'), 'seat').entries(), []);
    });
  });
});
