import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'browsing',
  question: 'Is anyone but the visited site told which pages are opened?',
  claims: [
    'Row 1. Press, May 2020: « toute sa navigation a été tracée » (article 001)',
    'Maker, May 2020: « Les données en transit repérées par Forbes ne correspondraient ainsi qu’aux données basiques récoltées par Xiaomi pour ses statistiques généralistes » (article 000)',
  ],
  factors: {},
  canaries: {
    'visited page': 'page',
    'page title': 'title',
    'name of a host': 'host',
  },
  titles: { 'visited page': 'page title' },
  mayReach: {
    'visited page': ['visited.leaklab.test'],
    'page title': ['visited.leaklab.test'],
    'name of a host': ['.visited.leaklab.test'],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [],
  followUpSeconds: 60,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['visited page']);
    await browser.open(`https://${canary['name of a host']}.visited.leaklab.test/`);
  },
});
