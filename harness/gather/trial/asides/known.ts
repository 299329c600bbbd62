import { Fault, rootError } from '../../../lib/fault.ts';
import type { TrialFolder } from '../../../record/archive.ts';
import type { PlannedKnown, Way } from '../../../record/aside.ts';
import type { TrialRecord } from '../../../record/trial.ts';
import type { Scenario } from '../../../scenario.ts';
import { KNOWN } from '../../tap/sites/pages.ts';
import type { Capture } from '../../tap/tap.ts';
import type { Bench } from '../bench.ts';
import { Notes } from '../notes.ts';
import { NAME_ASKED_FOR } from './ways.ts';

/** How long what the app says it sends may take to come, in ms on the wall. */
const PATIENCE_MS = 20_000;

/**
 * Has our own app on the phone send a canary by every way, in the background, and keeps what the tap hears of it. Says what
 * the app was asked and what it says it sent; whether it is found is for the judge. A Fault makes the aside void.
 */
export async function runKnownLeaks(
  bench: Bench,
  { id, ways }: PlannedKnown,
  folder: TrialFolder,
  signal: AbortSignal,
): Promise<TrialRecord> {
  const { phone, tap } = bench;
  const planned = { id, replicate: 0, arm: 'known leaks', condition: {} };
  const notes = new Notes({ ...bench, scenario: telling(bench.scenario, ways) }, planned, folder);
  let capture: Capture | null = null;
  let ended: unknown = null;
  let leaked: Awaited<ReturnType<typeof phone.leak>> = null;
  try {
    notes.stage('listen');
    capture = await tap.capture(folder);
    notes.check('clean-start', await phone.routeStands(), 'the way through the tap');
    notes.stage('steps');
    const values = new Map(notes.canaries.map(({ name, value }) => [name, value]));
    notes.plant([...values.values()]);
    leaked = await phone.leak(values);
    notes.stage('follow-up');
    await heard(capture, ways, leaked?.ways ?? [], signal);
    notes.check('steps', true, leaked ? 'the app was asked' : 'the app is not installed');
    if (!(await phone.routeStands()))
      notes.check('accounted', false, 'the way through the tap was lost');
  } catch (error) {
    if (signal.aborted) throw error;
    ended = rootError(error);
    if (!(ended instanceof Fault)) notes.bug(ended);
  }
  const said = new Set(leaked?.ways);
  notes.aside = {
    kind: 'known leaks',
    app: leaked?.version ?? null,
    ways: ways.map((way) => ({ ...way, said: said.has(way.way) })),
  };
  return await notes.close(capture, ended instanceof Fault ? ended : null);
}

/** Until the tap has seen each host that it is to see, or for as long as we have patience. Names are not seen there. */
async function heard(
  capture: Capture,
  ways: readonly Way[],
  said: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const awaited = ways.filter(
    ({ way, transport }) => said.includes(way) && transport !== NAME_ASKED_FOR,
  );
  await Promise.all(
    awaited.map(({ way }) => capture.seen(`${way}${KNOWN}`, patience).catch(() => undefined)),
  );
  signal.throwIfAborted();
}

/** The scenario's canaries are left out of this: nothing but our own app's is planted. */
function telling(scenario: Scenario, ways: readonly Way[]): Scenario {
  return {
    ...scenario,
    canaries: Object.fromEntries(ways.map(({ way }) => [way, 'page' as const])),
    titles: new Map(),
    captions: new Map(),
    doses: null,
  };
}
