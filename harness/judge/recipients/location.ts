import type { Network } from './registry.ts';

/**
 * What `location lookup` of the IPFire Location database prints, an address a paragraph (libloc 0.9.16). Whatever else
 * it prints is passed over. The country is that of the registration; the database has no registrant's name.
 */
export function networksIn(printed: string, date: string): Map<string, Network> {
  const networks = new Map<string, Network>();
  let address = '';
  const source = 'IPFire Location database';
  for (const line of printed.split('\n')) {
    const [, subject] = /^([0-9a-f:.]+):$/i.exec(line) ?? [];
    if (subject !== undefined) {
      address = subject;
      networks.set(address, { registrant: null, country: null, operator: null, source, date });
      continue;
    }
    const [, name = '', value = ''] = /^\s+(Country|Autonomous System)\s*: (.*)$/.exec(line) ?? [];
    const known = networks.get(address);
    if (!known) continue;
    if (name === 'Country') networks.set(address, { ...known, country: value });
    else if (name !== '') networks.set(address, { ...known, operator: value.replace(' - ', ' ') });
  }
  return networks;
}
