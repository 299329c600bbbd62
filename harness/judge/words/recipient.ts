import type { Fact } from '../recipients/registry.ts';
import type { RecipientFacts } from '../recipients/shape.ts';

/** So many addresses of a recipient are printed; `verdicts.json` has all. */
const MOST = 3;

/** Who a recipient is, as lines: its class, then the four facts, each with its source and date. */
export function whoItIs({ recipientClass, who, domain, addresses }: RecipientFacts): string[] {
  const rest = addresses.length - MOST;
  return [
    who.value === null
      ? `${recipientClass}: ${who.source}`
      : `${recipientClass}: ${who.value} (${sourced(who)})`,
    `registrant of the domain: ${told(domain)}`,
    ...(addresses.length === 0
      ? [
          'its address is not recorded, so registrant of the address, operator and place are not known',
        ]
      : []),
    ...addresses
      .slice(0, MOST)
      .flatMap(({ address, registrant, operator, place }) => [
        `registrant of ${address}: ${told(registrant)}`,
        `operator of its network: ${told(operator)}`,
        `place: ${told(place)}`,
      ]),
    ...(rest > 0 ? [`and ${rest} more addresses, in verdicts.json`] : []),
  ];
}

function told(fact: Fact): string {
  return fact.value === null ? `not known (${fact.source})` : `${fact.value} (${sourced(fact)})`;
}

function sourced({ source, date }: Fact): string {
  return date === null ? source : `${source}; as of ${date}`;
}
