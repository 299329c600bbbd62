import type { Registry } from './registry.ts';

/**
 * Who registered a domain, where somebody with a name said so in public. Nobody of us read an entry of a registry; a
 * domain that no row names is not known, however plain its name.
 */
export const DOMAINS: Registry['domains'] = [
  {
    domain: 'mi.com',
    registrant: 'Xiaomi Inc., by its own word before an arbitration court',
    source: 'Czech Arbitration Court, cases CAC-UDRP-105887 and 106287',
    date: '2025',
  },
  ...['miui.com', 'xiaomi.com', 'xiaomi.net'].map((domain) => ({
    domain,
    registrant: 'somebody in Beijing, at the maker’s seat',
    source: 'the press, of all domains of the affair (Forbes, Frandroid); no registry was asked',
    date: '2020-05',
  })),
  {
    domain: 'leaklab.test',
    registrant: 'nobody: no registry has names under .test',
    source: 'RFC 6761',
    date: '2013-02',
  },
];

/** Our own table alone: what is known where nobody brought anything. */
export const OURS: Registry = {
  domains: DOMAINS,
  places: [],
  networksOf: () => Promise.resolve({ known: new Map(), otherwise: 'no data set of addresses' }),
};
