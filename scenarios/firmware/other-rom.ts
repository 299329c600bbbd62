import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'other-rom',
  question: 'Under another ROM than the maker’s, is anything still sent?',
  claims: [
    'Row 17. Press, July 2014: « même avec un autre ROM que l’originale, le Redmi Note continuait d’envoyer des données en Chine. La fonctionnalité serait donc intégrée directement dans la partie matérielle du smartphone » (article 004)',
    'ROM and root vary with the phone: compare a ROM rooted with itself unrooted, and a rooted ROM with another. What persists may be an app that came along, or a ROM built on the maker’s: that it is the hardware follows from none of these verdicts.',
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
