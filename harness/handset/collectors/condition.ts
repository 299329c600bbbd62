import type { Condition } from './rules.ts';

/** Whether an app's state meets a condition; none is always met, a piece of state that is missing meets nothing. */
export function holds(
  condition: Condition | undefined,
  state: Readonly<Record<string, string>>,
): boolean {
  if (condition === undefined) return true;
  const known = new Map(Object.entries(state));
  return [condition].flat().some((all) =>
    Object.entries(all).every(([name, wanted]) => {
      const value = known.get(name);
      return value !== undefined && [wanted].flat().includes(value);
    }),
  );
}
