import { mint, mintBeacon, mintDecoy } from '../../canary.ts';
import { Fault } from '../../lib/fault.ts';
import type { Archive } from '../../record/archive.ts';
import type { Block, PlannedTrial } from '../../record/plan/plan.ts';
import type { Stamp } from '../../record/stamp.ts';
import type { TrialRecord } from '../../record/trial.ts';
import type { Scenario } from '../../scenario.ts';
import type { Phone } from '../devices/phone.ts';
import type { Bench } from './bench.ts';
import { runTrial } from './trial.ts';

/** A phone that faults so often in a row is not coming back by itself. */
const FAULTS_IN_A_ROW = 3;

/**
 * Runs what is left of one block, trial by trial. A trial that faults is void and the next one goes on; three in
 * a row end the block, its reason in the ledger. Each finished trial is reported as soon as it is on disk.
 */
export async function runBlock(
  bench: Bench,
  trials: readonly PlannedTrial[],
  archive: Archive,
  { signal, begin, end }: BlockEvents,
): Promise<void> {
  let faults = 0;
  for (const planned of trials) {
    signal.throwIfAborted();
    begin(planned);
    const record = await runTrial(bench, planned, await archive.trial(planned.id), signal);
    end(planned, record);
    faults = record.fault ? faults + 1 : 0;
    if (faults === FAULTS_IN_A_ROW) {
      const why = `${FAULTS_IN_A_ROW} trials in a row ended in a Fault: ${record.void[0] ?? 'unknown'}`;
      await archive.ledger.append(
        { kind: 'block-ended', device: bench.device, why },
        bench.clock.now(),
      );
      throw new Fault(
        record.fault?.code ?? 'block-ended',
        `${bench.device}: ${why}`,
        'Look at the phone, then go on with --resume: every finished trial is kept.',
      );
    }
    if (!record.sound) await mend(bench.phone, signal);
  }
}

/**
 * Puts the way through the tap back where a trial lost it, so that one loss makes one trial void. A phone that does not
 * come back in time is the next trial's Fault.
 */
async function mend(phone: Phone, signal: AbortSignal): Promise<void> {
  try {
    if (!(await phone.routeStands())) await phone.reroute(signal);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

interface BlockEvents {
  readonly signal: AbortSignal;
  begin(planned: PlannedTrial): void;
  end(planned: PlannedTrial, record: TrialRecord): void;
}

/**
 * What a resumed run still has to do in a block. Whole replicates stand; an interrupted one is redone whole under
 * new names (method §1), and its finished trials are marked as cut short.
 */
export function remaining(
  block: Block,
  finished: readonly TrialRecord[],
): { readonly todo: PlannedTrial[]; readonly cutShort: string[] } {
  const own = finished.filter(
    ({ device, browser }) => device === block.device && browser === block.browser,
  );
  const mine = own.filter(({ cutShort }) => !cutShort);
  const todo: PlannedTrial[] = [];
  const cutShort: string[] = [];
  for (const replicate of new Set(block.trials.map((trial) => trial.replicate))) {
    const planned = block.trials.filter((trial) => trial.replicate === replicate);
    const done = mine.filter((trial) => trial.replicate === replicate);
    if (planned.every(({ arm }) => done.some((trial) => trial.arm === arm))) continue;
    const again = own.some((trial) => trial.replicate === replicate);
    cutShort.push(...done.map(({ id }) => id));
    todo.push(...planned.map((trial) => (again ? renamed(trial, finished) : trial)));
  }
  return { todo, cutShort };
}

/** The record of a trial that was begun and never finished: kept with its canaries, and not counted. */
export function interrupted(
  planned: PlannedTrial,
  given: {
    device: string;
    browser: string;
    stamp: Stamp;
    run: string;
    seed: string;
    scenario: Scenario;
  },
): TrialRecord {
  const from = { run: given.run, seed: given.seed, trial: planned.id };
  const { canaries, captions, doses } = given.scenario;
  const { dose } = planned;
  const dosed = doses === null || dose === undefined ? null : { canary: doses, dose };
  return {
    ...planned,
    stamp: given.stamp,
    device: given.device,
    browser: given.browser,
    readings: [],
    canaries: mint(canaries, from, captions, dosed),
    beacon: mintBeacon(from),
    decoys: [mintDecoy(from)],
    checks: [],
    timings: {},
    planted: {},
    sound: false,
    void: ['interrupted: the run ended during this trial'],
    fault: null,
    cutShort: true,
    connections: { total: 0, unaccounted: 0, bytesUp: 0, bytesDown: 0, truncated: 0 },
    coverage: null,
    reach: 'none',
    soleWayOut: false,
    aside: null,
  };
}

/** `x-07` redone is `x-07b`, then `x-07c`. */
function renamed(trial: PlannedTrial, finished: readonly TrialRecord[]): PlannedTrial {
  const used = new Set(finished.map(({ id }) => id));
  const suffix = [...'bcdefghijklmnopqrstuvwxyz'].find((letter) => !used.has(trial.id + letter));
  if (suffix === undefined) {
    throw new Fault(
      'interrupted-too-often',
      `trial ${trial.id} was interrupted 25 times`,
      'Start a new run: this one shows that the bench is not fit.',
    );
  }
  return { ...trial, id: trial.id + suffix };
}
