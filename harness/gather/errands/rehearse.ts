import { mint } from '../../canary.ts';
import type { Scenario } from '../../scenario.ts';
import type { BenchEntry } from '../devices/bench.ts';
import { Fault } from '../../lib/fault.ts';
import { benchFault } from '../devices/faults.ts';
import type { Deed } from './deed.ts';
import { NEEDS } from './deed.ts';

/** What the steps of a scenario do outside the browser, in their order: they are run with hands that touch nothing. */
async function deedsIn(scenario: Scenario): Promise<readonly Deed[]> {
  const deeds: Deed[] = [];
  const nothing = (): Promise<void> => Promise.resolve();
  const canaries = mint(
    scenario.canaries,
    { run: 'rehearsal', seed: '', trial: '' },
    scenario.captions,
  );
  await scenario.steps({ open: nothing, search: nothing, type: nothing }, canaries, (deed) => {
    deeds.push(deed);
    return Promise.resolve();
  });
  return deeds;
}

/**
 * Refuses a device for a scenario before it is touched: what cannot be undone needs a word in its `may` (a reference
 * handset harms nobody), and what needs a phone needs one. Faults `not-allowed`, `errand-impossible`.
 */
export async function refuseForbidden(
  scenario: Scenario,
  { name, desktop, serial, may = [] }: BenchEntry,
): Promise<void> {
  for (const { do: what } of await deedsIn(scenario)) {
    if (what === 'idle') continue;
    if (desktop !== undefined) {
      throw benchFault(
        'errand-impossible',
        `${name} is no phone, and ${scenario.name} has: ${what}`,
      );
    }
    const needs = NEEDS[what];
    if (serial === undefined || needs === undefined || may.includes(needs)) continue;
    throw new Fault(
      'not-allowed',
      `${name}: ${scenario.name} has "${what}", which cannot be undone`,
      `Write "may": ["${needs}"] in devices.json if its owner agrees, or leave the device out.`,
    );
  }
}
