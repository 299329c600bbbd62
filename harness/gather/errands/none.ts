import { benchFault } from '../devices/faults.ts';
import type { Errands } from './errands.ts';

/** A device that has nothing around its browser: a desktop is no phone. */
export function noErrands(device: string): Errands {
  const no = (what: string): Promise<never> =>
    Promise.reject(benchFault('errand-impossible', `${device} is no phone: ${what}`));
  return {
    washOut: () => Promise.resolve(),
    run: (deed) => no(deed.do),
    knows: () => false,
    set: (factor) => no(factor),
    read: (factor) => no(factor),
    halfTime: () => Promise.resolve(),
  };
}
