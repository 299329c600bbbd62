import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'searches',
  question: 'Is anyone but the search engine told what is searched, whatever the engine?',
  claims: [
    'Row 2. Press, May 2020: « toute sa navigation a été tracée, à la fois sur DuckGoGo et Google Chrome » (article 001)',
    'The researcher spoke of searches made in the maker’s browser with two engines. On a device with two browsers the same words are searched in both of them.',
  ],
  factors: {},
  canaries: {
    'words searched with Google': 'words',
    'words searched with DuckDuckGo': 'words',
  },
  mayReach: {
    'words searched with Google': ['google.com', '.google.com', '.gstatic.com'],
    'words searched with DuckDuckGo': ['duckduckgo.com', '.duckduckgo.com'],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [],
  followUpSeconds: 60,
  steps: async ({ browser, canary }) => {
    await browser.search('Google', canary['words searched with Google']);
    await browser.search('DuckDuckGo', canary['words searched with DuckDuckGo']);
  },
});
