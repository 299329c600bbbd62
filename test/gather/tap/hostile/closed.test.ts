import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTrial } from '../../../../harness/gather/trial/trial.ts';
import type { Bench } from '../../../../harness/gather/trial/bench.ts';
import { Fault } from '../../../../harness/lib/fault.ts';
import { openArchive } from '../../../../harness/record/archive.ts';
import type { TrialRecord } from '../../../../harness/record/trial.ts';
import incognito from '../../../../scenarios/browser/incognito.ts';
import { aPretendBench } from '../../../pretend-bench.ts';
import type { Lab, TestTap } from '../lab.ts';
import { aSink, openLab, openTestTap } from '../lab.ts';

/** Where Node tells of each server that listens. */
const LISTENING = 'tracing:net.server.listen:asyncEnd';
const PLANNED = { id: 'pretend-01', replicate: 1, arm: 'incognito', condition: {} };

/** The tap runs within the program: what can be taken from it alone is the servers that it hears with. */
describe('a tap that is closed in the middle of a trial', function () {
  this.timeout(30_000);
  const listening: Server[] = [];
  const noted = (told: unknown): void => {
    const server: unknown = typeof told === 'object' && told && Reflect.get(told, 'server');
    if (server instanceof Server) listening.push(server);
  };
  let lab: Lab;
  let test: TestTap;
  let folder = '';

  before(async () => {
    lab = await openLab();
  });
  beforeEach(async () => {
    subscribe(LISTENING, noted);
    listening.length = 0;
    test = await openTestTap(lab);
    unsubscribe(LISTENING, noted);
    folder = await mkdtemp(join(tmpdir(), 'leaklab-closed-'));
  });
  afterEach(async () => {
    await test[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  const isDoor = (server: Server): boolean => {
    const address = server.address();
    return typeof address === 'object' && address?.port === test.tap.port;
  };
  const closed = async (which: (server: Server) => boolean): Promise<void> => {
    const servers = listening.filter(which);
    assert.ok(servers.length > 0);
    await Promise.all(servers.map((one) => once(one.close(), 'close')));
  };

  /** A trial that is sound in everything else: hands and phone are pretended, the tap and what comes to it are not. */
  const trialWith = async (
    during: Partial<Bench>,
    search: Bench['browser']['search'] = () => Promise.resolve(),
  ): Promise<TrialRecord> => {
    const bench = aPretendBench(incognito, { tap: test.tap });
    const open = async (url: string): Promise<void> => {
      const { code, stderr } = await test.curl('tap', '--output', '/dev/null', url);
      if (code !== 0) throw new Fault('page-not-shown', stderr, 'Look.');
      const beacon = /^https:\/\/([^.]+)\.beacon\./.exec(url)?.[1];
      if (beacon !== undefined) await open(`https://known-leak.leaklab.test/seen?page=${beacon}`);
    };
    const browser = { ...bench.browser, open, search };
    const archive = await openArchive(folder);
    const never = new AbortController().signal;
    const into = await archive.trial(PLANNED.id);
    return await runTrial({ ...bench, browser, ...during }, PLANNED, into, never);
  };

  it('leaves a sound trial where nothing of it is closed', async () => {
    const { void: reasons, connections } = await trialWith({});
    assert.deepEqual([reasons, connections.unaccounted], [[], 0]);
  });

  for (const [what, which] of [
    ['its door', isDoor],
    ['what decrypts', (one: Server) => !isDoor(one)],
  ] as const) {
    it(`makes it void when ${what} is closed after everything was seen, and begins no other`, async () => {
      const errands = aPretendBench(incognito).errands;
      const record = await trialWith({
        errands: { ...errands, halfTime: () => closed(which) },
      });
      assert.deepEqual(record.void, [
        'accounted: the tap was closed meanwhile, and heard nobody from then on',
      ]);
      assert.equal(record.connections.unaccounted, 1);
      await assert.rejects(
        test.tap.capture(aSink().sink),
        (error) => error instanceof Fault && error.code === 'tap-gone',
      );
    });
  }

  it('makes it void, with what the hands met, when its door is closed during the steps', async () => {
    const search = async (engine: string, words: string): Promise<void> => {
      await closed(isDoor);
      const { code, stderr } = await test.curl(
        'tap',
        `https://${engine}.example.org/?q=${words.length}`,
      );
      if (code !== 0) throw new Fault('page-not-shown', stderr, 'Look.');
    };
    const { sound, fault, void: reasons } = await trialWith({}, search);
    assert.deepEqual([sound, fault?.code], [false, 'page-not-shown']);
    assert.ok(
      reasons.includes('accounted: the tap was closed meanwhile, and heard nobody from then on'),
      reasons.join(),
    );
  });
});
