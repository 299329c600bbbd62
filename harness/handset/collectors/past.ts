import type { Rom } from '../roms/rom.ts';
import { channelOf } from './rules/channel.ts';
import type { Channel } from './rules/channel.ts';

/**
 * Whether anything on such a phone can leave it otherwise than through its proxy setting. Then a proxy has not heard
 * everything, whatever it heard. What our own app does when the bench asks it is not meant.
 */
export function goesPast(rom: Pick<Rom, 'apps' | 'services' | 'updates'>): boolean {
  return [...rom.apps, ...rom.updates, ...rom.services]
    .flatMap(({ collectors }) => collectors)
    .flatMap(({ channels, rules }) => [
      ...Object.values(channels),
      ...rules.flatMap((rule) => (rule.on === 'asked-to-tell' ? [] : (channelOf(rule) ?? []))),
    ])
    .some(passes);
}

function passes({ transport }: Channel): boolean {
  if (transport.as === 'dns' || transport.as === 'quic') return true;
  return transport.proxy === 'ignores';
}
