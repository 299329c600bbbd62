import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'in-clear',
  question: 'Does anything leave in clear, for everybody on the way to read?',
  claims: [
    'Row 11. Maker, May 2020: « La transmission se fait via un chiffrement TLS 1.2 et le protocole sécurisé HTTPS » (article 000)',
    'Here anyone may be told over TLS, and a leak is what goes without it. Which versions of TLS were offered is told beside the verdicts, where packets are recorded.',
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
    'visited page': ['visited.leaklab.test', 'anyone, encrypted'],
    'page title': ['visited.leaklab.test', 'anyone, encrypted'],
    'search words': ['duckduckgo.com', '.duckduckgo.com', 'anyone, encrypted'],
    'name of a folder': ['anyone, encrypted'],
    'number of a contact': ['anyone, encrypted'],
    'text of an SMS': ['anyone, encrypted'],
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
