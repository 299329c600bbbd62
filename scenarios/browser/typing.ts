import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'typing',
  question: 'Who is told what is typed into the address field, before or without its being sent?',
  claims: ['Nobody said so; we want to know.'],
  factors: {
    mode: ['normal', 'private'],
    'search suggestions': ['off', 'on', 'on, private windows too'],
  },
  leavesOut: [
    {
      condition: { mode: 'normal', 'search suggestions': 'on, private windows too' },
      why: 'what is switched on for private windows alone is asked of those',
    },
  ],
  canaries: {
    'words typed, not sent': 'words',
    'address typed, not sent': 'page',
    'visited page': 'page',
    'words searched': 'words',
  },
  mayReach: {
    'words typed, not sent': [],
    'address typed, not sent': [],
    'visited page': ['visited.leaklab.test'],
    'words searched': ['duckduckgo.com', '.duckduckgo.com'],
  },
  recipientClasses: ['maker', 'processor', 'search engine', 'unknown'],
  contrasts: [
    { factor: 'search suggestions', levels: ['on', 'off'], held: { mode: 'normal' } },
    { factor: 'mode', levels: ['normal', 'private'], held: { 'search suggestions': 'on' } },
  ],
  // What suggests answers each key at once, or it is of no use.
  followUpSeconds: 1,
  replicates: 10,
  steps: async ({ browser, canary }) => {
    await browser.type(canary['words typed, not sent']);
    await browser.type(canary['address typed, not sent']);
    await browser.open(canary['visited page']);
    await browser.search('DuckDuckGo', canary['words searched']);
  },
});
