import type { Collectors, Stimulus } from '../phone/phone.ts';
import { circumstancesOf, KEYS } from '../phone/circumstances.ts';
import type { StimulusKind } from '../phone/stimulus.ts';
import { Collector } from './collector.ts';
import type { RomApp } from '../roms/rom.ts';
import type { Home, Seen } from './values.ts';

/**
 * Everything on the phone that reports on its user, as the ROM profile's rules say and nothing beside. Tells them by
 * itself what the settings show: an account that comes or goes, a network lost or back. Disposal ends what still
 * waits to be sent.
 */
export function createCollectors(seen: Seen): Collectors & Disposable {
  let collectors = [...seen.rom.apps, ...seen.rom.services].flatMap((home) =>
    home.collectors.map((rules) => ({
      package: home.package,
      collector: new Collector(seen, home, rules),
    })),
  );
  const replace = (home: Home & Pick<RomApp, 'collectors'>): void => {
    const older = of(home.package);
    for (const collector of older) collector.end();
    const newer = home.collectors.map((rules, at) => {
      const collector = new Collector(seen, home, rules);
      const before = older[at];
      if (before) collector.inherit(before);
      return { package: home.package, collector };
    });
    collectors = [...collectors.filter((one) => one.package !== home.package), ...newer];
  };
  const of = (packageName: string): Collector[] =>
    collectors.filter((c) => c.package === packageName).map((c) => c.collector);
  const notify = (stimulus: Stimulus): void => {
    for (const { collector } of collectors) {
      if (collector.hears(stimulus.package)) collector.notify(stimulus);
    }
  };
  const unwatch = watch(seen.settings, (kind, values) => {
    notify({ kind, package: 'android', values, state: {} });
  });
  return {
    notify,
    clear: (packageName) => {
      for (const collector of of(packageName)) collector.clear();
    },
    stop: (packageName) => {
      for (const collector of of(packageName)) collector.stop();
    },
    replace,
    reset: () => {
      for (const { collector } of collectors) collector.reset();
    },
    [Symbol.dispose]: () => {
      unwatch();
      for (const { collector } of collectors) collector.end();
    },
  };
}

/** What a change of settings means to the apps: they are told of the network and of the account. */
function watch(
  settings: Seen['settings'],
  tell: (kind: StimulusKind, values: Record<string, string>) => void,
): () => void {
  const look = () => ({
    network: circumstancesOf(settings).network,
    account: settings.get(...KEYS.account) ?? '',
  });
  let before = look();
  return settings.watch(() => {
    const [was, is] = [before, look()];
    before = is;
    if (is.network !== was.network) {
      if (is.network === 'none') tell('network-lost', {});
      else tell('network-back', { network: is.network });
    }
    if (is.account === was.account) return;
    if (was.account !== '') tell('account-signed-out', { account: was.account });
    if (is.account !== '') tell('account-signed-in', { account: is.account });
  });
}
