import type { Collectors } from '../phone/phone.ts';
import type { Rom } from '../roms/rom.ts';
import { allOf } from './rules/condition.ts';

/**
 * A broadcast that asks one app to send each value by the way named: a rule that waits for `asked-to-tell` says in its
 * condition which way it is. Gives the ways that the app knows; all others it leaves alone.
 */
export function asked(
  rom: Pick<Rom, 'apps' | 'services'>,
  collectors: Pick<Collectors, 'notify'>,
  packageName: string,
  values: ReadonlyMap<string, string>,
): string[] {
  const known = waysOf(rom, packageName);
  const taken = [...values].filter(([way]) => known.has(way));
  for (const [way, value] of taken) {
    collectors.notify({
      kind: 'asked-to-tell',
      package: packageName,
      values: { way, value },
      state: {},
    });
  }
  return taken.map(([way]) => way);
}

/** The ways by which an app sends what it is asked to. */
export function waysOf(
  { apps, services }: Pick<Rom, 'apps' | 'services'>,
  packageName: string,
): ReadonlySet<string> {
  const rules = [...apps, ...services]
    .filter((one) => one.package === packageName)
    .flatMap(({ collectors }) => collectors)
    .flatMap((collector) => collector.rules)
    .filter(({ on }) => on === 'asked-to-tell');
  const named = rules.flatMap(({ when }) => allOf(when).map(({ stimulus }) => stimulus?.['way']));
  return new Set(named.flat().filter((way) => typeof way === 'string'));
}
