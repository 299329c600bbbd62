import type { BrowserProfile, KnownBrowser } from '../../gather/browsers/profile.ts';
import { factorsOf } from '../../gather/browsers/profile.ts';
import { profiles } from '../../gather/browsers/profiles.ts';
import type { DesktopProfile } from '../../gather/desktop/profile.ts';
import { desktopProfiles } from '../../gather/desktop/profiles.ts';
import { phoneFactorsOf } from '../../gather/errands/factors.ts';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import type { Installation } from '../../gather/plan.ts';
import { waysOf } from '../../gather/trial/asides/ways.ts';
import { Fault } from '../../lib/fault.ts';
import type { Arm } from '../../record/aside.ts';
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
  const stamp = stampOf(entry);
  const known: KnownBrowser =
    entry.desktop === undefined ? profileNamed(browser) : desktopNamed(browser);
  const { levels, dropped } = levelsOf(scenario, device, entry, { known, version });
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
    dropped: [...dropped, ...armsOf(entry).why],
    arms: armsOf(entry).arms,
    ways: entry.desktop === undefined ? waysOf({ gateway: entry.listen === 'gateway' }) : [],
  };
}

/** Which arms tell here what the instrument itself changes, and why there are no others. */
function armsOf({ desktop, listen, reach }: BenchEntry): { arms: readonly Arm[]; why: string[] } {
  const none = (why: string) => ({ arms: [], why: [`no bare arm and no aged arm: ${why}`] });
  if (desktop !== undefined) return none('a browser on this machine takes no intents');
  if (listen !== 'gateway') return none('bytes are counted behind "listen": "gateway" alone');
  if (reach === 'content') return { arms: ['bare', 'instrumented', 'aged'], why: [] };
  const why = 'no aged arm: only root may set the clock of a phone on by 48 hours';
  return { arms: ['bare', 'instrumented'], why: [why] };
}

/** The levels of a scenario's factors that there are here, the phone's and the browser's. */
function levelsOf(
  { factors }: Scenario,
  label: string,
  { rom, handset, desktop }: BenchEntry,
  { known, version }: { known: KnownBrowser; version: string },
): Pick<Installation, 'levels' | 'dropped'> {
  const kind = handset === undefined ? 'phone' : 'handset';
  const around =
    desktop === undefined
      ? phoneFactorsOf({ label, family: rom.family, kind }, factors)
      : { levels: new Map<string, readonly string[]>(), dropped: [], names: new Set<string>() };
  const others = new Map([...factors].filter(([name]) => !around.names.has(name)));
  const within = factorsOf(known, version, others);
  return {
    levels: new Map([...around.levels, ...within.levels]),
    dropped: [...around.dropped, ...within.dropped],
  };
}

/** What every line says of a device that is no phone. */
export function stampOf({ handset, desktop }: BenchEntry): Stamp {
  if (handset !== undefined) return 'REFERENCE HANDSET';
  return desktop === undefined ? '' : 'DESKTOP BROWSER, WORLD EGRESS';
}

/** A phone browser's profile by the name that devices.json uses. */
export function profileNamed(name: string): BrowserProfile {
  return named(profiles, name, 'harness/gather/browsers/profiles/');
}

/** The same for a browser on this machine. */
export function desktopNamed(name: string): DesktopProfile {
  return named(desktopProfiles, name, 'harness/gather/desktop/profiles/');
}

function named<Profile>(all: ReadonlyMap<string, Profile>, name: string, folder: string): Profile {
  const profile = all.get(name);
  if (profile) return profile;
  throw new Fault(
    'unknown-browser',
    `no browser is called "${name}"`,
    `Use one of: ${[...all.keys()].join(', ')}; or add its profile under ${folder}.`,
  );
}
