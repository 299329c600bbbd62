import type { Collectors } from '../phone/phone.ts';
import { Collector } from './collector.ts';
import type { Seen } from './values.ts';

/**
 * Everything on the phone that reports on its user, as the ROM profile's rules say and nothing beside. Each
 * collector hears of its own app only. Disposal ends what still waits to be sent.
 */
export function createCollectors(seen: Seen): Collectors & Disposable {
  const collectors = seen.rom.apps.flatMap((app) =>
    app.collectors.map((rules) => ({
      package: app.package,
      collector: new Collector(seen, app, rules),
    })),
  );
  const of = (packageName: string): Collector[] =>
    collectors.filter((c) => c.package === packageName).map((c) => c.collector);
  return {
    notify: (stimulus) => {
      for (const collector of of(stimulus.package)) collector.notify(stimulus);
    },
    clear: (packageName) => {
      for (const collector of of(packageName)) collector.clear();
    },
    stop: (packageName) => {
      for (const collector of of(packageName)) collector.stop();
    },
    [Symbol.dispose]: () => {
      for (const { collector } of collectors) collector.stop();
    },
  };
}
