import type { Fault } from '../../../lib/fault.ts';
import { ANY } from '../bench.ts';
import { benchFault } from '../faults.ts';
import type { AppIdentity, PhoneIdentity } from '../phone.ts';

/** What devices.json says of a phone, as far as the phone can be asked. */
export interface Expectation {
  readonly name: string;
  readonly model: string;
  readonly rom: { readonly family: string; readonly region: string; readonly build: string };
}

/** Fault `not-as-expected` naming every fact in which the phone is another than devices.json says; null if none. */
export function compareIdentity(expected: Expectation, found: PhoneIdentity): Fault | null {
  return differing(expected.name, [
    ['model', expected.model, found.model],
    ['rom.family', expected.rom.family, found.romFamily],
    ['rom.region', expected.rom.region, found.romRegion],
    ['rom.build', expected.rom.build, found.romBuild],
  ]);
}

/** The same for the browser under test; `browser` is its name in devices.json. */
export function compareApp(
  device: string,
  browser: string,
  expectedVersion: string,
  found: AppIdentity,
): Fault | null {
  if (expectedVersion === ANY) return null;
  return differing(device, [[`browsers.${browser}`, expectedVersion, found.versionName]]);
}

function differing(
  device: string,
  facts: readonly (readonly [field: string, expected: string, found: string])[],
): Fault | null {
  const wrong = facts.filter(([, expected, found]) => expected !== found);
  if (wrong.length === 0) return null;
  const said = wrong.map(
    ([field, expected, found]) =>
      // In JSON's quotes: a phone's words must not look like a line of ours.
      `${field}: devices.json says ${JSON.stringify(expected)}, the phone says ${JSON.stringify(found)}`,
  );
  return benchFault('not-as-expected', `${device} is not as expected: ${said.join('; ')}`);
}
