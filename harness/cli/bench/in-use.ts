import { basename } from 'node:path';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import { serialOf } from '../../gather/devices/bench.ts';
import { Fault } from '../../lib/fault.ts';
import { takeLease, Taken } from '../../lib/lease.ts';
import type { Lease } from '../../lib/lease.ts';

/** Who asks for a phone or a run, as whoever comes second reads it. */
export interface Claimant {
  /** "the run results/2026…", "leaklab restore". */
  readonly what: string;
  readonly home: string;
  readonly now: number;
}

/**
 * Takes every phone among the entries for as long as this process lives; one that is in use is a Fault that names its
 * holder, and none is kept then. A desktop browser is one device of the folder whose devices.json names it; a
 * reference handset that a run starts for itself is nobody else's.
 */
export async function holdPhones(
  entries: Iterable<BenchEntry>,
  claimant: Claimant,
): Promise<AsyncDisposable> {
  await using held = new AsyncDisposableStack();
  for (const entry of entries) {
    const thing = thingOf(entry, claimant.home);
    if (thing === null) continue;
    const advice =
      'Wait until that has ended, or end it with Ctrl-C where it runs; or take another phone.';
    held.use(
      await hold(
        thing,
        claimant,
        (by) => new Fault('phone-in-use', `${named(entry)} is in use by ${by}`, advice),
      ),
    );
  }
  return held.move();
}

/** Takes a run's folder: two processes that go on with one run would write two ends of one ledger. */
export async function holdRun(folder: string, claimant: Claimant): Promise<Lease> {
  const advice = 'Let it run: it needs no --resume. Or end it with Ctrl-C where it runs.';
  const name = basename(folder);
  return await hold(
    `run ${folder}`,
    claimant,
    (by) => new Fault('run-in-use', `${name} is going on already: ${by}`, advice),
  );
}

/** What nobody else may use meanwhile; null where a run makes the device for itself. */
function thingOf(entry: BenchEntry, home: string): string | null {
  // Its journal, by which the homes of its browser are found again, is that of this folder.
  if (entry.desktop !== undefined) return `desktop ${home} ${entry.name}`;
  const serial = serialOf(entry);
  if (serial === null) return null;
  // One phone may hang on several adb servers of this machine; on another machine the same serial is another one.
  const host = entry.adb?.host ?? '127.0.0.1';
  return `phone ${host === 'localhost' ? '127.0.0.1' : host} ${serial}`;
}

function named(entry: BenchEntry): string {
  const serial = serialOf(entry);
  return serial === null ? entry.name : `${entry.name} (${serial})`;
}

async function hold(
  thing: string,
  { what, home, now }: Claimant,
  taken: (by: string) => Fault,
): Promise<Lease> {
  const since = new Date(now).toISOString().slice(0, 19).replace('T', ' ');
  const words = `${what} in ${home}, process ${process.pid}, since ${since} UTC`;
  try {
    return await takeLease(thing, words);
  } catch (error) {
    if (!(error instanceof Taken)) throw error;
    throw taken(error.by ?? 'a process that does not answer (stopped with Ctrl-Z?)');
  }
}
