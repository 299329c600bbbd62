import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'where-to',
  question: 'Who is told, by which names and addresses, and is the server of 2014 among them?',
  claims: [
    'Row 10. Press, May 2020: « Les données transiteraient ainsi automatiquement vers la chine » (article 000)',
    'Row 10. Press, May 2020: « ses données ont transité vers des serveurs hébergés à Singapour ou en Russie, tandis que les domaines web sont tous enregistrés à Pékin » (article 001)',
    'Press, July 2014: « son téléphone envoie ses données personnelles vers une adresse IP chinoise » (article 004); researchers, August 2014: api.account.xiaomi.com',
    'Registrant, operator and place are four separate facts, each with its source, and none of them follows from a name.',
  ],
  factors: {},
  canaries: {
    'visited page': 'page',
    'page title': 'title',
    'search words': 'words',
    'name of a folder': 'name',
    'number of a contact': 'number',
    'text of an SMS': 'words',
    'sender of an SMS': 'number',
  },
  titles: { 'visited page': 'page title' },
  mayReach: {
    'visited page': ['visited.leaklab.test'],
    'page title': ['visited.leaklab.test'],
    'search words': ['duckduckgo.com', '.duckduckgo.com'],
    'name of a folder': [],
    'number of a contact': [],
    'text of an SMS': [],
    'sender of an SMS': [],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [],
  followUpSeconds: 60,
  steps: async ({ browser, phone, canary }) => {
    await browser.open(canary['visited page']);
    await browser.search('DuckDuckGo', canary['search words']);
    await phone.openFolder(canary['name of a folder']);
    await phone.addContact({ name: 'Somebody', number: canary['number of a contact'] });
    await phone.receiveSms({ from: canary['sender of an SMS'], text: canary['text of an SMS'] });
  },
});
