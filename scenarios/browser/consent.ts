import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'consent',
  question:
    'Is browsing reported only from a phone whose owner is signed in and has agreed, and from when on: before the first question, after a refusal, after a withdrawal?',
  claims: [
    'Row 6. Maker, May 2020: « Ces données sont par ailleurs uniquement récoltées si l’utilisateur est connecté à son compte Mi et qu’il a préalablement accepté le partage d’informations avec la marque » (article 000)',
    'Maker, May 2020: « toutes les données d’utilisation collectées sont basées sur des permissions et consentements explicitement accordés par les utilisateurs » (article 000)',
  ],
  factors: {
    'Mi Account': ['signed out', 'signed in'],
    'User Experience Program': ['not yet asked', 'refused', 'accepted', 'withdrawn'],
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
      factor: 'User Experience Program',
      levels: ['accepted', 'refused'],
      held: { 'Mi Account': 'signed out' },
    },
    {
      factor: 'User Experience Program',
      levels: ['accepted', 'withdrawn'],
      held: { 'Mi Account': 'signed out' },
    },
    {
      factor: 'User Experience Program',
      levels: ['not yet asked', 'refused'],
      held: { 'Mi Account': 'signed out' },
    },
    {
      factor: 'Mi Account',
      levels: ['signed in', 'signed out'],
      held: { 'User Experience Program': 'accepted' },
    },
  ],
  followUpSeconds: 60,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['visited page']);
    await browser.search('DuckDuckGo', canary['search words']);
  },
});
