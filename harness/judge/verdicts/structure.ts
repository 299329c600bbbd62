import type { Exchange } from '../../record/exchange.ts';
import type { Block } from '../../record/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import type { Leaf } from '../sightings/tree/reading.ts';
import { classOf } from './recipients.ts';
import type { Difference } from './shape.ts';
import { standingOf } from './sound.ts';

/** "POST sa.example.com/track/{id}": method, host and path with what varies masked. */
export function endpointOf({
  method,
  host,
  url,
}: Pick<Exchange, 'method' | 'host' | 'url'>): string {
  const path = withoutQuery(url ?? '').replace(/^[a-z][a-z0-9+.-]{0,30}:\/\/[^/]{0,300}/i, '');
  return `${method ?? '?'} ${host}${path.split('/').slice(0, 20).map(masked).join('/')}`;
}

/** A URL up to its query or fragment. */
export function withoutQuery(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

/** A field's place with array indices left out: "data_list.$[].properties.url", "query[r]". */
export function fieldOf(where: string, { wrappings }: Leaf): string {
  if (wrappings.length === 0) return where.replace('request.url.', '');
  const places = wrappings.filter((name) => name.includes(':'));
  return places
    .map((name) => name.slice(name.indexOf(':') + 1).replaceAll(/\[\d+\]/g, '[]'))
    .join('.');
}

/**
 * Endpoints and fields that occur under one level of a declared contrast and in no sound trial of the other:
 * descriptive, the first 500 of them. Our own sites are left out.
 */
export function structureOf(
  block: Block,
  trials: readonly TrialRecord[],
  sent: ReadonlyMap<string, { endpoints: Set<string>; fields: Set<string> }>,
): Difference[] {
  const rows: Difference[] = [];
  for (const { factor, held, levels, arms } of block.contrasts.filter(
    ({ role }) => role === 'claim',
  )) {
    const [one, other] = arms.map((arm) =>
      trials.filter((trial) => trial.arm === arm && standingOf(trial) === 'sound'),
    );
    if (!one || !other) continue;
    for (const kind of ['endpoint', 'field'] as const) {
      const counted = [one, other].map((arm) => counts(arm, kind, sent));
      const common = { device: block.device, browser: block.browser, factor, held, kind };
      const only = (first: 0 | 1, second: 0 | 1): Difference[] =>
        [...(counted[first] ?? [])]
          .filter(([what]) => !counted[second]?.has(what))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([what, k]) => ({
            ...common,
            what,
            only: levels[first],
            k,
            n: (first === 0 ? one : other).length,
            against: levels[second],
            j: 0,
            m: (second === 0 ? one : other).length,
          }));
      rows.push(...only(0, 1), ...only(1, 0));
    }
  }
  return rows.slice(0, 500);
}

function counts(
  trials: readonly TrialRecord[],
  kind: 'endpoint' | 'field',
  sent: ReadonlyMap<string, { endpoints: Set<string>; fields: Set<string> }>,
): Map<string, number> {
  const counted = new Map<string, number>();
  for (const trial of trials) {
    const of = sent.get(trial.id);
    for (const what of (kind === 'endpoint' ? of?.endpoints : of?.fields) ?? []) {
      const host = what.split(' ')[1]?.split('/')[0] ?? '';
      if (classOf(host) !== 'page') counted.set(what, (counted.get(what) ?? 0) + 1);
    }
  }
  return counted;
}

/** Numbers, hex, UUIDs and long unbroken runs stand for something that changes from request to request. */
function masked(segment: string): string {
  const varies =
    /^\d+$/.test(segment) ||
    /^(?=.*\d)[0-9a-fA-F-]{8,}$/.test(segment) ||
    /^[A-Za-z0-9+=%]{16,}$/.test(segment) ||
    segment.length > 40;
  return varies ? '{id}' : segment;
}
