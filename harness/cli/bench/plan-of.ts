import type { BenchEntry } from '../../gather/devices/bench.ts';
import { refusalOf } from '../../gather/errands/rehearse.ts';
import { makePlan } from '../../gather/plan.ts';
import { Fault } from '../../lib/fault.ts';
import type { Plan } from '../../record/plan/plan.ts';
import type { Scenario } from '../../scenario.ts';
import { entryNamed } from './entries.ts';
import { installation } from './installations.ts';

/** What is asked of the bench; no device means the default bench. */
interface Asked {
  readonly devices: readonly string[];
  readonly browsers: readonly string[];
  readonly replicates: number | null;
}

/**
 * The plan over every browser of every device that was asked for; by default the reference handsets. A named device on
 * which a scenario cannot be run is a Fault; one of the default bench is left out, with a sentence.
 */
export async function planOf(
  scenario: Scenario,
  bench: ReadonlyMap<string, BenchEntry>,
  asked: Asked,
  given: Omit<Parameters<typeof makePlan>[2], 'replicates'>,
): Promise<{ plan: Plan; left: readonly string[] }> {
  const names = asked.devices.length > 0 ? asked.devices : defaultDevices(bench);
  const left: string[] = [];
  const installations = [];
  for (const device of names) {
    const entry = entryNamed(bench, device);
    const refusal = await refusalOf(scenario, entry);
    if (refusal && asked.devices.length > 0) throw refusal;
    if (refusal) {
      left.push(`left out: ${refusal.message}`);
      continue;
    }
    for (const [browser, version] of Object.entries(entry.browsers)) {
      if (asked.browsers.length > 0 && !asked.browsers.includes(browser)) continue;
      installations.push(installation(scenario, device, entry, browser, version));
    }
  }
  if (installations.length === 0) {
    throw new Fault(
      'nothing-to-run',
      left[0] ?? `no device of ${names.join(', ')} has the browser ${asked.browsers.join(', ')}`,
      'Leave --browser out, or add the browser to the device in devices.json.',
    );
  }
  const replicates = asked.replicates ?? scenario.replicates;
  return { plan: makePlan(scenario, installations, { ...given, replicates }), left };
}

/** The reference handsets: the default bench, on which everything runs without a phone. */
export function defaultDevices(bench: ReadonlyMap<string, BenchEntry>): string[] {
  return [...bench].flatMap(([name, { handset }]) => (handset === undefined ? [] : [name]));
}
