import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interrupted, remaining, runBlock } from '../../harness/gather/trial/block.ts';
import { makePlan } from '../../harness/gather/plan.ts';
import { runTrial } from '../../harness/gather/trial/trial.ts';
import type { Bench } from '../../harness/gather/trial/bench.ts';
import { Fault } from '../../harness/lib/fault.ts';
import { openArchive } from '../../harness/record/archive.ts';
import type { Archive } from '../../harness/record/archive.ts';
import type { Block, PlannedTrial } from '../../harness/record/plan/plan.ts';
import type { TrialRecord } from '../../harness/record/trial.ts';
import type { Errands } from '../../harness/gather/errands/errands.ts';
import { noErrands } from '../../harness/gather/errands/none.ts';
import identifier from '../../scenarios/sent/identifier.ts';
import incognito from '../../scenarios/browser/incognito.ts';
import onWifi from '../../scenarios/phone/on-wifi.ts';
import theSwitch from '../../scenarios/browser/switch.ts';
import { aPretendBench, aSteppingClock } from '../pretend-bench.ts';

const PLANNED: PlannedTrial = {
  id: 'pretend-01',
  replicate: 1,
  arm: 'incognito',
  condition: { mode: 'incognito' },
};
const NEVER = new AbortController().signal;

describe('trial', () => {
  let folder = '';
  let archive: Archive;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leaklab-trial-'));
    archive = await openArchive(folder);
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const trial = async (bench: Bench): Promise<TrialRecord> =>
    await runTrial(bench, PLANNED, await archive.trial(PLANNED.id), NEVER);

  for (const [what, disturbed, sound, found] of [
    [
      'tells that the wall clock was set, and stands: its times are of another clock',
      { slept: 0, stepped: -3_600_000 },
      true,
      'the wall clock was set by -3600.0 s; the times of the record do not follow it',
    ],
    [
      'is void when this computer slept and nobody listened',
      { slept: 61_500, stepped: 0 },
      false,
      'this computer slept for 61.5 s',
    ],
  ] as const) {
    it(what, async () => {
      const before = { slept: 0, stepped: 5000 };
      const looks = [before, { ...disturbed, stepped: before.stepped + disturbed.stepped }];
      const clock = { ...aSteppingClock(), disturbed: () => looks.shift() ?? before };
      const { sound: held, checks } = await trial(aPretendBench(incognito, { clock }));
      assert.equal(held, sound);
      assert.equal(checks.find(({ name }) => name === 'clock')?.found, found);
    });
  }

  it('sets the phone’s factors before the browser starts, and notes when a photo and its caption were planted', async () => {
    const did: string[] = [];
    const levels = new Map<string, string>();
    const bench = aPretendBench(onWifi);
    const errands: Errands = {
      ...noErrands('pretend'),
      knows: (factor) => factor === 'Wi-Fi',
      set: (factor, level) => {
        did.push(`${factor} ${level}`);
        levels.set(factor, level);
        return Promise.resolve();
      },
      read: async (factor) => ({
        ...(await bench.browser.read(factor)),
        level: levels.get(factor) ?? '',
      }),
      run: (deed) => {
        did.push(deed.do);
        return Promise.resolve();
      },
      halfTime: () => {
        did.push('half-time');
        return Promise.resolve();
      },
    };
    const browser = {
      ...bench.browser,
      start: () => {
        did.push('browser starts');
        return Promise.resolve();
      },
    };
    const planned = { ...PLANNED, condition: { 'Wi-Fi': 'off' } };
    const record = await runTrial(
      { ...bench, errands, browser },
      planned,
      await archive.trial(planned.id),
      NEVER,
    );
    assert.ok(record.sound, record.void.join());
    assert.deepEqual(did, [
      'Wi-Fi off',
      'browser starts',
      'take photo',
      'receive SMS',
      'send SMS',
      'send mail',
      'half-time',
    ]);
    assert.deepEqual(Object.keys(record.planted).sort(), Object.keys(onWifi.canaries).sort());
  });

  it('notes when browser and phone were started anew: identifiers may be renewed by that', async () => {
    const bench = aPretendBench(identifier);
    const errands: Errands = { ...noErrands('pretend'), run: () => Promise.resolve() };
    const record = await runTrial(
      { ...bench, errands },
      { ...PLANNED, condition: {} },
      await archive.trial(PLANNED.id),
      NEVER,
    );
    assert.ok(record.sound, record.void.join());
    assert.deepEqual(
      record.rungs?.map(({ rung }) => rung),
      ['app start', 'reboot'],
    );
  });

  it('notes by how many days the clock was set on: what is kept for a time may be renewed by that', async () => {
    const bench = aPretendBench(identifier);
    const errands: Errands = { ...noErrands('pretend'), run: () => Promise.resolve() };
    const scenario: typeof bench.scenario = {
      ...bench.scenario,
      steps: async (_browser, _canaries, act) => {
        await act({ do: 'turn clock', days: 91 });
      },
    };
    const record = await runTrial(
      { ...bench, errands, scenario },
      { ...PLANNED, condition: {} },
      await archive.trial(PLANNED.id),
      NEVER,
    );
    assert.ok(record.sound, record.void.join());
    assert.deepEqual(
      record.rungs?.map((one) => [one.rung, one.rung === 'clock' && one.days]),
      [['clock', 91]],
    );
  });

  it('leaves alone what is to be as delivered, and keeps what it showed', async () => {
    const touched: string[] = [];
    const bench = aPretendBench(theSwitch);
    const browser = {
      ...bench.browser,
      set: async (factor: string, level: string) => {
        touched.push(factor);
        await bench.browser.set(factor, level);
      },
    };
    const condition = { mode: 'incognito', 'enhanced incognito': 'as delivered' };
    const record = await runTrial(
      { ...bench, browser },
      { ...PLANNED, condition },
      await archive.trial(PLANNED.id),
      NEVER,
    );
    assert.ok(record.sound, record.void.join());
    assert.deepEqual(touched, ['mode']);
    assert.deepEqual(
      record.readings
        .filter(({ factor }) => factor === 'enhanced incognito')
        .map(({ level, caption }) => [level, caption]),
      Array.from({ length: 2 }, () => ['as delivered', 'enhanced incognito (shows: unknown)']),
    );
  });

  it('goes through the same stages in the same order, and ends on disk and in the ledger', async () => {
    const record = await trial(aPretendBench(incognito));
    assert.deepEqual(Object.keys(record.timings), [
      'connect',
      'wash out',
      'listen',
      'make ready',
      'beacon',
      'steps',
      'follow-up',
      'ended',
    ]);
    assert.ok(record.sound, record.void.join());
    assert.deepEqual(await archive.trials(), [record]);
    assert.deepEqual(await readdir(join(folder, 'trials', 'pretend-01')), [
      'exchanges.jsonl',
      'screen-after-mode.png',
      'screen-before-mode.png',
      'trial.json',
      'ui-after-mode.xml',
      'ui-before-mode.xml',
    ]);
  });

  it('listens for the whole follow-up window after the steps', async () => {
    const { timings } = await trial(aPretendBench(incognito));
    assert.ok((timings['ended'] ?? 0) - (timings['follow-up'] ?? 0) >= incognito.followUpMs);
  });

  it('notes when each canary was planted, the title with its page', async () => {
    const { planted } = await trial(aPretendBench(incognito));
    assert.deepEqual(Object.keys(planted).sort(), Object.keys(incognito.canaries).sort());
  });

  it('is void when the screen shows another condition than was asked for', async () => {
    const bench = aPretendBench(incognito);
    const browser = { ...bench.browser, set: () => Promise.resolve() };
    const record = await trial({ ...bench, browser });
    assert.equal(record.sound, false);
    assert.deepEqual(record.void, [
      'condition-before: mode reads unknown, asked for incognito',
      'condition-after: mode reads unknown, asked for incognito',
    ]);
  });

  it('is void, and not lost, when the phone faults half-way', async () => {
    const bench = aPretendBench(incognito);
    const browser = {
      ...bench.browser,
      search: () =>
        Promise.reject(new Fault('phone-offline', 'the phone went offline', 'Plug it in.')),
    };
    const record = await trial({ ...bench, browser });
    assert.deepEqual(record.fault, {
      code: 'phone-offline',
      message: 'the phone went offline',
      advice: 'Plug it in.',
    });
    assert.deepEqual(record.void, ['phone-offline: the phone went offline']);
    assert.equal((await archive.trials()).length, 1);
  });

  it('is void when the app was changed under it', async () => {
    const bench = aPretendBench(incognito);
    const phone = {
      ...bench.phone,
      app: () => Promise.resolve({ ...bench.app, versionName: '1.1' }),
    };
    const record = await trial({ ...bench, phone });
    assert.deepEqual(record.void, ['unchanged: versionName is no longer what it was']);
  });

  it('is void when the way through the tap was lost, even if it was put back', async () => {
    const bench = aPretendBench(incognito);
    let rerouted = 0;
    const phone = {
      ...bench.phone,
      routeStands: () => Promise.resolve(rerouted > 0),
      reroute: () => {
        rerouted += 1;
        return Promise.resolve();
      },
    };
    const record = await trial({ ...bench, phone });
    assert.equal(rerouted, 1);
    assert.match(record.void[0] ?? '', /^clean-start: /);
  });

  it('is not recorded when the person interrupts it, so that a resumed run redoes it', async () => {
    const bench = aPretendBench(incognito);
    const stop = new AbortController();
    const browser = {
      ...bench.browser,
      open: () => {
        stop.abort(new Error('interrupted'));
        return Promise.reject(new Error('interrupted'));
      },
    };
    const running = runTrial(
      { ...bench, browser },
      PLANNED,
      await archive.trial('pretend-01'),
      stop.signal,
    );
    await assert.rejects(running, /interrupted/);
    assert.deepEqual(await archive.trials(), []);
    assert.deepEqual(await archive.begun(), ['pretend-01']);
  });

  it('ends the block after three faults in a row, with its reason in the ledger', async () => {
    const bench = aPretendBench(incognito);
    const browser = {
      ...bench.browser,
      start: () => Promise.reject(new Fault('phone-not-attached', 'no such phone', 'Plug it in.')),
    };
    const seen: string[] = [];
    const running = runBlock({ ...bench, browser }, aBlock().trials, archive, {
      signal: NEVER,
      begin: () => undefined,
      end: ({ id }) => seen.push(id),
    });
    await assert.rejects(running, { code: 'phone-not-attached' });
    assert.equal(seen.length, 3);
    assert.equal(archive.ledger.entries.at(-1)?.kind, 'block-ended');
  });
});

describe('a resumed block', () => {
  const block = aBlock();
  const finished = (planned: PlannedTrial): TrialRecord => ({
    ...interrupted(planned, {
      device: 'pretend',
      browser: 'mint',
      stamp: 'REFERENCE HANDSET',
      run: 'r',
      seed: 's',
      scenario: incognito,
    }),
    cutShort: false,
  });

  it('goes on where whole replicates end', () => {
    const done = block.trials.slice(0, 6).map(finished);
    const { todo, cutShort } = remaining(block, done);
    assert.deepEqual(cutShort, []);
    assert.deepEqual(
      todo.map(({ id }) => id),
      block.trials.slice(6).map(({ id }) => id),
    );
  });

  it('redoes an interrupted replicate whole, under new names', () => {
    const { todo, cutShort } = remaining(block, block.trials.slice(0, 4).map(finished));
    assert.deepEqual(cutShort, ['pretend-04']);
    assert.deepEqual(
      todo.slice(0, 4).map(({ id }) => id),
      ['pretend-04b', 'pretend-05b', 'pretend-06b', 'pretend-07'],
    );
  });

  it('has nothing to do when all is done', () => {
    assert.deepEqual(remaining(block, block.trials.map(finished)), { todo: [], cutShort: [] });
  });
});

function aBlock(): Block {
  const [block] = makePlan(
    incognito,
    [
      {
        device: 'pretend',
        browser: 'mint',
        expected: {
          reference: true,
          stamp: 'REFERENCE HANDSET',
          reach: 'content',
          rom: 'MIUI',
          appVersion: '1.0',
          timelapse: 1,
        },
        levels: new Map([['mode', ['normal', 'incognito']]]),
        dropped: [],
      },
    ],
    { run: 'r', seed: 's', replicates: 4, codeVersion: 'c' },
  ).blocks;
  assert.ok(block);
  return block;
}
