import type { Canary } from '../../../canary.ts';
import { mint } from '../../../canary.ts';
import { Fault, rootError } from '../../../lib/fault.ts';
import type { TrialFolder } from '../../../record/archive.ts';
import type { PlannedKnown, Way } from '../../../record/aside.ts';
import { askedAgain } from '../../../record/aside.ts';
import type { TrialRecord } from '../../../record/trial.ts';
import type { Scenario } from '../../../scenario.ts';
import { KNOWN } from '../../tap/sites/pages.ts';
import { underDomain } from '../../tap/sites/public.ts';
import type { Capture } from '../../tap/tap.ts';
import type { Bench } from '../bench.ts';
import { Notes } from '../notes.ts';
import { NAME_ASKED_FOR } from './ways.ts';

/** How long what the app says it sends may take to come, in ms on the wall. */
const PATIENCE_MS = 20_000;

/**
 * Has our own app on the phone send a canary by every way, in the background, and keeps what the tap hears of it. Says what
 * the app was asked and what it says it sent; whether it is found is for the judge. Of what the tap heard nothing at all it
 * is asked once more: a phone may have put it off. A Fault makes the aside void.
 */
export async function runKnownLeaks(
  bench: Bench,
  { id, ways, again = false }: PlannedKnown,
  folder: TrialFolder,
  signal: AbortSignal,
): Promise<TrialRecord> {
  const { phone, tap } = bench;
  const planned = { id, replicate: 0, arm: 'known leaks', condition: {} };
  const notes = new Notes({ ...bench, scenario: telling(bench.scenario, ways) }, planned, folder);
  let capture: Capture | null = null;
  let ended: unknown = null;
  let leaked: Awaited<ReturnType<typeof phone.leak>> = null;
  let unheard: readonly string[] = [];
  let once: readonly string[] | null = null;
  try {
    notes.stage('listen');
    capture = await tap.capture(folder);
    notes.check('clean-start', await phone.routeStands(), 'the way through the tap');
    notes.stage('steps');
    const values = new Map(notes.canaries.map(({ name, value }) => [name, value]));
    notes.plant([...values.values()]);
    leaked = await phone.leak(values);
    notes.stage('follow-up');
    unheard = await unheardOf(capture, ways, leaked?.ways ?? [], signal);
    if (again && unheard.length > 0) {
      const second = secondOf(unheard, bench, id);
      notes.canaries.push(...second.values());
      const more = new Map([...second].map(([way, { value }]) => [way, value]));
      notes.plant([...more.values()]);
      once = (await phone.leak(more))?.ways ?? [];
      await unheardOf(capture, ways, once, signal);
    }
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
    ways: ways.map((way) => ({
      ...way,
      said: said.has(way.way),
      ...(isSeen(way) && said.has(way.way) ? { heard: !unheard.includes(way.way) } : {}),
      ...(once !== null && unheard.includes(way.way) ? { again: once.includes(way.way) } : {}),
    })),
  };
  return await notes.close(capture, ended instanceof Fault ? ended : null);
}

/** Waits until the tap has seen each host that it is to see, for as long as we have patience; gives those that it has not. */
async function unheardOf(
  capture: Capture,
  ways: readonly Way[],
  said: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const awaited = ways.filter((way) => said.includes(way.way) && isSeen(way));
  const unheard = await Promise.all(
    awaited.map(({ way }) =>
      capture.seen(`${way}${KNOWN}`, patience).then(
        () => [],
        () => [way],
      ),
    ),
  );
  signal.throwIfAborted();
  return unheard.flat();
}

/** Names that are asked for are not seen by the tap. */
function isSeen({ transport }: Way): boolean {
  return transport !== NAME_ASKED_FOR;
}

/** Way → a canary of its own for the second time, so that the record tells by which of the two it was found. */
function secondOf(
  ways: readonly string[],
  { run, seed, site }: Pick<Bench, 'run' | 'seed' | 'site'>,
  trial: string,
): ReadonlyMap<string, Canary> {
  const named = Object.fromEntries(ways.map((way) => [askedAgain(way), 'page' as const]));
  const minted = mint(named, { run, seed, trial });
  return new Map(
    ways.flatMap((way): [string, Canary][] => {
      const one = minted.find(({ name }) => name === askedAgain(way));
      return one ? [[way, { ...one, value: underDomain(one.value, site) }]] : [];
    }),
  );
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
