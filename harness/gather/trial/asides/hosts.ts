import type { HostBytes } from '../../../record/aside.ts';
import type { Coverage } from '../../tap/packets/coverage.ts';

/** Of each recipient: connections, and bytes on the wire with all that carries them, whether anybody could read them. */
export function hostsIn({ entries }: Pick<Coverage, 'entries'>): HostBytes[] {
  const hosts = new Map<string, HostBytes>();
  for (const entry of entries) {
    if (entry.class === 'control' || entry.class === 'dns') continue;
    const host = (entry.sni ?? entry.host ?? entry.server).toLowerCase();
    const before = hosts.get(host) ?? { host, connections: 0, bytesUp: 0, bytesDown: 0 };
    hosts.set(host, {
      host,
      connections: before.connections + 1,
      bytesUp: before.bytesUp + entry.bytesUp,
      bytesDown: before.bytesDown + entry.bytesDown,
    });
  }
  return [...hosts.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
}
