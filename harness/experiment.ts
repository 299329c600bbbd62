import type { PlannedAside } from './record/aside.ts';
import type { Block, Plan, PlannedTrial } from './record/plan/plan.ts';
import type { Archive } from './record/archive.ts';
import type { DeviceFacts } from './record/run.ts';
import type { TrialRecord } from './record/trial.ts';
import type { Scenario } from './scenario.ts';
import type { Bench } from './gather/trial/bench.ts';
import { runAsides, runBare } from './gather/trial/asides/asides.ts';
import type { Noted } from './gather/trial/notes.ts';
import { interrupted, remaining, runBlock } from './gather/trial/block.ts';
import { judgeArchive } from './judge/judge.ts';
import type { Judged } from './judge/judge.ts';
import type { Registry } from './judge/recipients/registry.ts';

/** Everything that an experiment needs and does not decide itself. */
export interface Given {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly archive: Archive;
  readonly tools: Readonly<Record<string, string>>;
  /** Takes one device into use: phone, browser and tap, held for the whole block and put back at its end. */
  open(block: Block, signal: AbortSignal, bare: BeforeUse): Promise<OpenBench>;
  /** Told what is still to be run once that is known; answers with who wants to hear how it goes. */
  show(todo: readonly Todo[]): Events;
  /** What is known of recipients outside the record; our own table where nobody brought more. */
  readonly registry?: Registry;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/**
 * Told of a phone that was found and on which nothing of ours is yet, where a gateway counts its bytes. `firstRun`: hands
 * pass the browser's first-run screens, and are taken off again.
 */
export type BeforeUse = (bare: Noted, firstRun: () => Promise<void>) => Promise<void>;

export interface OpenBench extends AsyncDisposable {
  readonly bench: Bench;
  readonly facts: DeviceFacts;
}

/** What is still to be run of one block. */
export interface Todo {
  readonly block: Block;
  readonly asides: readonly PlannedAside[];
  readonly trials: readonly PlannedTrial[];
}

/** Lab notes: what is running and what has ended. Never what was sighted. */
export interface Events {
  begin(block: Block, trial: PlannedTrial): void;
  end(block: Block, trial: PlannedTrial, record: TrialRecord): void;
  /** A block that could not go on: its Fault or bug. The other blocks do. */
  stopped(block: Block, error: unknown): void;
}

/**
 * One experiment, from question to answer. The plan is in the ledger before the first trial; blocks run side by
 * side; every finished trial is on disk before the next begins; the judge reads nothing but the archive.
 */
export async function experiment(given: Given): Promise<Judged> {
  const { plan, archive, now } = given;
  const resuming = archive.ledger.entries.length > 0;
  if (!resuming) await archive.writePlan(plan, now());
  else await archive.ledger.append({ kind: 'resumed', codeVersion: plan.codeVersion }, now());

  const todo = await setAside(given);
  const events = given.show(todo);
  const before = await archive.runInfo();
  const facts = new Map(
    (before?.devices ?? []).map((one) => [keyOf(one.device, one.browserName), one]),
  );
  const startedAt = before?.startedAt ?? now();
  const noted = async (one: DeviceFacts): Promise<void> => {
    facts.set(keyOf(one.device, one.browserName), one);
    const devices = plan.blocks.flatMap(
      ({ device, browser }) => facts.get(keyOf(device, browser)) ?? [],
    );
    const { run, scenario, codeVersion } = plan;
    const { tools } = given;
    await archive.writeRun({ run, scenario, startedAt, codeVersion, tools, devices }, now());
  };
  // Browsers of one device take turns: two hands on one phone would disturb each other.
  const byDevice = Map.groupBy(todo, ({ block }) => block.device);
  await Promise.all(
    [...byDevice.values()].map(async (blocks) => {
      for (const one of blocks) await gather({ ...given, ...one, events }, noted);
    }),
  );
  given.signal.throwIfAborted();
  return await judgeArchive(archive, given.registry);
}

function keyOf(device: string, browser: string): string {
  return `${device} ${browser}`;
}

/** One block: take the device into use, run its trials, put it back. */
async function gather(
  { open, archive, block, asides, trials, events, signal }: Given & Todo & { events: Events },
  noted: (facts: DeviceFacts) => Promise<void>,
): Promise<void> {
  if (trials.length === 0) return;
  try {
    await using opened = await open(block, signal, (bare, firstRun) =>
      runBare(bare, asides, archive, { signal, firstRun }),
    );
    await noted(opened.facts);
    await runAsides(opened.bench, asides, archive, signal);
    await runBlock(opened.bench, trials, archive, {
      signal,
      begin: (trial) => {
        events.begin(block, trial);
      },
      end: (trial, record) => {
        events.end(block, trial, record);
      },
    });
  } catch (error) {
    events.stopped(block, error);
  }
}

/** What is still to be run, once interrupted replicates and unfinished trials have been marked in the ledger. */
async function setAside(given: Given): Promise<Todo[]> {
  const { plan, archive, scenario, now } = given;
  for (const id of await archive.begun()) {
    // A redone trial carries a letter after its planned name.
    const name = id.replace(/[b-z]$/, '');
    const block = plan.blocks.find(({ trials }) => trials.some((one) => one.id === name));
    const planned = block?.trials.find((one) => one.id === name);
    if (!block || !planned) continue;
    const folder = await archive.trial(id);
    const { run, seed } = plan;
    const { device, browser, expected } = block;
    const { stamp } = expected;
    const record = interrupted({ ...planned, id }, { device, browser, stamp, run, seed, scenario });
    await folder.finish(record, now());
  }
  const finished = await archive.trials();
  const aside = new Set((await archive.asides()).map(({ id }) => id));
  const left: Todo[] = [];
  for (const block of plan.blocks) {
    const { todo, cutShort } = remaining(block, finished);
    if (cutShort.length > 0)
      await archive.ledger.append({ kind: 'cut-short', trials: cutShort }, now());
    left.push({ block, asides: block.asides.filter(({ id }) => !aside.has(id)), trials: todo });
  }
  return left;
}
