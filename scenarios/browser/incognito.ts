import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'incognito',
  question:
    'In incognito mode, does the browser tell anyone but the visited site what was visited and searched?',
  claims: [
    'Row 3. Press, May 2020: « Pire encore, il affirme avoir été pisté en navigation privée. » (article 001)',
    'Researchers, May 2020: Mint Browser 3.4.0 reports every page load and every search, incognito or not.',
    'Maker, May 2020: from Mint Browser 3.4.3 a switch in incognito mode turns the collection on and off.',
  ],
  factors: {
    mode: ['normal', 'incognito'],
    'enhanced incognito': ['off', 'on'],
  },
  canaries: {
    'visited page': 'page',
    'page title': 'title',
    'search words (Google)': 'words',
    'search words (DuckDuckGo)': 'words',
  },
  titles: { 'visited page': 'page title' },
  mayReach: {
    'visited page': ['visited.leaklab.test'],
    'page title': ['visited.leaklab.test'],
    'search words (Google)': ['google.com', '.google.com', '.gstatic.com'],
    'search words (DuckDuckGo)': ['duckduckgo.com', '.duckduckgo.com'],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [
    { factor: 'enhanced incognito', levels: ['on', 'off'], held: { mode: 'incognito' } },
    { factor: 'mode', levels: ['normal', 'incognito'], held: { 'enhanced incognito': 'off' } },
    { factor: 'mode', levels: ['normal', 'incognito'], held: { 'enhanced incognito': 'on' } },
  ],
  // Sensors Analytics gathers for 15 s, the maker's statistics for 30.
  followUpSeconds: 45,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['visited page']);
    await browser.search('Google', canary['search words (Google)']);
    await browser.search('DuckDuckGo', canary['search words (DuckDuckGo)']);
  },
});
