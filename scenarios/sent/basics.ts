import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'basics',
  question: 'Is anything sent but basic statistics: performance, memory, crashes?',
  claims: [
    'Row 7. Maker, May 2020: « des données concernant les performances du terminal, l’utilisation de la mémoire disponible ou les bugs rencontrés » (article 000)',
    'None of these canaries is a performance, a memory use or a bug. Which fields are sent at all is listed beside the verdicts.',
  ],
  factors: {},
  canaries: {
    'visited page': 'page',
    'page title': 'title',
    'search words': 'words',
    'name of a folder': 'name',
    'number of a contact': 'number',
    'text of an SMS': 'words',
  },
  titles: { 'visited page': 'page title' },
  mayReach: {
    'visited page': ['visited.leaklab.test'],
    'page title': ['visited.leaklab.test'],
    'search words': ['duckduckgo.com', '.duckduckgo.com'],
    'name of a folder': [],
    'number of a contact': [],
    'text of an SMS': [],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [],
  followUpSeconds: 60,
  steps: async ({ browser, phone, canary }) => {
    await browser.open(canary['visited page']);
    await browser.search('DuckDuckGo', canary['search words']);
    await phone.openFolder(canary['name of a folder']);
    await phone.addContact({ name: 'Somebody', number: canary['number of a contact'] });
    await phone.receiveSms({ from: '+99900000000000', text: canary['text of an SMS'] });
  },
});
