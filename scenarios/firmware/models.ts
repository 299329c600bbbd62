import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'models',
  question: 'Do several models of the maker do the same?',
  claims: [
    'Row 14. Press, May 2020: « cette collecte d’informations aurait lieu sur plusieurs smartphones de la marque : Redmi Note 8, Redmi K20, Mi 10 et Mi Mix 3 » (article 001)',
    'Each phone has its own verdict; a browser that has the switch of May 2020 is asked in both its positions. The model varies with the phone, never within it, so that a difference between phones is described and carries no p.',
  ],
  factors: {
    mode: ['normal', 'incognito'],
    'enhanced incognito': ['off', 'on'],
  },
  canaries: {
    'visited page': 'page',
    'search words': 'words',
  },
  mayReach: {
    'visited page': ['visited.leaklab.test'],
    'search words': ['duckduckgo.com', '.duckduckgo.com'],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [
    {
      factor: 'mode',
      levels: ['normal', 'incognito'],
      held: { 'enhanced incognito': 'off' },
    },
    { factor: 'enhanced incognito', levels: ['on', 'off'], held: { mode: 'incognito' } },
  ],
  followUpSeconds: 60,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['visited page']);
    await browser.search('DuckDuckGo', canary['search words']);
  },
});
