import type { Exchange } from '../../record/exchange.ts';
import type { Sighting } from '../sightings/sightings.ts';

/** Places of an exchange that are its host's name. */
const NAMES: ReadonlySet<string> = new Set(['dns', 'request.url.host', 'sni']);

/**
 * Who is told by an exchange: its host; where its name itself carries a canary, whoever answers for what is left of it
 * without the labels that do. Two labels stay at the least: fewer are nobody's.
 */
export function behindName(
  { host }: Pick<Exchange, 'host'>,
  sightings: readonly Pick<Sighting<unknown>, 'where' | 'layers'>[],
): string {
  const labels = host.split('.');
  const ends = sightings
    .filter(({ where }) => NAMES.has(where))
    .map(({ layers: [outer] }) => lastLabelOf(outer?.excerpt.found ?? '', labels));
  const rest = labels.slice(Math.max(0, ...ends));
  return rest.length < 2 ? host : rest.join('.');
}

/** How many labels it takes to come to the end of these words, which dots may cut. */
function lastLabelOf(found: string, labels: readonly string[]): number {
  const words = found.toLowerCase().replaceAll(/[.…]/g, '');
  const at = labels.join('').toLowerCase().indexOf(words);
  if (words === '' || at < 0) return 0;
  let length = 0;
  return 1 + labels.findIndex((label) => (length += label.length) >= at + words.length);
}
