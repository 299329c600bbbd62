import { scenario } from '../../harness/scenario.ts';

const THE_MAKER = ['.xiaomi.com', '.miui.com', '.mi.com', '.xiaomi.net'];

export default scenario({
  name: 'own-servers',
  question: 'Does anything go to others than the maker’s own servers?',
  claims: [
    'Row 9. Maker, May 2020: « les données transitent vers ses propres serveurs et non ceux d’un prestataire quelconque » (article 000)',
    'Row 9. Press, May 2020: « transférés vers les serveurs d’Alibaba » (article 001); « des serveurs appartenant au géant Alibaba » (article 000)',
    'Here the maker’s own names may see everything, and a leak is what anybody else sees. Whose machines stand behind the maker’s names is another question: a name is not a host.',
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
    'visited page': ['visited.leaklab.test', ...THE_MAKER],
    'page title': ['visited.leaklab.test', ...THE_MAKER],
    'search words': ['duckduckgo.com', '.duckduckgo.com', ...THE_MAKER],
    'name of a folder': THE_MAKER,
    'number of a contact': THE_MAKER,
    'text of an SMS': THE_MAKER,
  },
  recipientClasses: ['processor', 'unknown'],
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
