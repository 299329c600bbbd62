import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'opaque',
  question:
    'Where nobody can read what is sent: does anyone get more bytes, the longer the address of the visited page is?',
  claims: [
    'Row 1. Press, May 2020: « toute sa navigation a été tracée » (article 001)',
    'Row 11. Maker, May 2020: « La transmission se fait via un chiffrement TLS 1.2 et le protocole sécurisé HTTPS » (article 000): what is sealed once more inside it, or by a pinned certificate, stays closed to everybody but its recipient.',
  ],
  factors: {},
  canaries: {
    'visited page': 'page',
  },
  mayReach: {
    'visited page': ['visited.leaklab.test'],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [],
  doses: 'visited page',
  replicates: 6,
  // Longer than the 30 s for which the maker's statistics gather.
  followUpSeconds: 45,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['visited page']);
  },
});
