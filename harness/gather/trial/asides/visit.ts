import { Fault, rootError } from '../../../lib/fault.ts';
import type { TrialFolder } from '../../../record/archive.ts';
import type { Aside, PlannedVisit } from '../../../record/aside.ts';
import type { TrialRecord } from '../../../record/trial.ts';
import type { Capture } from '../../tap/tap.ts';
import type { Noted } from '../notes.ts';
import { Notes } from '../notes.ts';
import { hostsIn } from './hosts.ts';

/** A page that is there in the world and on the internet alike, and holds nothing of ours. */
export const PAGE = 'https://example.org/';

const AGED_DAYS = 2;

/** How long the browser may take to get there, in ms on the wall. */
const PATIENCE_MS = 20_000;

/**
 * One visit to the same page in each arm, opened by an intent in a browser whose first run is over; recipients and bytes are
 * counted from packets. `bare`: the tap carries everything on unread, there is no CA of ours, and nobody's hands are on the
 * phone. `instrumented`: as a trial is. `aged`: the same installation, two days on.
 */
export async function runVisit(
  bench: Noted,
  { id, arm }: PlannedVisit,
  folder: TrialFolder,
  { signal, firstRun }: { signal: AbortSignal; firstRun: () => Promise<void> },
): Promise<TrialRecord> {
  const { phone, tap, clock, app, errands } = bench;
  const planned = { id, replicate: 0, arm, condition: {} };
  const nothing = { canaries: {}, titles: new Map(), captions: new Map(), doses: null };
  const notes = new Notes(
    { ...bench, scenario: { ...bench.scenario, ...nothing } },
    planned,
    folder,
  );
  const hours = arm === 'aged' ? AGED_DAYS * 24 : 0;
  const aside: Extract<Aside, { kind: 'visit' }> = {
    kind: 'visit',
    arm,
    page: PAGE,
    hours,
    hosts: [],
  };
  notes.aside = aside;
  let capture: Capture | null = null;
  let ended: unknown = null;
  try {
    tap.carry(arm === 'bare');
    notes.stage('make ready');
    if (arm === 'aged') await errands?.run({ do: 'turn clock', days: AGED_DAYS }, signal);
    else {
      // First-run screens swallow an intent. What is sent meanwhile is kept in the same folder, and not counted.
      const meanwhile = await tap.capture(folder);
      await phone.clear(app.package);
      await firstRun();
      await meanwhile.finish();
    }
    notes.stage('listen');
    capture = await tap.capture(folder);
    notes.check('clean-start', await phone.routeStands(), 'no other way out is set on the phone');
    notes.stage('steps');
    await phone.visit(PAGE, app.package);
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const there = await capture.seen(new URL(PAGE).hostname, patience).then(
      () => true,
      () => false,
    );
    signal.throwIfAborted();
    notes.check('steps', there, there ? 'the page was asked for' : 'the page was not asked for');
    notes.stage('follow-up');
    await clock.wait(bench.scenario.followUpMs, signal);
    await phone.rest();
    const { coverage } = await capture.finish();
    if (coverage) aside.hosts = hostsIn(coverage);
    if (arm === 'aged') await errands?.washOut();
  } catch (error) {
    if (signal.aborted) throw error;
    ended = rootError(error);
    if (!(ended instanceof Fault)) notes.bug(ended);
  } finally {
    tap.carry(false);
  }
  return await notes.close(capture, ended instanceof Fault ? ended : null);
}
