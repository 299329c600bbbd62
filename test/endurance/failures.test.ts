import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { run } from '../../harness/lib/children.ts';
import type { BenchApart, Command } from './a-bench-apart.ts';
import { aBenchApart } from './a-bench-apart.ts';

const recordSchema = z.object({
  id: z.string(),
  sound: z.boolean(),
  void: z.array(z.string()),
  fault: z.object({ code: z.string(), advice: z.string() }).nullable(),
  checks: z.array(z.object({ name: z.string(), found: z.string() })),
});
type Record = z.output<typeof recordSchema>;

/** All of it with `npm run endurance`; with every test only every other thing that breaks. */
const FULL = process.env['LEAKLAB_ENDURANCE'] === 'full';

/**
 * One run on two phones, the real stack throughout; something outside breaks while a trial of the first is going on.
 * That trial is void and says why and what to do, the next is sound, and the second phone never notices.
 */
describe('a run around which things break', function breaking() {
  this.timeout(60_000);
  let bench: BenchApart;
  let command: Command;
  let trials = '';
  let wallClock = '';
  const taken = new Set<string>();

  before(async () => {
    bench = await aBenchApart({ apart: { red: 'lineage-17', green: 'lineage-17' } });
    const both = ['--device', 'red', '--device', 'green'];
    wallClock = join(bench.home, 'wall-clock');
    command = await bench.start(['scenario', 'incognito', ...both, '--seed', 'breaks'], {
      NODE_OPTIONS: `--import=${await aSettableWallClock(wallClock)}`,
    });
    const [, name = ''] = (await command.says(/^run +results\/(\S+)/m)) ?? [];
    trials = join(bench.home, 'results', name, 'trials');
  });
  after(() => bench[Symbol.asyncDispose]());

  const fileOf = async (id: string, name: string): Promise<string | null> =>
    await readFile(join(trials, id, name), 'utf8').catch(() => null);

  const awaited = async <T>(look: () => Promise<T | null>): Promise<T> => {
    for (;;) {
      const found = await look();
      if (found !== null) return found;
      assert.ok(!command.over(), command.output());
      await delay(20);
    }
  };

  /** A trial of the first phone that listens already and has not been here before. */
  const underWay = async (): Promise<string> =>
    await awaited(async () => {
      const names = await readdir(trials).catch(() => []);
      for (const id of names.filter((one) => /^red-\d/.test(one) && !taken.has(one))) {
        if ((await fileOf(id, 'trial.json')) !== null) taken.add(id);
        else if ((await fileOf(id, 'exchanges.jsonl')) !== null) return id;
      }
      return null;
    });

  const ended = async (id: string): Promise<Record> => {
    taken.add(id);
    const text = await awaited(() => fileOf(id, 'trial.json'));
    return recordSchema.parse(JSON.parse(text));
  };

  /** The trial during which it broke; the one after it must be sound again. */
  const brokenBy = async (fault: () => unknown): Promise<Record> => {
    const id = await underWay();
    await fault();
    const broken = await ended(id);
    const next = await ended(await underWay());
    assert.deepEqual(next.void, []);
    return broken;
  };

  const suffers = (what: object, forMs?: number) => () => {
    bench.phones.get('red')?.suffers({ do: 'fault', what, ...(forMs !== undefined && { forMs }) });
  };
  const killed = (who: RegExp) => async (): Promise<void> => {
    for (const [pid, line] of await bench.processes()) {
      if (who.test(line)) process.kill(pid, 'SIGKILL');
    }
  };

  /** Phone time: thirty of these are one second on the wall. */
  const A_WHILE = 45_000;

  const cases = [
    [
      'the phone is unplugged for a while',
      suffers({ fault: 'drop' }, A_WHILE),
      /^phone-(offline|not-attached)$/,
    ],
    [
      'its owner takes the permission back for a while',
      suffers({ fault: 'unauthorized' }, A_WHILE),
      /^phone-(offline|unauthorised)$/,
    ],
    [
      'the phone answers nothing for a while',
      suffers({ fault: 'mute' }, A_WHILE),
      /^phone-(mute|offline|not-attached)$/,
    ],
    ['the reverse rule is lost', suffers({ fault: 'reverse-lost' }), /^route-lost$/],
    ['the automation crashes', suffers({ fault: 'instrumentation-crash' }), /^session-lost$/],
    ['Appium is killed', killed(/appium\/index\.js/), /^(appium-gone|session-lost)$/],
  ] as const;
  for (const [what, fault, code] of FULL ? cases : cases.filter((_, index) => index % 2 === 0)) {
    it(`makes one trial void, with its reason and advice, when ${what}`, async () => {
      const broken = await brokenBy(fault);
      assert.match(broken.fault?.code ?? 'no fault', code);
      assert.ok(command.output().includes(`  do     ${broken.fault?.advice ?? 'no advice'}`));
    });
  }

  if (FULL) {
    it('goes on when the adb server that it shares with others is restarted', async () => {
      const broken = await brokenBy(() => run('adb', ['-P', String(bench.adbPort), 'kill-server']));
      assert.match(
        broken.fault?.code ?? 'no fault',
        /^(adb-gone|phone-offline|phone-not-attached|session-lost)$/,
      );
    });
  }

  it('tells that the wall clock was set by an hour, and takes no time from it', async () => {
    const id = await underWay();
    await writeFile(wallClock, '-3600000');
    const record = await ended(id);
    await writeFile(wallClock, '0');
    assert.deepEqual(record.void, []);
    assert.equal(
      record.checks.find(({ name }) => name === 'clock')?.found,
      'the wall clock was set by -3600.0 s; the times of the record do not follow it',
    );
  });

  it('is interrupted, and leaves the phones as they were and no program behind', async () => {
    process.kill(command.child.pid, 'SIGINT');
    assert.equal(await command.child.ended, 130, command.output());
    assert.deepEqual([...(await bench.processes()).values()], []);
    const others = (await readdir(trials)).filter((id) => id.startsWith('green'));
    for (const id of others) {
      const text = await fileOf(id, 'trial.json');
      // Only what both phones need may have touched the second one.
      const { fault } = text === null ? { fault: null } : recordSchema.parse(JSON.parse(text));
      if (fault) assert.match(fault.code, /^(appium-gone|session-lost|adb-gone|phone-offline)$/);
    }
    assert.ok(others.length > 3);
    for (const { device } of bench.phones.values()) {
      assert.equal(await device.ask(['settings', 'get', 'global', 'http_proxy']), ':0');
      assert.deepEqual(await device.reverses(), []);
    }
  });
});

/** A module that sets the wall clock of every program that loads it by the ms that stand in the file. */
async function aSettableWallClock(file: string): Promise<string> {
  const module = `${file}.mjs`;
  await writeFile(
    module,
    `import { readFileSync } from 'node:fs';
     const Wall = Date;
     let by = 0;
     setInterval(() => {
       try { by = Number(readFileSync(${JSON.stringify(file)}, 'utf8')); } catch {}
     }, 50).unref();
     globalThis.Date = class extends Wall {
       constructor(...given) { if (given.length === 0) super(Wall.now() + by); else super(...given); }
       static now() { return Wall.now() + by; }
     };`,
  );
  return module;
}
