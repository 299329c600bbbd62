import type { Statistic } from '../../record/plan/plan.ts';
import type { Stamp } from '../../record/stamp.ts';
import type { Contrast } from '../verdicts/contrasts/shape.ts';
import type { Verdicts } from '../verdicts/shape.ts';
import { tested } from './block.ts';
import { grouped } from './glance.ts';
import { bytes, inWords, pValue, percent, range, stamped } from './phrases.ts';

/**
 * Every declared contrast, by recipient: the difference, its p over all of them, and the smallest p it could have reached.
 * Of amounts only what is told apart stands beside the sum over all whom the claim is about.
 */
export function comparisons({ contrasts }: Verdicts, stampOf: (device: string) => Stamp): string[] {
  const claims = contrasts.filter((one) => one.role === 'claim' && isTold(one));
  const controls = grouped(
    contrasts.filter(({ role }) => role === 'control'),
    ({ device, browser, measure }) => JSON.stringify([device, browser, measure]),
  );
  return [
    ...(claims.length === 0
      ? []
      : [
          'comparisons (p: labels permuted within replicates, as they were shuffled, also where trials depend on ' +
            'each other; 95 % intervals: if they do not; at best: the smallest p that it could have reached)',
        ]),
    ...[...grouped(claims, (one) => `${one.device}: ${compared(one)}`)].map(([said, same]) => {
      const canaries = same.flatMap(({ canary }) => canary ?? []).join(', ');
      const about = canaries === '' ? '' : `: ${canaries}`;
      return stamped(`  ${said}${about}`, same[0] ? stampOf(same[0].device) : '');
    }),
    ...[...controls.values()].flatMap((rows) => {
      const [first] = rows;
      if (!first) return [];
      const known = rows.flatMap(({ p }) => (p === null ? [] : [p]));
      const said =
        known.length === 0
          ? `no p (${first.reasons.join(', ')})`
          : `smallest p ${Math.min(...known).toPrecision(2)}`;
      const by = first.measure === 'presence' ? '' : `, by ${UNITS[first.measure].what}`;
      return [
        stamped(
          `  ${first.device}: A/A, ${first.levels[0]} twice${by}: ${said}`,
          stampOf(first.device),
        ),
      ];
    }),
    '',
  ];
}

/** How a mean and a difference of each statistic are told. */
const UNITS: Readonly<Record<Statistic, { what: string; say: (value: number) => string }>> = {
  presence: { what: 'trials with a sighting', say: percent },
  delay: { what: 'delay from planting to leaving', say: (value) => `${value.toFixed(1)} s` },
  exchanges: { what: 'exchanges', say: (value) => value.toFixed(1) },
  bytes: { what: 'bytes up', say: (value) => (value < 0 ? `−${bytes(-value)}` : bytes(value)) },
  'first contact': {
    what: 'time to the first contact',
    say: (value) => `${value.toFixed(1)} s`,
  },
};

function isTold({ measure, host, p }: Contrast): boolean {
  if (measure === 'presence' || measure === 'delay') return host !== null;
  return host === null || (p !== null && p <= 0.05);
}

function compared(one: Contrast): string {
  const held = Object.keys(one.held).length === 0 ? '' : ` (${inWords(one.held)})`;
  const to = one.host ?? 'all whom the claim is about';
  const rank = one.primary ? 'primary' : 'secondary';
  const best =
    one.p === null ? '' : `, at best ${pValue(Math.min(1, one.smallestP * one.family)).slice(4)}`;
  return `${one.factor} ${one.levels.join(' against ')}${held} → ${to}: ${by(one)}${tested(one)}${best}, ${rank}`;
}

function by({ measure, difference, interval, means }: Contrast): string {
  if (difference === null) return '';
  if (measure === 'presence')
    return interval === null ? '' : `${percent(difference)} (${range(interval)}), `;
  const { what, say } = UNITS[measure];
  const between = interval === null ? 'no limit' : `${say(interval[0])} to ${say(interval[1])}`;
  const each = means === null ? '' : ` (${say(means[0])} against ${say(means[1])} a trial)`;
  return `${what} differ by ${say(difference)} (${between})${each}, `.replaceAll('-', '−');
}
