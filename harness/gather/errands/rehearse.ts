import { mint } from '../../canary.ts';
import type { Scenario } from '../../scenario.ts';
import type { BenchEntry } from '../devices/bench.ts';
import { Fault } from '../../lib/fault.ts';
import { benchFault } from '../devices/faults.ts';
import type { Deed } from './deed.ts';
import { NEEDS } from './deed.ts';
import { placesOf } from './places.ts';

/** What the steps of a scenario do outside the browser, in their order: they are run with hands that touch nothing. */
export async function deedsIn(scenario: Scenario): Promise<readonly Deed[]> {
  const deeds: Deed[] = [];
  const nothing = (): Promise<void> => Promise.resolve();
  const canaries = mint(
    scenario.canaries,
    { run: 'rehearsal', seed: '', trial: '' },
    scenario.captions,
  );
  const still = { open: nothing, search: nothing, type: nothing, restart: nothing };
  await scenario.steps(still, canaries, (deed) => {
    deeds.push(deed);
    return Promise.resolve();
  });
  return deeds;
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
