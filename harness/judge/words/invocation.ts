import { stepDown } from '../statistics/stepdown.ts';
import type { Contrast } from '../verdicts/shape.ts';
import { grouped } from './glance.ts';
import { pValue } from './phrases.ts';

/**
 * The primary contrasts of all runs of one invocation, adjusted together: each line says the smallest adjusted p over its
 * canaries and recipients. `planned` counts also those that gave no p: what was to be asked shares the error.
 */
export function primariesInWords(contrasts: readonly Contrast[], planned: number): string[] {
  const each = [
    ...grouped(contrasts, ({ scenario, device, browser }) =>
      JSON.stringify([scenario, device, browser]),
    ).values(),
  ];
  if (each.length === 0) return [];
  const over = Math.max(planned, each.length);
  const adjusted = stepDown(
    each.map((rows) => rows.map(({ p }) => p ?? 1)),
    over - each.length,
  );
  return [
    `the ${over} primary contrasts of this invocation, adjusted together (Holm over maxT)`,
    ...each.map((rows, which) => {
      const [first] = rows;
      const known = rows.flatMap(({ p }, h) => (p === null ? [] : [adjusted[which]?.[h] ?? 1]));
      const said =
        known.length === 0
          ? `no p (${first?.reasons.join(', ') ?? ''})`
          : `smallest ${pValue(Math.min(...known))}`;
      return `  ${first?.scenario ?? ''} on ${first?.device ?? ''} (${first?.browser ?? ''}), ${first?.factor ?? ''} ${first?.levels.join(' against ') ?? ''}: ${said}`;
    }),
  ];
}
