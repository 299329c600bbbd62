import type { BrowserProfile } from '../../gather/browsers/profile.ts';
import { factorsOf } from '../../gather/browsers/profile.ts';
import { profiles } from '../../gather/browsers/profiles.ts';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import type { Installation } from '../../gather/plan.ts';
import { Fault } from '../../lib/fault.ts';
import type { Stamp } from '../../record/stamp.ts';
import { isReference } from '../../record/stamp.ts';
import type { Scenario } from '../../scenario.ts';

/** One browser on one device, as the plan must know it before the phone is touched. */
export function installation(
  scenario: Scenario,
  device: string,
  entry: BenchEntry,
  browser: string,
  version: string,
): Installation {
  const stamp: Stamp = entry.handset === undefined ? '' : 'REFERENCE HANDSET';
  const { levels, dropped } = factorsOf(profileNamed(browser), version, scenario.factors);
  return {
    device,
    browser,
    expected: {
      reference: isReference(stamp),
      stamp,
      reach: entry.reach,
      rom: `${entry.rom.family} ${entry.rom.build} ${entry.rom.region}`,
      appVersion: version,
      timelapse: entry.timelapse ?? 1,
    },
    levels,
    dropped,
  };
}

/** A browser's profile by the name that devices.json uses. */
export function profileNamed(name: string): BrowserProfile {
  const profile = profiles.get(name);
  if (profile) return profile;
  throw new Fault(
    'unknown-browser',
    `no browser is called "${name}"`,
    `Use one of: ${[...profiles.keys()].join(', ')}; or add its profile under harness/gather/browsers/profiles/.`,
  );
}
