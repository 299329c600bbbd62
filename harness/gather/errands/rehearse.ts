import { mint } from '../../canary.ts';
import type { Scenario } from '../../scenario.ts';
import type { BenchEntry } from '../devices/bench.ts';
import { Fault } from '../../lib/fault.ts';
import { benchFault } from '../devices/faults.ts';
import type { Deed } from './deed.ts';
import { NEEDS, textsOf } from './deed.ts';
import { placesOf } from './places.ts';

/** What the steps of a scenario do outside the browser, in their order: they are run with hands that touch nothing. */
export async function deedsIn(scenario: Scenario): Promise<readonly Deed[]> {
  return (await rehearse(scenario)).deeds;
}

/** What steps did under hands that touch nothing: `unplanted` are canaries of which nobody heard. */
export interface Rehearsed {
  readonly deeds: readonly Deed[];
  readonly unplanted: readonly string[];
  /** The steps were over before one of their hands was. */
  readonly hasten: boolean;
}

export async function rehearse(scenario: Scenario): Promise<Rehearsed> {
  const deeds: Deed[] = [];
  const spoken: string[] = [];
  let busy = 0;
  const take = async (...texts: readonly string[]): Promise<void> => {
    spoken.push(...texts);
    busy++;
    // A turn later than any steps that did not wait.
    await new Promise<void>((done) => void setImmediate(done));
    busy--;
  };
  const canaries = mint(
    scenario.canaries,
    { run: 'rehearsal', seed: '', trial: '' },
    scenario.captions,
  );
  const still = { open: take, search: take, type: take, restart: take };
  await scenario.steps(still, canaries, async (deed) => {
    deeds.push(deed);
    await take(...textsOf(deed));
  });
  const hasten = busy > 0;
  // A title comes with its page, a caption inside its photo.
  const within = new Map([...scenario.titles, ...scenario.captions].map(([on, one]) => [one, on]));
  const said = new Set(
    canaries.filter(({ value }) => spoken.some((text) => text.includes(value))).map(nameOf),
  );
  const unplanted = canaries.map(nameOf).filter((name) => !said.has(within.get(name) ?? name));
  return { deeds, unplanted, hasten };
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

/** By how many days its steps set the clock of a phone on, all together. */
export async function daysAheadIn(scenario: Scenario): Promise<number> {
  const deeds = await deedsIn(scenario);
  return deeds.reduce((sum, deed) => sum + (deed.do === 'turn clock' ? deed.days : 0), 0);
}

/**
 * Why a device cannot be given to a scenario, said before it is touched; null when it can. What cannot be undone needs a
 * word in its `may` (a reference handset harms nobody), and what needs a phone or an app of it needs one. Faults
 * `not-allowed`, `errand-impossible`.
 */
export async function refusalOf(
  scenario: Scenario,
  { name, desktop, serial, rom, may = [] }: BenchEntry,
): Promise<Fault | null> {
  for (const { do: what } of await deedsIn(scenario)) {
    if (what === 'idle') continue;
    const lacks =
      desktop !== undefined
        ? 'is no phone'
        : what === 'send mail' && placesOf(rom.family).mail === null
          ? 'has no mail app that we know'
          : null;
    if (lacks !== null) {
      return benchFault(
        'errand-impossible',
        `${name} ${lacks}, and ${scenario.name} has "${what}"`,
      );
    }
    const needs = NEEDS[what];
    if (serial === undefined || needs === undefined || may.includes(needs)) continue;
    return new Fault(
      'not-allowed',
      `${name}: ${scenario.name} has "${what}", which cannot be undone`,
      `Write "may": ["${needs}"] in devices.json if its owner agrees, or leave the device out.`,
    );
  }
  return null;
}
