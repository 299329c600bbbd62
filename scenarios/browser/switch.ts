import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'switch',
  question:
    'What does the switch that came with the update of May 2020 do: in which position is incognito browsing reported, and how is it delivered?',
  claims: [
    'Row 4. Maker, May 2020: « cette mise à jour comprendra une navigation en mode navigation privée pour l’ensemble des utilisateurs des deux navigateurs, qui pourrait activer et désactiver la collecte des données agrégées » (article 001)',
    'Researchers, May 2020: browsing is private only with incognito on and Enhanced incognito off. Others wrote the opposite.',
  ],
  factors: {
    mode: ['incognito', 'normal'],
    'enhanced incognito': ['as delivered', 'off', 'on'],
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
    { factor: 'enhanced incognito', levels: ['on', 'off'], held: { mode: 'incognito' } },
    { factor: 'enhanced incognito', levels: ['as delivered', 'off'], held: { mode: 'incognito' } },
    { factor: 'enhanced incognito', levels: ['on', 'off'], held: { mode: 'normal' } },
    { factor: 'mode', levels: ['normal', 'incognito'], held: {} },
  ],
  followUpSeconds: 60,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['visited page']);
    await browser.search('DuckDuckGo', canary['search words']);
  },
});
