import { Fault } from '../../lib/fault.ts';
import { didYouMean } from './nearest.ts';
import { refuseMore } from './values.ts';

/** Stands for every scenario. */
export const ALL = 'all';

/** The one scenario that is named; none, an unknown one, or more than one is a Fault with those that there are. */
export function scenarioNamed(
  positionals: readonly string[],
  scenarios: readonly string[],
): string {
  const [name, ...more] = positionals;
  const choice = `Choose one of: ${scenarios.join(', ') || '(none: scenarios/ is empty)'}.`;
  if (name === undefined) throw new Fault('no-scenario', 'which scenario?', choice);
  if (!scenarios.includes(name)) {
    const guess = didYouMean(name, scenarios);
    throw new Fault('unknown-scenario', `there is no scenario "${name}".${guess}`, choice);
  }
  refuseMore(`scenario ${name}`, more, 0);
  return name;
}
