import type { Exchange } from '../../record/exchange.ts';
import { recipientOf } from '../verdicts/recipients.ts';
import type { RecipientFacts } from './shape.ts';
import type { Fact, Network, Networks, Registry } from './registry.ts';

/** Which hosts were spoken to, and at which addresses. Listens in while a record is searched. */
export interface AddressBook {
  hear(exchange: Pick<Exchange, 'host' | 'address' | 'direction'>): void;
  /** Everything known of each host, in alphabetical order. */
  facts(registry: Registry): Promise<RecipientFacts[]>;
}

/** More hosts than a phone speaks to, and more addresses than one of them answers at in a run. */
const MOST_HOSTS = 2_000;
const MOST_ADDRESSES = 16;

export function openAddressBook(): AddressBook {
  const book = new Map<string, Set<string>>();
  return {
    hear: ({ host, address, direction }) => {
      if (host === '' || direction !== 'up') return;
      const known = book.get(host) ?? new Set<string>();
      if (!book.has(host) && book.size >= MOST_HOSTS) return;
      book.set(host, known);
      if (address !== null && known.size < MOST_ADDRESSES) known.add(address);
    },
    facts: async (registry) => {
      const all = [...new Set([...book.values()].flatMap((known) => [...known]))].sort();
      const networks = await registry.networksOf(all);
      return [...book.keys()]
        .sort()
        .map((host) => factsOf(host, [...(book.get(host) ?? [])].sort(), registry, networks));
    },
  };
}

function factsOf(
  host: string,
  addresses: readonly string[],
  registry: Registry,
  networks: Networks,
): RecipientFacts {
  const row = recipientOf(host);
  return {
    host,
    recipientClass: row?.class ?? 'unknown',
    who: row
      ? { value: row.who, source: row.source, date: row.date }
      : unknown('no row of our table names it'),
    domain: registrantOf(host, registry),
    addresses: addresses.map((address) => ({
      address,
      ...networkFacts(networks.known.get(address), networks.otherwise),
      place: placeOf(address, registry),
    })),
  };
}

function registrantOf(host: string, { domains }: Registry): Fact {
  const row = domains.find(({ domain }) => host === domain || host.endsWith(`.${domain}`));
  if (!row) return unknown('nobody looked it up');
  return { value: `${row.registrant}, for ${row.domain}`, source: row.source, date: row.date };
}

function networkFacts(
  network: Network | undefined,
  otherwise: string,
): { registrant: Fact; operator: Fact } {
  if (!network) return { registrant: unknown(otherwise), operator: unknown(otherwise) };
  const { registrant, country, operator, source, date } = network;
  const from = country === null ? '' : `registered in ${country}`;
  const name = registrant ?? (from === '' ? null : 'name not told');
  const parts = [name, from].filter((part) => part !== null && part !== '');
  return {
    registrant: { value: parts.length === 0 ? null : parts.join(', '), source, date },
    operator: { value: operator, source, date },
  };
}

function placeOf(address: string, { places }: Registry): Fact {
  const row = places.find((one) => one.address === address);
  if (!row) return unknown('nobody measured it, and no registration tells it');
  return { value: row.place, source: row.source, date: row.date };
}

function unknown(source: string): Fact {
  return { value: null, source, date: null };
}
