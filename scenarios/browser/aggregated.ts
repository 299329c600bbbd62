import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'aggregated',
  question:
    'Is browsing in incognito mode left out of the history sync, and is what is sent all the same aggregated, or one report a visit?',
  claims: [
    'Row 5. Maker, May 2020: « En mode navigation privée, les données de navigation des utilisateurs ne sont pas synchronisées, mais des données agrégées de statistiques d’utilisation sont toujours collectées » (article 001)',
    'A canary of one visit that arrives anywhere was not aggregated: a sum holds no page. The host says by which way it came, statistics or sync.',
  ],
  factors: {
    mode: ['incognito', 'normal'],
    'history sync': ['on', 'off'],
  },
  canaries: {
    'first page': 'page',
    'second page': 'page',
  },
  mayReach: {
    'first page': ['visited.leaklab.test'],
    'second page': ['visited.leaklab.test'],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [
    { factor: 'mode', levels: ['normal', 'incognito'], held: { 'history sync': 'on' } },
    { factor: 'history sync', levels: ['on', 'off'], held: { mode: 'normal' } },
    { factor: 'mode', levels: ['normal', 'incognito'], held: {} },
  ],
  followUpSeconds: 60,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['first page']);
    await browser.open(canary['second page']);
  },
});
