import { stepDown } from '../statistics/stepdown.ts';
import type { Verdicts } from '../verdicts/shape.ts';
import { grouped } from './glance.ts';
import { pValue } from './phrases.ts';

/** What one block of one run stands on: a contrast, or a slope over doses, with p of all its hypotheses under their maximum. */
export interface Primary {
  readonly scenario: string;
  readonly device: string;
  readonly browser: string;
  /** What is compared, in words. */
  readonly compared: string;
  readonly ps: readonly (number | null)[];
  readonly reasons: readonly string[];
}

/** The primary contrasts and slopes of one run, block by block. */
export function primariesOf({
  scenario,
  contrasts,
  closed,
}: Pick<Verdicts, 'scenario' | 'contrasts' | 'closed'>): Primary[] {
  const leading = [
    ...contrasts
      .filter(({ primary, role }) => primary && role === 'claim')
      .map((one) => ({ ...one, compared: inWords(one) })),
    ...closed
      .filter(({ primary }) => primary)
      .map((one) => ({ ...one, compared: 'bytes by dose' })),
  ];
  const each = grouped(leading, ({ device, browser }) => JSON.stringify([device, browser]));
  return [...each.values()].flatMap((rows) => {
    const [first] = rows;
    if (!first) return [];
    const { device, browser, compared, reasons } = first;
    return [{ scenario, device, browser, compared, reasons, ps: rows.map(({ p }) => p) }];
  });
}

/**
 * The primaries of all runs of one invocation, adjusted together: each line says the smallest adjusted p over its canaries
 * and recipients. `planned` counts also those that gave no p: what was to be asked shares the error.
 */
export function primariesInWords(each: readonly Primary[], planned: number): string[] {
  if (each.length === 0) return [];
  const over = Math.max(planned, each.length);
  const adjusted = stepDown(
    each.map(({ ps }) => ps.map((p) => p ?? 1)),
    over - each.length,
  );
  return [
    `the ${over} primary contrasts of this invocation, adjusted together (Holm over maxT)`,
    ...each.map(({ scenario, device, browser, compared, ps, reasons }, which) => {
      const known = ps.flatMap((p, h) => (p === null ? [] : [adjusted[which]?.[h] ?? 1]));
      const said =
        known.length === 0
          ? `no p (${reasons.join(', ')})`
          : `smallest ${pValue(Math.min(...known))}`;
      return `  ${scenario} on ${device} (${browser}), ${compared}: ${said}`;
    }),
  ];
}

function inWords({ factor, levels, measure }: Verdicts['contrasts'][number]): string {
  const by = measure === 'presence' ? '' : `, ${measure}`;
  return `${factor} ${levels.join(' against ')}${by}`;
}
