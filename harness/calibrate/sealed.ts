import type { CollectorRules } from '../handset/collectors/rules/rules.ts';
import type { Channel } from '../handset/collectors/rules/channel.ts';
import type { Step } from '../handset/collectors/rules/wrappings.ts';
import { namesIn } from '../handset/collectors/template.ts';
import type { Rom } from '../handset/roms/rom.ts';

/** What keeps a leak from being read on this phone through a proxy; null when nothing does. */
export function sealOf(rom: Rom, { identifiers }: CollectorRules, channel: Channel): string | null {
  const { transport } = channel;
  for (const step of stepsOf(channel)) {
    if (step.as === 'rsa') return 'sealed under a public key';
    if (step.as === 'aes' && step.key.from === 'nobody') return 'sealed under a key nobody has';
    if (step.as === 'aes' && 'value' in step.key && staysInside(step.key.value, identifiers)) {
      return 'sealed under a key that stays on the phone';
    }
    if (step.as === 'xor' && step.key.from === 'nobody') return 'sealed under a key nobody has';
  }
  if (transport.as === 'quic') return transport.fallback === 'https' ? null : 'QUIC only';
  if (transport.as === 'dns') return 'in a DNS name, which a proxy does not see';
  if ('proxy' in transport && transport.proxy === 'ignores') return 'past the proxy';
  if (!isEncrypted(channel) || transport.as === 'tcp') return null;
  if ('addedCa' in transport && transport.addedCa === 'refused')
    return 'refuses added certificates';
  return rom.addedCa === 'refused' ? 'the phone refuses added certificates' : null;
}

/** On the wire. */
export function isEncrypted({ transport }: Channel): boolean {
  return (
    transport.as === 'https' ||
    transport.as === 'quic' ||
    ('secure' in transport && transport.secure)
  );
}

/** A key that is drawn on the phone travels under somebody's public key, or not at all. */
function staysInside(key: string, identifiers: CollectorRules['identifiers']): boolean {
  return namesIn(key).some((name) => {
    const own = new Map(Object.entries(identifiers)).get(name.replace(/^id\./, ''));
    return name.startsWith('memory.') || own?.as === 'key';
  });
}

/** The wrappings of a channel, those inside an "each" too. */
export function stepsOf({ wrap }: Channel): Step[] {
  return wrap.flatMap((step) => (step.as === 'each' ? step.wrap : [step]));
}
