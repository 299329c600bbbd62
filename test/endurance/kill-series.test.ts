import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { seeded } from '../../harness/lib/seed.ts';
import { undoJournal } from '../../harness/gather/undo.ts';
import type { BenchApart, Command } from './a-bench-apart.ts';
import { aBenchApart } from './a-bench-apart.ts';

/** Thirty with `npm run endurance`; a few of them run with every test. */
const FULL = process.env['LEAKLAB_ENDURANCE'] === 'full';
const KILLS = FULL ? 30 : 4;
const SEED = process.env['LEAKLAB_KILL_SEED'] ?? 'every test';
/** Kills until a run is left alone to be judged; those that end with an answer earlier begin another run. */
const KILLS_A_RUN = 5;
/** A moment within this time of the victim's start: while it starts, opens, runs trials, or is about to end. */
const SPAN_MS = FULL ? 14_000 : 7000;

/** Who is killed, by what is in the command line. The tap lives in the run's own process and is killed with it. */
const VICTIMS = {
  'the run and its tap': /cli\/main\.ts/,
  'all at once': /./,
  Appium: /appium\/index\.js/,
  'the adb server of the run': /^adb -P \d+ nodaemon/,
  'a handset': /handset\/main\.ts/,
  'the world': /world\/main\.ts/,
} as const;

type Victim = keyof typeof VICTIMS;
const victims = Object.keys(VICTIMS).filter((name): name is Victim => name in VICTIMS);

/**
 * One phone that no run starts or ends, so that what a run left on it is seen, and one handset of the run's own. What
 * is counted is read from the disk by the test's own words.
 */
describe(`a run that is killed with -9 at ${KILLS} random moments`, function series() {
  this.timeout(KILLS * 90_000);
  const chance = seeded('kill series', SEED);
  let bench: BenchApart;
  let asFound = '';
  const told: string[] = [];

  before(async () => {
    bench = await aBenchApart({ apart: { red: 'miui-11-mint-3.4.3' }, own: { own: 'lineage-17' } });
    asFound = await phoneState(bench);
  });
  after(() => bench[Symbol.asyncDispose]());

  it('loses no finished trial, does none twice, leaves no program behind and the phone as it was', async () => {
    let run: string | null = null;
    let kills = 0;
    let starts = 0;
    let trials = 0;
    const done = new Set<string>();
    while (kills < KILLS || run !== null) {
      assert.ok((starts += 1) < 5 * KILLS, `no run comes to its end:\n${told.join('\n')}`);
      const spare: boolean = kills === KILLS || (run !== null && kills % KILLS_A_RUN === 0);
      const before: string[] = run === null ? [] : await ledgerLines(bench, run);
      const command: Command = await begin(bench, run);
      if (!spare) {
        const victim = victims[kills % victims.length] ?? 'all at once';
        const atMs = chance.integer(SPAN_MS);
        const hit = await kill(bench, command, victim, atMs);
        if (hit > 0) kills += 1;
        told.push(`${victim}, ${(atMs / 1000).toFixed(1)} s after its start: ${hit} killed`);
      }
      const code = await command.child.ended;
      await nobodyLeft(bench);
      const results: string[] = await readdir(join(bench.home, 'results')).catch(() => []);
      run = results.sort().findLast((name) => !done.has(name)) ?? null;
      const after = run === null ? [] : await ledgerLines(bench, run);
      told.push(`  ended with ${String(code)}, ${after.length} lines in its ledger`);
      assert.deepEqual(after.slice(0, before.length), before, 'a line of the ledger was lost');
      if (run !== null) await wholeSoFar(bench, run);
      // Whatever ended in its own time has put the phone back; what was killed leaves that to the next start.
      if (code !== null) assert.equal(await phoneState(bench), asFound, command.output());
      // One without a plan is left where it is, and cannot be gone on with.
      if (run !== null && after.length === 0) {
        done.add(run);
        run = null;
      } else if (run !== null && code === 0) {
        trials += await judged(bench, run);
        done.add(run);
        run = null;
      } else if (spare) assert.equal(code, 0, `${told.join('\n')}\n${command.output()}`);
    }
    assert.deepEqual(await undoJournal(join(bench.home, '.leaklab', 'undo'), 'red').entries(), []);
    told.push(`${kills} kills, ${trials} trials judged, none lost, none twice`);
  });

  after(() => {
    if (FULL) process.stdout.write(told.map((line) => `      ${line}\n`).join(''));
  });
});

async function begin(bench: BenchApart, run: string | null): Promise<Command> {
  const how = run === null ? ['--replicates', '1'] : ['--resume', run];
  return await bench.start(['scenario', 'incognito', ...how, ...(run === null ? BOTH : [])]);
}

const BOTH = ['--device', 'red', '--device', 'own'];

/** Kills it at its moment, unless the run has ended by then: that counts as none. How many programs were hit. */
async function kill(
  bench: BenchApart,
  { child, over }: Command,
  victim: Victim,
  atMs: number,
): Promise<number> {
  const moment = new AbortController();
  const there = async (): Promise<boolean> =>
    [...(await bench.processes()).values()].some((line) => VICTIMS[victim].test(line));
  while (!over() && !(await there())) await delay(50);
  await Promise.race([child.ended, delay(atMs, undefined, { signal: moment.signal })]);
  moment.abort();
  let hit = 0;
  for (const [pid, line] of await bench.processes()) {
    if (!VICTIMS[victim].test(line)) continue;
    try {
      process.kill(pid, 'SIGKILL');
      hit += 1;
    } catch {
      // Its parent was killed before it.
    }
  }
  return hit;
}

/** The kernel ends the children of a killed process in its own time: a moment later, not never. */
async function nobodyLeft(bench: BenchApart): Promise<void> {
  let left = await bench.processes();
  for (let looks = 0; left.size > 0 && looks < 100; looks++) {
    await delay(50);
    left = await bench.processes();
  }
  assert.deepEqual([...left.values()], [], 'a program outlived its run');
}

async function phoneState(bench: BenchApart): Promise<string> {
  const device = bench.phones.get('red')?.device;
  if (!device) throw new Error('there is no such phone');
  const settings = await device.ask(['settings', 'list', 'global']);
  const browser = await device.shell(['pidof', 'com.mi.globalbrowser.mini']);
  return [
    // A proxy of ":0" is none, to Android and to us.
    ...settings.split('\n').filter((line) => line.trim() !== 'http_proxy=:0'),
    `reverse ${(await device.reverses()).join()}`,
    `certificates ${await device.ask(['ls', '/system/etc/security/cacerts'])}`,
    `our CA's file ${(await device.shell(['ls', '/data/local/tmp/leaklab-ca.pem'])).code}`,
    `browser ${browser.output}`,
  ].join('\n');
}

async function ledgerLines(bench: BenchApart, run: string): Promise<string[]> {
  const text = await readFile(join(bench.home, 'results', run, 'ledger.jsonl'), 'utf8').catch(
    () => '',
  );
  // A line without its break was never finished.
  return text.split('\n').slice(0, -1);
}

const lineSchema = z.object({
  previous: z.string(),
  entry: z.object({
    kind: z.string(),
    trial: z.string().optional(),
    trials: z.array(z.string()).optional(),
    trialSha256: z.string().optional(),
    exchangesSha256: z.string().optional(),
  }),
});
const recordSchema = z.object({
  device: z.string(),
  replicate: z.number(),
  arm: z.string(),
  cutShort: z.boolean(),
});
const planSchema = z.object({
  blocks: z.array(
    z.object({
      device: z.string(),
      asides: z.array(z.object({ kind: z.string() })),
      trials: z.array(z.object({ replicate: z.number(), arm: z.string() })),
    }),
  ),
});

/** The chain holds, and every trial that the ledger calls finished is on disk as it was then, once. */
async function wholeSoFar(bench: BenchApart, run: string): Promise<void> {
  let head = '0'.repeat(64);
  const seen = new Set<string>();
  for (const text of await ledgerLines(bench, run)) {
    const { previous, entry } = lineSchema.parse(JSON.parse(text));
    assert.equal(previous, head);
    head = sha256(text);
    if (entry.kind !== 'trial') continue;
    const { trial = '' } = entry;
    assert.ok(!seen.has(trial), `${trial} stands twice in the ledger`);
    seen.add(trial);
    const of = (name: string): Promise<string> =>
      readFile(join(bench.home, 'results', run, 'trials', trial, name), 'utf8');
    assert.equal(sha256(await of('trial.json')), entry.trialSha256);
    assert.equal(sha256(await of('exchanges.jsonl').catch(() => '')), entry.exchangesSha256);
  }
}

/** A judged run has every planned trial and aside exactly once among those that count; returns how many trials. */
async function judged(bench: BenchApart, run: string): Promise<number> {
  const folder = join(bench.home, 'results', run);
  const lines = (await ledgerLines(bench, run)).map((text) => lineSchema.parse(JSON.parse(text)));
  const cut = new Set(lines.flatMap(({ entry }) => entry.trials ?? []));
  const done: string[] = [];
  for (const { entry } of lines) {
    if (entry.kind !== 'trial' || entry.trial === undefined || cut.has(entry.trial)) continue;
    const path = join(folder, 'trials', entry.trial, 'trial.json');
    const record = recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    if (!record.cutShort) done.push(`${record.device} ${record.replicate} ${record.arm}`);
  }
  const plan = planSchema.parse(JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8')));
  const planned = plan.blocks.flatMap(({ device, trials }) =>
    trials.map(({ replicate, arm }) => `${device} ${replicate} ${arm}`),
  );
  const asides = plan.blocks.flatMap((block) =>
    block.asides.map(({ kind }) => `${block.device} 0 ${kind}`),
  );
  assert.deepEqual(done.sort(), [...planned, ...asides].sort());
  const finished = new Set(lines.flatMap(({ entry }) => entry.trial ?? []));
  const begun = await readdir(join(folder, 'trials'));
  assert.deepEqual([...finished].sort(), begun.sort(), 'a trial was begun and is in no ledger');
  return planned.length;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
